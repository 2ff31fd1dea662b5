//! What streams allocate. One test, so that nothing but the harness allocates meanwhile.

use agent_otel::llm_call;
use agent_otel::testing::{Spans, capture};
use futures::{Stream, StreamExt, stream};
use serde_json::{Value, json};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

#[llm_call(provider = "local", model = "tiny", usage = manual)]
fn numbers(count: usize) -> impl Stream<Item = usize> {
    stream::iter(0..count)
}

#[llm_call(provider = "openai", model = "gpt-4o")]
fn chunks(chunks: Vec<Value>) -> impl Stream<Item = Value> {
    stream::iter(chunks)
}

/// Allocations from the second item to the last but one, and the spans.
fn allocations<S: Stream>(count: usize, stream: impl FnOnce() -> S) -> (usize, Spans) {
    let mut allocations = 0;
    let spans = capture(|| {
        futures::executor::block_on(async {
            let mut stream = std::pin::pin!(stream());
            stream.next().await;
            let region = Region::new(ALLOCATOR);
            for _ in 2..count {
                stream.next().await;
            }
            allocations = region.change().allocations;
            while stream.next().await.is_some() {}
        });
    });
    (allocations, spans)
}

/// What the harness may need on its own thread, whatever the number of items.
const NOISE: usize = 100;

#[test]
fn an_item_of_a_stream_allocates_nothing() {
    let (allocated, spans) = allocations(1_000_000, || numbers(1_000_000));
    assert!(allocated < NOISE, "{allocated}");
    assert!(
        spans
            .to_string()
            .contains("agent_otel.stream.chunks: 1000000"),
        "{spans}"
    );

    let chunk = json!({
        "id": "chatcmpl-1", "model": "gpt-4o-2024-08-06",
        "choices": [{"index": 0, "delta": {"content": "word "}, "finish_reason": null}]
    });
    let made = vec![chunk; 10_000];
    let (allocated, spans) = allocations(10_000, || chunks(made));
    assert!(allocated < NOISE, "{allocated}");
    assert!(
        spans
            .to_string()
            .contains("agent_otel.stream.chunks: 10000"),
        "{spans}"
    );
}
