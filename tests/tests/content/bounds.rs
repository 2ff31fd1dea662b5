//! How much of it there is, whatever is handed over.

use std::alloc::System;

use agent_otel::testing::capture;
use agent_otel::{Capture, ContentPolicy, llm_call, tool};
use agent_otel_tests::with;
use serde_json::{Value, json};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use super::{
    ARGUMENTS, CAPTURE, INPUT, LONG, OUTPUT, RESULT, TRUNCATED, content, question, schema, text,
};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Whatever is handed over: valid JSON within the limit, of the right shape, marked where it was cut, and made in bounded
/// memory.
#[test]
fn extreme_inputs_are_bounded() {
    for (variables, limit) in [
        (&[(CAPTURE, "SPAN_ONLY")][..], 64 * 1024),
        (
            &[(CAPTURE, "SPAN_ONLY"), ("AGENT_OTEL_CONTENT_LIMIT", "2000")],
            2000,
        ),
        (
            &[
                (CAPTURE, "SPAN_ONLY"),
                ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "1000"),
            ],
            1000,
        ),
        (
            &[
                (CAPTURE, "SPAN_ONLY"),
                ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "500"),
                ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "1000"),
            ],
            500,
        ),
    ] {
        with(variables, || extreme_inputs(limit));
    }
}

fn extreme_inputs(limit: usize) {
    let mut deep = json!("the end");
    for _ in 0..1_000 {
        deep = json!({"deeper": deep});
    }
    let messages: Vec<Value> = (0..10_000)
        .map(|number| json!({"role": "user", "content": format!("{number} {}", "x".repeat(200))}))
        .collect();
    let calls: Vec<Value> = (0..10_000)
        .map(|number| json!({"id": number.to_string(), "function": {"name": "look", "arguments": "{}"}}))
        .collect();
    let inputs = [
        json!("word ".repeat(64 * 1024 * 1024 / 5)),
        json!("\u{1}\u{1F600}\"\\".repeat(100_000)),
        json!("\\ud800 \\udfff ".repeat(10_000)),
        json!([{"role": "user", "content": deep}]),
        deep,
        json!(messages),
        json!([{"role": "assistant", "content": null, "tool_calls": calls}]),
        json!([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": format!("data:image/png;base64,{}", "A".repeat(1 << 20))}}]}]),
        json!(
            (0..100_000)
                .map(|number| (format!("key {number}"), json!(number)))
                .collect::<serde_json::Map<_, _>>()
        ),
        json!(vec![0.5; 1_000_000]),
    ];
    for (shown, messages) in inputs.iter().enumerate() {
        let region = Region::new(ALLOCATOR);
        let spans = capture(|| question(messages));
        let stats = region.change();
        let told = content(&spans, INPUT).expect("content");
        schema::check("input-messages", &told);
        let length = text(&spans, INPUT).expect("content").len();
        assert!(length <= limit, "{length} bytes of input {shown}");
        assert!(
            text(&spans, TRUNCATED).is_some_and(|keys| keys.contains(INPUT)),
            "input {shown}: {spans}"
        );
        assert!(
            stats.bytes_allocated < 32 << 20,
            "{} bytes for input {shown}",
            stats.bytes_allocated
        );
    }
    if limit < 2000 {
        return;
    }
    // The first and the last messages are there, and what is between them is counted.
    let spans = capture(|| question(&json!(messages)));
    let told = content(&spans, INPUT).expect("content");
    let said = |message: &Value| -> u64 {
        let text = message["parts"][0]["content"].as_str().expect("a text");
        text.split(' ')
            .next()
            .expect("a number")
            .parse()
            .expect("a number")
    };
    let told = told.as_array().expect("a list");
    assert_eq!((said(&told[0]), said(&told[told.len() - 1])), (0, 9_999));
    let mut next = 0;
    for message in told {
        assert_eq!(said(message), next);
        next += 1 + message
            .get("agent_otel.left_out_after")
            .and_then(Value::as_u64)
            .unwrap_or(0);
    }
    assert_eq!(next, 10_000);

    // Numbers that JSON does not have.
    #[tool(arguments, result)]
    fn measure(at: f64) -> Vec<f64> {
        vec![at, f64::NEG_INFINITY, 1.5]
    }
    let spans = capture(|| {
        measure(f64::NAN);
    });
    assert_eq!(content(&spans, ARGUMENTS), Some(json!({"at": null})));
    assert_eq!(
        content(&spans, RESULT),
        Some(json!({"result": [null, null, 1.5]}))
    );
}

/// A stream of texts that does not end is gathered as far as there is room for it.
#[test]
fn a_long_stream_is_bounded() {
    #[llm_call(provider = "openai", model = "gpt-4o")]
    fn chunks() -> impl futures::Stream<Item = Value> {
        futures::stream::iter((0..20_000).map(|number| {
            json!({"choices": [{"index": 0, "delta": {"content": format!("{number} and so on, ")}}]})
        }))
    }
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        let spans = capture(|| {
            futures::executor::block_on(futures::StreamExt::count(chunks()));
        });
        let told = content(&spans, OUTPUT).expect("content");
        schema::check("output-messages", &told);
        assert!(told.to_string().len() <= 64 * 1024);
        assert!(
            text(&spans, TRUNCATED).is_some_and(|keys| keys.contains(OUTPUT)),
            "{spans}"
        );
    });
}

/// What is captured is copied for what is written, and not once more for metrics and events, which have no use for it.
#[test]
fn content_is_not_copied_for_metrics() {
    #[tool(result)]
    fn read(text: &str) -> &str {
        text
    }
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        ContentPolicy::new()
            .capture(Capture::SpanOnly)
            .limit(4 << 20)
            .hook_timeout(LONG)
            .install();
        let allocated = |text: &str| {
            let region = Region::new(ALLOCATOR);
            let spans = capture(|| {
                read(text);
            });
            let allocated = region.change().bytes_allocated;
            assert!(content(&spans, RESULT).is_some());
            allocated
        };
        let text = "word ".repeat(1 << 18);
        let _ = allocated("once");
        // Captured, which grows as it is read, written as JSON, and cut.
        let copies = allocated(&text) / text.len();
        assert!(copies <= 4, "{copies} copies");
    });
}
