//! Mistral's `POST /v1/chat/completions`, which is that of OpenAI with a few words of its own.

use agent_otel_tests::captured::{output, with_content};
use expect_test::expect;
use serde_json::{Value, json};

use crate::{answered, called, streamed};

fn request() -> Value {
    json!({"model": "mistral-small-latest", "temperature": 0.7, "top_p": 1, "max_tokens": 64, "random_seed": 3,
        "stop": "Paris", "stream": false, "n": 1, "safe_prompt": false, "response_format": {"type": "text"},
        "messages": [{"role": "user", "content": "Who is the best French painter?"}]})
}

fn answer() -> Value {
    json!({
        "id": "cmpl-e5cc70bb28c444948073e77776eb30ef", "object": "chat.completion", "created": 1_702_256_327,
        "model": "mistral-small-latest",
        "choices": [{"index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "content": "Claude Monet.", "tool_calls": null, "prefix": false}}],
        "usage": {"prompt_tokens": 16, "completion_tokens": 34, "total_tokens": 50, "num_cached_tokens": 8},
    })
}

fn tool_call() -> Value {
    json!({
        "id": "7cbd8962041442459eb3636e1e3cbf10", "object": "chat.completion", "model": "mistral-large-latest",
        "choices": [{"index": 0, "finish_reason": "tool_calls", "message": {"role": "assistant", "content": "",
            "tool_calls": [{"id": "D681PevKs", "index": 0, "function": {"name": "retrieve_payment_status",
                "arguments": "{\"transaction_id\": \"T1001\"}"}}]}}],
        "usage": {"prompt_tokens": 94, "completion_tokens": 30, "total_tokens": 124},
    })
}

/// Models that think aloud answer in blocks.
fn chunks() -> Vec<Value> {
    let chunk = |content: Value, reason: Value, usage: Value| {
        json!({"id": "cf43c3a1", "object": "chat.completion.chunk", "model": "magistral-medium-2509", "usage": usage,
            "choices": [{"index": 0, "delta": {"content": content}, "finish_reason": reason}]})
    };
    let thought =
        |text: &str| json!([{"type": "thinking", "thinking": [{"type": "text", "text": text}]}]);
    vec![
        chunk(json!(""), Value::Null, Value::Null),
        chunk(thought("Monet "), Value::Null, Value::Null),
        chunk(thought("or Manet?"), Value::Null, Value::Null),
        chunk(json!("Claude "), Value::Null, Value::Null),
        chunk(
            json!("Monet."),
            json!("stop"),
            json!({"prompt_tokens": 10, "completion_tokens": 1009, "total_tokens": 1019}),
        ),
    ]
}

#[test]
fn a_completion() {
    expect![[r#"

        chat mistral-small-latest [client]
            gen_ai.operation.name: "chat"
            gen_ai.output.type: "text"
            gen_ai.provider.name: "mistral_ai"
            gen_ai.request.max_tokens: 64
            gen_ai.request.model: "mistral-small-latest"
            gen_ai.request.seed: 3
            gen_ai.request.stop_sequences: ["Paris"]
            gen_ai.request.temperature: 0.7
            gen_ai.request.top_p: 1
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.id: "cmpl-e5cc70bb28c444948073e77776eb30ef"
            gen_ai.response.model: "mistral-small-latest"
            gen_ai.usage.cache_read.input_tokens: 8
            gen_ai.usage.input_tokens: 16
            gen_ai.usage.output_tokens: 34
    "#]]
    .assert_eq(&called("mistral_ai", &request(), answer()).to_string());
}

#[test]
fn a_tool_call() {
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "mistral_ai"
            gen_ai.response.finish_reasons: ["tool_calls"]
            gen_ai.response.id: "7cbd8962041442459eb3636e1e3cbf10"
            gen_ai.response.model: "mistral-large-latest"
            gen_ai.usage.input_tokens: 94
            gen_ai.usage.output_tokens: 30
    "#]]
    .assert_eq(&answered("mistral_ai", tool_call()).to_string());
}

#[test]
fn a_stream() {
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 5
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "mistral_ai"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.id: "cf43c3a1"
            gen_ai.response.model: "magistral-medium-2509"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.input_tokens: 10
            gen_ai.usage.output_tokens: 1009
    "#]]
    .assert_eq(&streamed("mistral_ai", &chunks()).to_string());
}

#[test]
fn errors() {
    let bodies = [
        json!({"object": "error", "message": "Invalid model: mistral-0", "type": "invalid_model", "param": null,
            "code": "1500"}),
        json!({"object": "error", "message": {"detail": [{"type": "missing", "loc": ["body", "messages"]}]},
            "type": "invalid_request_error"}),
        json!({"detail": [{"loc": ["body", "model"], "msg": "Field required", "type": "missing"}]}),
    ];
    let told = bodies.map(|body| answered("mistral_ai", body).to_string());
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "mistral_ai"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "mistral_ai"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "mistral_ai"
    "#]]
    .assert_eq(&told.concat());
}

#[test]
fn content() {
    with_content(|| {
        assert_eq!(
            output(&answered("mistral_ai", tool_call())),
            json!([{"role": "assistant", "finish_reason": "tool_calls", "parts": [
                {"type": "tool_call", "id": "D681PevKs", "name": "retrieve_payment_status",
                    "arguments": {"transaction_id": "T1001"}},
            ]}])
        );
        assert_eq!(
            output(&streamed("mistral_ai", &chunks())),
            json!([{"role": "assistant", "finish_reason": "stop", "parts": [
                {"type": "reasoning", "content": "Monet or Manet?"},
                {"type": "text", "content": "Claude Monet."},
            ]}])
        );
    });
}
