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

/// The least of a few runs: what the harness allocates meanwhile on a thread of its own can only add to it.
fn least<S: Stream>(count: usize, stream: impl Fn() -> S) -> (usize, Spans) {
    let runs = (0..5).map(|_| allocations(count, &stream));
    runs.min_by_key(|(allocations, _)| *allocations)
        .expect("a run")
}

#[test]
fn an_item_of_a_stream_allocates_nothing() {
    let (allocated, spans) = least(1_000_000, || numbers(1_000_000));
    assert_eq!(allocated, 0);
    assert!(
        spans
            .to_string()
            .contains("agent_otel.stream.chunks: 1000000"),
        "{spans}"
    );

    for chunk in chunks_of_every_shape() {
        let (allocated, spans) = least(1_000, || chunks(vec![chunk.clone(); 1_000]));
        assert_eq!(allocated, 0, "{chunk}");
        assert!(
            spans.to_string().contains("agent_otel.stream.chunks: 1000"),
            "{spans}"
        );
    }
}

/// What the streams of the providers consist of.
fn chunks_of_every_shape() -> [Value; 8] {
    [
        json!({
            "id": "chatcmpl-1", "model": "gpt-4o-2024-08-06", "service_tier": "default", "system_fingerprint": "fp_1",
            "choices": [{"index": 0, "delta": {"content": "word "}, "finish_reason": null}]
        }),
        json!({"id": "cmpl-1", "model": "gpt-3.5-turbo-instruct", "choices": [{"index": 0, "text": "word "}]}),
        json!({"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0, "delta": "word "}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "word "}}),
        json!({
            "responseId": "r", "modelVersion": "gemini-2.5-flash",
            "candidates": [{"content": {"parts": [{"text": "word "}]}, "finishReason": "STOP", "index": 0}],
            "usageMetadata": {"promptTokenCount": 9, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 9}]}
        }),
        json!({"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "word "}}}),
        json!({"model": "llama3.2", "message": {"role": "assistant", "content": "word "}, "done": false}),
        json!({"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": "word "}}}}),
    ]
}
