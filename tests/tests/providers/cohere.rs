//! `POST /v2/chat` and `/v2/embed`.

use agent_otel::testing::capture;
use agent_otel_tests::captured::{input, output, tools, with_content};
use expect_test::expect;
use serde_json::{Value, json};

use crate::{answered, called, embed, streamed};

fn request() -> Value {
    json!({
        "model": "command-a-03-2025", "stream": false, "temperature": 0.3, "p": 0.75, "k": 40, "max_tokens": 100,
        "seed": 7, "stop_sequences": ["--"], "frequency_penalty": 0.1, "presence_penalty": 0.2,
        "safety_mode": "CONTEXTUAL", "response_format": {"type": "json_object"},
        "messages": [
            {"role": "system", "content": "You answer in JSON."},
            {"role": "user", "content": "How many sales on 2023-09-29?"},
            {"role": "assistant", "tool_plan": "I will query the report.", "tool_calls": [{"id": "query_1",
                "type": "function", "function": {"name": "query_report", "arguments": "{\"day\":\"2023-09-29\"}"}}]},
            {"role": "tool", "tool_call_id": "query_1", "content": [
                {"type": "document", "document": {"data": "{\"sales\": 10000}"}}]},
        ],
        "tools": [{"type": "function", "function": {"name": "query_report", "description": "Queries a report",
            "parameters": {"type": "object", "properties": {"day": {"type": "string"}}}}}],
    })
}

fn answer() -> Value {
    json!({
        "id": "c14c80c3-18eb-4519-9460-6c92edd8cfb4", "finish_reason": "COMPLETE",
        "message": {"role": "assistant", "content": [{"type": "text", "text": "LLMs stand for Large Language Models."}]},
        "usage": {"billed_units": {"input_tokens": 5, "output_tokens": 418},
            "tokens": {"input_tokens": 71, "output_tokens": 420, "reasoning_tokens": 7}, "cached_tokens": 64},
    })
}

fn tool_call() -> Value {
    json!({
        "id": "4a5c0e3c-3c5b-4d1e-9c9e-5f0c1f7d1d7c", "finish_reason": "TOOL_CALL",
        "message": {"role": "assistant", "tool_plan": "I will query the report.", "tool_calls": [{"id": "query_1",
            "type": "function", "function": {"name": "query_report", "arguments": "{\"day\":\"2023-09-29\"}"}}]},
        // Counts in floating point are whole all the same.
        "usage": {"billed_units": {"input_tokens": 127.0, "output_tokens": 69.0},
            "tokens": {"input_tokens": 1032.0, "output_tokens": 124.0}},
    })
}

fn chunks() -> Vec<Value> {
    let delta = |kind: &str, index: u32, message: Value| json!({"type": kind, "index": index, "delta": {"message": message}});
    vec![
        json!({"type": "message-start", "id": "29f14a5a-11de-4cae-9800-25e4747408ea",
            "delta": {"message": {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": []}}}),
        delta("tool-plan-delta", 0, json!({"tool_plan": "I will "})),
        delta("tool-plan-delta", 0, json!({"tool_plan": "query."})),
        delta(
            "content-start",
            0,
            json!({"content": {"type": "text", "text": ""}}),
        ),
        delta("content-delta", 0, json!({"content": {"text": "One "}})),
        delta("content-delta", 0, json!({"content": {"text": "moment."}})),
        json!({"type": "content-end", "index": 0}),
        delta(
            "citation-start",
            0,
            json!({"citations": {"start": 0, "end": 3, "text": "One", "sources": []}}),
        ),
        delta(
            "tool-call-start",
            1,
            json!({"tool_calls": {"id": "query_1", "type": "function",
            "function": {"name": "query_report", "arguments": ""}}}),
        ),
        delta(
            "tool-call-delta",
            1,
            json!({"tool_calls": {"function": {"arguments": "{\"day\":"}}}),
        ),
        delta(
            "tool-call-delta",
            1,
            json!({"tool_calls": {"function": {"arguments": "1}"}}}),
        ),
        json!({"type": "tool-call-end", "index": 1}),
        json!({"type": "message-end", "delta": {"finish_reason": "TOOL_CALL",
            "usage": {"billed_units": {"input_tokens": 3, "output_tokens": 7},
                "tokens": {"input_tokens": 69, "output_tokens": 9}}}}),
    ]
}

#[test]
fn an_answer() {
    expect![[r#"

        chat command-a-03-2025 [client]
            gen_ai.operation.name: "chat"
            gen_ai.output.type: "json"
            gen_ai.provider.name: "cohere"
            gen_ai.request.frequency_penalty: 0.1
            gen_ai.request.max_tokens: 100
            gen_ai.request.model: "command-a-03-2025"
            gen_ai.request.presence_penalty: 0.2
            gen_ai.request.seed: 7
            gen_ai.request.stop_sequences: ["--"]
            gen_ai.request.temperature: 0.3
            gen_ai.request.top_k: 40
            gen_ai.request.top_p: 0.75
            gen_ai.response.finish_reasons: ["COMPLETE"]
            gen_ai.response.id: "c14c80c3-18eb-4519-9460-6c92edd8cfb4"
            gen_ai.usage.input_tokens: 5
            gen_ai.usage.output_tokens: 418
            gen_ai.usage.reasoning.output_tokens: 7
    "#]]
    .assert_eq(&called("cohere", &request(), answer()).to_string());
}

/// Models that think have a budget for it, under a name that others know as well.
#[test]
fn a_request_to_think() {
    let mut request = request();
    request["thinking"] = json!({"type": "enabled", "token_budget": 500});
    let told = |request: &Value| called("cohere", request, Value::Null).to_string();
    assert_eq!(told(&request), told(&self::request()));
}

#[test]
fn a_tool_call() {
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "cohere"
            gen_ai.response.finish_reasons: ["TOOL_CALL"]
            gen_ai.response.id: "4a5c0e3c-3c5b-4d1e-9c9e-5f0c1f7d1d7c"
            gen_ai.usage.input_tokens: 127
            gen_ai.usage.output_tokens: 69
    "#]]
    .assert_eq(&answered("cohere", tool_call()).to_string());
}

#[test]
fn a_stream() {
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 13
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "cohere"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["TOOL_CALL"]
            gen_ai.response.id: "29f14a5a-11de-4cae-9800-25e4747408ea"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.input_tokens: 3
            gen_ai.usage.output_tokens: 7
    "#]]
    .assert_eq(&streamed("cohere", &chunks()).to_string());
}

#[test]
fn an_error() {
    let error = json!({"id": "8a1f", "message": "invalid api token"});
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "cohere"
    "#]]
    .assert_eq(&answered("cohere", error).to_string());
}

/// Where nothing is billed, what was consumed counts, with what came from the cache.
#[test]
fn nothing_billed() {
    let body = json!({"id": "c", "finish_reason": "COMPLETE", "message": {"role": "assistant", "content": []},
        "usage": {"tokens": {"input_tokens": 71, "output_tokens": 418}, "cached_tokens": 64}});
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "cohere"
            gen_ai.response.finish_reasons: ["COMPLETE"]
            gen_ai.response.id: "c"
            gen_ai.usage.cache_read.input_tokens: 64
            gen_ai.usage.input_tokens: 71
            gen_ai.usage.output_tokens: 418
    "#]]
    .assert_eq(&answered("cohere", body).to_string());
}

#[test]
fn embeddings() {
    let request = json!({"model": "embed-v4.0", "input_type": "classification", "texts": ["hello", "goodbye"],
        "embedding_types": ["float", "int8"], "output_dimension": 3});
    let response = json!({"id": "da6e531f-54c5-4a73-bf92-f60566d8d753",
        "embeddings": {"float": [[0.016, -0.008, 0.032], [0.1, 0.2, 0.3]]}, "texts": ["hello", "goodbye"],
        "meta": {"api_version": {"version": "2"}, "billed_units": {"input_tokens": 2}},
        "response_type": "embeddings_by_type"});
    let spans = capture(|| {
        embed("cohere", &request, response);
    });
    expect![[r#"

        embeddings embed-v4.0 [client]
            gen_ai.embeddings.dimension.count: 3
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "cohere"
            gen_ai.request.encoding_formats: ["float","int8"]
            gen_ai.request.model: "embed-v4.0"
            gen_ai.response.id: "da6e531f-54c5-4a73-bf92-f60566d8d753"
            gen_ai.usage.input_tokens: 2
    "#]]
    .assert_eq(&spans.to_string());
}

#[test]
fn content() {
    with_content(|| {
        let spans = called("cohere", &request(), answer());
        let call = json!({"type": "tool_call", "id": "query_1", "name": "query_report",
            "arguments": {"day": "2023-09-29"}});
        assert_eq!(
            input(&spans),
            json!([
                {"role": "system", "parts": [{"type": "text", "content": "You answer in JSON."}]},
                {"role": "user", "parts": [{"type": "text", "content": "How many sales on 2023-09-29?"}]},
                {"role": "assistant", "parts": [
                    {"type": "reasoning", "content": "I will query the report."}, call,
                ]},
                {"role": "tool", "parts": [{"type": "tool_call_response", "id": "query_1", "response": [
                    {"type": "document", "document": {"data": "{\"sales\": 10000}"}}]}]},
            ])
        );
        assert_eq!(
            tools(&spans),
            json!([{"type": "function", "name": "query_report", "description": "Queries a report",
                "parameters": {"type": "object", "properties": {"day": {"type": "string"}}}}])
        );
        assert_eq!(
            output(&spans),
            json!([{"role": "assistant", "finish_reason": "COMPLETE", "parts": [
                {"type": "text", "content": "LLMs stand for Large Language Models."},
            ]}])
        );
        assert_eq!(
            output(&answered("cohere", tool_call())),
            json!([{"role": "assistant", "finish_reason": "TOOL_CALL", "parts": [
                {"type": "reasoning", "content": "I will query the report."}, call,
            ]}])
        );
        assert_eq!(
            output(&streamed("cohere", &chunks())),
            json!([{"role": "assistant", "finish_reason": "TOOL_CALL", "parts": [
                {"type": "reasoning", "content": "I will query."},
                {"type": "text", "content": "One moment."},
                {"type": "tool_call", "id": "query_1", "name": "query_report", "arguments": {"day": 1}},
            ]}])
        );
    });
}
