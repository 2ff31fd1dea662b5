//! rig-core.

use agent_otel_tests::captured::{input, output, tools, with_content};
use expect_test::expect;
use rig_core::ProviderError;
use rig_core::completion::{CompletionRequest, CompletionResponse};
use rig_core::embeddings::EmbeddingResponse;
use rig_core::streaming::{Item, Relayed, StreamEvent};
use serde_json::{Value, json};

use crate::{called, embedded, finish_reasons, read, streamed};

fn request() -> CompletionRequest {
    let mut request = CompletionRequest::new("unused");
    request.model = Some("claude-sonnet-4-5".to_owned());
    request.temperature = Some(0.5);
    request.max_tokens = Some(100);
    request.options =
        read(json!({"top_p": 0.9, "seed": 42, "stop": ["END"], "reasoning": {"effort": "high"}}));
    request.chat_history = read(json!([
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [
            {"type": "text", "text": "What is this?"},
            {"type": "image", "data": {"type": "base64", "value": "AQID"}, "media_type": "png"},
        ]},
        {"role": "assistant", "content": [call("image")]},
        {"role": "user", "content": [{"type": "toolresult", "call": {"provider": "call_1"}, "name": "look",
            "content": [{"type": "json", "value": {"seen": "a cat"}}]}]},
    ]));
    request.tools = read(json!([{"name": "look", "description": "Looks at a thing",
        "parameters": {"type": "object"}}]));
    request
}

fn call(at: &str) -> Value {
    json!({"type": "toolcall", "id": {"provider": "call_1"}, "function": {"name": "look", "arguments": {"at": at}}})
}

fn response() -> CompletionResponse {
    read(json!({
        "choice": [{"type": "reasoning", "text": "Hm."}, {"type": "text", "text": "A moment."}, call("cat")],
        "usage": {"input_tokens": 115, "output_tokens": 15, "total_tokens": 130, "cached_input_tokens": 100,
            "cache_creation_input_tokens": 10, "reasoning_tokens": 7},
        "origin": origin(), "finish_reason": "tool_calls", "raw": null,
    }))
}

fn origin() -> Value {
    json!({"api": "anthropic", "provider": "anthropic", "model": "claude-sonnet-4-5",
        "response_model": "claude-sonnet-4-5-20250929", "response_id": "msg_1"})
}

fn events() -> Vec<StreamEvent> {
    let events = [
        json!({"event": "start", "part": 0, "kind": "reasoning"}),
        json!({"event": "reasoning", "part": 0, "text": "Hm."}),
        json!({"event": "end", "part": 0, "content": {"type": "reasoning", "text": "Hm."}}),
        json!({"event": "start", "part": 1, "kind": "text"}),
        json!({"event": "text", "part": 1, "text": "A mo"}),
        json!({"event": "text", "part": 1, "text": "ment."}),
        json!({"event": "end", "part": 1, "content": {"type": "text", "text": "A moment."}}),
        json!({"event": "start", "part": 2, "kind": "tool_call", "name": "look"}),
        json!({"event": "arguments", "part": 2, "json": "{\"at\":"}),
        json!({"event": "arguments", "part": 2, "json": "\"cat\"}"}),
        json!({"event": "end", "part": 2, "content": call("cat")}),
    ];
    events.into_iter().map(read).collect()
}

fn relayed() -> Vec<Relayed> {
    let items = events()
        .into_iter()
        .map(|event| Relayed::Item(Item::Event(event)));
    std::iter::once(Relayed::Origin(read(origin())))
        .chain(items)
        .chain([Relayed::Done(Box::new(response()))])
        .collect()
}

#[test]
fn completions() {
    expect![[r#"

        chat claude-sonnet-4-5 [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "anthropic"
            gen_ai.request.max_tokens: 100
            gen_ai.request.model: "claude-sonnet-4-5"
            gen_ai.request.reasoning.level: "high"
            gen_ai.request.seed: 42
            gen_ai.request.stop_sequences: ["END"]
            gen_ai.request.temperature: 0.5
            gen_ai.request.top_p: 0.9
            gen_ai.response.finish_reasons: ["tool_calls"]
            gen_ai.response.id: "msg_1"
            gen_ai.response.model: "claude-sonnet-4-5-20250929"
            gen_ai.usage.cache_read.input_tokens: 100
            gen_ai.usage.cache_write.input_tokens: 10
            gen_ai.usage.input_tokens: 115
            gen_ai.usage.output_tokens: 15
            gen_ai.usage.reasoning.output_tokens: 7
    "#]]
    .assert_eq(&called("anthropic", &request(), response()).to_string());
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 13
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "anthropic"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["tool_calls"]
            gen_ai.response.id: "msg_1"
            gen_ai.response.model: "claude-sonnet-4-5-20250929"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.cache_read.input_tokens: 100
            gen_ai.usage.cache_write.input_tokens: 10
            gen_ai.usage.input_tokens: 115
            gen_ai.usage.output_tokens: 15
            gen_ai.usage.reasoning.output_tokens: 7
    "#]]
    .assert_eq(&streamed("anthropic", relayed()).to_string());
}

/// A count that was not sent stays unknown.
#[test]
fn usage_alone() {
    let mut usage = rig_core::completion::Usage::new();
    usage.input_tokens = Some(115);
    usage.cached_input_tokens = Some(100);
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "anthropic"
            gen_ai.request.reasoning.level: "high"
            gen_ai.request.seed: 42
            gen_ai.request.stop_sequences: ["END"]
            gen_ai.request.top_p: 0.9
            gen_ai.usage.cache_read.input_tokens: 100
            gen_ai.usage.input_tokens: 115
    "#]]
    .assert_eq(&called("anthropic", &request().options, usage).to_string());
}

#[test]
fn embeddings() {
    let mut response = EmbeddingResponse::new(Vec::new());
    response.embeddings = read(json!([{"document": "delicious", "vec": [0.1, 0.2, 0.3]}]));
    response.usage.input_tokens = Some(8);
    response.model = Some("text-embedding-3-small".to_owned());
    let told = embedded(
        "openai",
        &json!({"model": "text-embedding-3-small"}),
        response,
    );
    expect![[r#"

        embeddings text-embedding-3-small [client]
            gen_ai.embeddings.dimension.count: 3
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "openai"
            gen_ai.request.model: "text-embedding-3-small"
            gen_ai.response.model: "text-embedding-3-small"
            gen_ai.usage.input_tokens: 8
    "#]]
    .assert_eq(&told.to_string());
}

fn limited() -> ProviderError {
    let body = json!({"error": {"code": "rate_limit_exceeded", "message": "slow down"}});
    ProviderError::from_http_response(http::StatusCode::TOO_MANY_REQUESTS, body.to_string())
}

#[test]
fn an_error() {
    let told =
        failed!("anthropic", CompletionResponse, relayed()[..5].to_vec(), ProviderError: limited());
    expect![[r#"

        chat m [client]
            error.type: "rate_limit_exceeded"
            gen_ai.response.finish_reasons: ["error"]
            status: error "ProviderResponseError: status 429 Too Many Requests: {\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"slow down\"}}"
        chat m [client]
            agent_otel.stream.chunks: 5
            error.type: "rate_limit_exceeded"
            gen_ai.response.finish_reasons: ["error"]
            gen_ai.response.id: "msg_1"
            gen_ai.response.model: "claude-sonnet-4-5-20250929"
            gen_ai.response.time_to_first_chunk: some time
            status: error "ProviderResponseError: status 429 Too Many Requests: {\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"slow down\"}}"
    "#]].assert_eq(&told);
}

#[test]
fn an_answer_without_a_tool() {
    let plain: CompletionResponse = read(json!({
        "choice": [{"type": "text", "text": "A cat."}], "usage": {"input_tokens": 5, "output_tokens": 3, "total_tokens": 8},
        "origin": origin(), "finish_reason": "stop", "raw": null,
    }));
    assert_eq!(
        finish_reasons(&called("anthropic", &request(), plain)),
        r#"["stop"]"#
    );
}

#[test]
fn content() {
    with_content(|| {
        let call = |at: &str| json!({"type": "tool_call", "id": "call_1", "name": "look", "arguments": {"at": at}});
        let spans = called("anthropic", &request(), response());
        assert_eq!(
            input(&spans),
            json!([
                {"role": "system", "parts": [{"type": "text", "content": "Be brief."}]},
                {"role": "user", "parts": [
                    {"type": "text", "content": "What is this?"},
                    {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "AQID"},
                ]},
                {"role": "assistant", "parts": [call("image")]},
                {"role": "tool", "parts": [
                    {"type": "tool_call_response", "id": "call_1", "response": {"seen": "a cat"}},
                ]},
            ])
        );
        assert_eq!(
            tools(&spans),
            json!([{"type": "function", "name": "look", "description": "Looks at a thing",
                "parameters": {"type": "object"}}])
        );
        let mut answered = json!([{"role": "assistant", "finish_reason": "tool_calls", "parts": [
            {"type": "reasoning", "content": "Hm."},
            {"type": "text", "content": "A moment."}, call("cat"),
        ]}]);
        assert_eq!(output(&spans), answered);
        assert_eq!(output(&streamed("anthropic", relayed())), answered);
        // Its own streams tell no finish reason, nor usage.
        answered[0]["finish_reason"] = json!("error");
        assert_eq!(output(&streamed("anthropic", events())), answered);
        // A call that comes whole tells its arguments at its end.
        let mut whole = events();
        whole.retain(|event| event.name() != "Arguments");
        assert_eq!(output(&streamed("anthropic", whole)), answered);
    });
}
