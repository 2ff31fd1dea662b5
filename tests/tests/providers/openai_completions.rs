//! `POST /v1/completions`, of the time before chats.

use agent_otel_tests::captured::{input, output, with_content};
use expect_test::expect;
use serde_json::{Value, json};

use agent_otel::llm_call;
use agent_otel::testing::{Spans, capture};

use crate::streamed;

#[llm_call(provider = "openai", operation = "text_completion", request = request)]
fn complete(request: &Value, response: Value) -> Value {
    let _ = request;
    response
}

fn completed() -> Spans {
    capture(|| {
        complete(&request(), answer());
    })
}

fn request() -> Value {
    json!({"model": "gpt-3.5-turbo-instruct", "prompt": "Say this is a test", "max_tokens": 7, "temperature": 0.0,
        "stop": "###"})
}

fn answer() -> Value {
    json!({
        "id": "cmpl-uqkvlQyYK7bGYrRHQ0eXlWi7", "object": "text_completion", "created": 1_589_478_378,
        "model": "gpt-3.5-turbo-instruct", "system_fingerprint": "fp_44709d6fcb",
        "choices": [{"text": "\n\nThis is indeed a test", "index": 0, "logprobs": null, "finish_reason": "length"}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12},
    })
}

fn chunks() -> Vec<Value> {
    let chunk = |text: &str, reason: Value| {
        json!({"id": "cmpl-7iA7iJjj8V2zOkCGvWF2hAkDWBQZe", "object": "text_completion",
            "model": "gpt-3.5-turbo-instruct",
            "choices": [{"text": text, "index": 0, "logprobs": null, "finish_reason": reason}]})
    };
    vec![
        chunk("This ", Value::Null),
        chunk("is", json!("stop")),
        json!({"id": "cmpl-7iA7iJjj8V2zOkCGvWF2hAkDWBQZe", "model": "gpt-3.5-turbo-instruct", "choices": [],
            "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}}),
    ]
}

#[test]
fn a_completion() {
    expect![[r####"

        text_completion gpt-3.5-turbo-instruct [client]
            gen_ai.operation.name: "text_completion"
            gen_ai.provider.name: "openai"
            gen_ai.request.max_tokens: 7
            gen_ai.request.model: "gpt-3.5-turbo-instruct"
            gen_ai.request.stop_sequences: ["###"]
            gen_ai.request.temperature: 0
            gen_ai.response.finish_reasons: ["length"]
            gen_ai.response.id: "cmpl-uqkvlQyYK7bGYrRHQ0eXlWi7"
            gen_ai.response.model: "gpt-3.5-turbo-instruct"
            gen_ai.usage.input_tokens: 5
            gen_ai.usage.output_tokens: 7
            openai.response.system_fingerprint: "fp_44709d6fcb"
    "####]]
    .assert_eq(&completed().to_string());
}

#[test]
fn a_stream() {
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 3
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.id: "cmpl-7iA7iJjj8V2zOkCGvWF2hAkDWBQZe"
            gen_ai.response.model: "gpt-3.5-turbo-instruct"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.input_tokens: 5
            gen_ai.usage.output_tokens: 2
    "#]]
    .assert_eq(&streamed("openai", &chunks()).to_string());
}

#[test]
fn content() {
    with_content(|| {
        let spans = completed();
        assert_eq!(
            input(&spans),
            json!([{"role": "user", "parts": [{"type": "text", "content": "Say this is a test"}]}])
        );
        assert_eq!(
            output(&spans),
            json!([{"role": "assistant", "finish_reason": "length", "parts": [
                {"type": "text", "content": "\n\nThis is indeed a test"},
            ]}])
        );
        assert_eq!(
            output(&streamed("openai", &chunks())),
            json!([{"role": "assistant", "finish_reason": "stop", "parts": [
                {"type": "text", "content": "This is"},
            ]}])
        );
    });
}
