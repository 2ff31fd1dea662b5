//! `POST /model/{modelId}/converse`.

use agent_otel_tests::captured::{input, output, system, tools, with_content};
use expect_test::expect;
use serde_json::{Value, json};

use crate::{answered, called, streamed};

fn request() -> Value {
    json!({
        "modelId": "anthropic.claude-3-5-sonnet-20240620-v1:0",
        "messages": [
            {"role": "user", "content": [
                {"text": "What is the most popular song on WZPZ?"},
                {"image": {"format": "png", "source": {"bytes": "iVBORw0KGgo="}}},
                {"document": {"format": "pdf", "name": "charts", "source": {"s3Location": {"uri": "s3://bucket/charts"}}}},
                {"cachePoint": {"type": "default"}},
            ]},
            {"role": "assistant", "content": [
                {"reasoningContent": {"reasoningText": {"text": "A radio station.", "signature": "EqQB"}}},
                {"toolUse": {"toolUseId": "tooluse_kZJMlvQmRJ6eAyJE5GIl7Q", "name": "top_song", "input": {"sign": "WZPZ"}}},
            ]},
            {"role": "user", "content": [
                {"toolResult": {"toolUseId": "tooluse_kZJMlvQmRJ6eAyJE5GIl7Q", "status": "success",
                    "content": [{"json": {"song": "Elemental Hotel", "artist": "8 Storey Hike"}}]}},
            ]},
        ],
        "system": [{"text": "You only answer with songs."}],
        "inferenceConfig": {"maxTokens": 512, "temperature": 0.5, "topP": 0.9, "stopSequences": ["\n"]},
        "additionalModelRequestFields": {"top_k": 200},
        "guardrailConfig": {"guardrailIdentifier": "sgi5gkybzqak", "guardrailVersion": "1", "trace": "enabled"},
        "toolConfig": {"tools": [{"toolSpec": {"name": "top_song", "description": "The most popular song",
            "inputSchema": {"json": {"type": "object", "properties": {"sign": {"type": "string"}}}}}}]},
    })
}

fn answer() -> Value {
    json!({
        "output": {"message": {"role": "assistant", "content": [{"text": "Elemental Hotel by 8 Storey Hike."}]}},
        "stopReason": "end_turn", "usage": {"inputTokens": 125, "outputTokens": 60, "totalTokens": 185},
        "metrics": {"latencyMs": 1175},
    })
}

fn tool_call() -> Value {
    json!({
        "output": {"message": {"role": "assistant", "content": [
            {"reasoningContent": {"reasoningText": {"text": "A radio station."}}},
            {"toolUse": {"toolUseId": "tooluse_kZJMlvQmRJ6eAyJE5GIl7Q", "name": "top_song", "input": {"sign": "WZPZ"}}},
        ]}},
        "stopReason": "tool_use", "usage": {"inputTokens": 5, "outputTokens": 15, "totalTokens": 130,
            "cacheReadInputTokens": 100, "cacheWriteInputTokens": 10},
    })
}

fn chunks() -> Vec<Value> {
    let delta = |index: u32, delta: Value| json!({"contentBlockDelta": {"contentBlockIndex": index, "delta": delta}});
    vec![
        json!({"messageStart": {"role": "assistant"}}),
        delta(0, json!({"reasoningContent": {"text": "A radio "}})),
        delta(0, json!({"reasoningContent": {"text": "station."}})),
        delta(0, json!({"reasoningContent": {"signature": "EqQB"}})),
        json!({"contentBlockStop": {"contentBlockIndex": 0}}),
        delta(1, json!({"text": "I'll "})),
        delta(1, json!({"text": "look."})),
        json!({"contentBlockStart": {"contentBlockIndex": 2, "start": {"toolUse":
            {"toolUseId": "tooluse_1", "name": "top_song"}}}}),
        delta(2, json!({"toolUse": {"input": "{\"sign\":"}})),
        delta(2, json!({"toolUse": {"input": "\"WZPZ\"}"}})),
        json!({"messageStop": {"stopReason": "tool_use"}}),
        json!({"metadata": {"usage": {"inputTokens": 47, "outputTokens": 20, "totalTokens": 67},
            "metrics": {"latencyMs": 100}}}),
    ]
}

#[test]
fn an_answer() {
    expect![[r#"

        chat anthropic.claude-3-5-sonnet-20240620-v1:0 [client]
            aws.bedrock.guardrail.id: "sgi5gkybzqak"
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "aws.bedrock"
            gen_ai.request.max_tokens: 512
            gen_ai.request.model: "anthropic.claude-3-5-sonnet-20240620-v1:0"
            gen_ai.request.stop_sequences: ["
        "]
            gen_ai.request.temperature: 0.5
            gen_ai.request.top_k: 200
            gen_ai.request.top_p: 0.9
            gen_ai.response.finish_reasons: ["end_turn"]
            gen_ai.usage.input_tokens: 125
            gen_ai.usage.output_tokens: 60
    "#]]
    .assert_eq(&called("aws.bedrock", &request(), answer()).to_string());
}

#[test]
fn a_tool_call() {
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "aws.bedrock"
            gen_ai.response.finish_reasons: ["tool_use"]
            gen_ai.usage.cache_read.input_tokens: 100
            gen_ai.usage.cache_write.input_tokens: 10
            gen_ai.usage.input_tokens: 115
            gen_ai.usage.output_tokens: 15
    "#]]
    .assert_eq(&answered("aws.bedrock", tool_call()).to_string());
}

#[test]
fn a_stream() {
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 12
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "aws.bedrock"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["tool_use"]
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.input_tokens: 47
            gen_ai.usage.output_tokens: 20
    "#]]
    .assert_eq(&streamed("aws.bedrock", &chunks()).to_string());
}

#[test]
fn an_error() {
    let error = json!({"message": "Too many tokens, please wait before trying again."});
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "aws.bedrock"
    "#]]
    .assert_eq(&answered("aws.bedrock", error).to_string());
}

/// The guardrail is Bedrock's, whoever else speaks its language.
#[test]
fn a_server_of_another_provider() {
    let told = called("somebody", &request(), answer()).to_string();
    assert!(!told.contains("aws.bedrock.guardrail"), "{told}");
}

/// Whether the input includes the cached tokens is told by the total alone.
#[test]
fn cached_tokens() {
    let input = |input: u64, total: Value| {
        let usage = json!({"inputTokens": input, "outputTokens": 15, "totalTokens": total,
            "cacheReadInputTokens": 100, "cacheWriteInputTokens": 10});
        let told = answered(
            "aws.bedrock",
            json!({"stopReason": "end_turn", "usage": usage}),
        )
        .to_string();
        let line = told
            .lines()
            .find(|line| line.contains("usage.input_tokens"));
        line.and_then(|line| {
            line.trim()
                .strip_prefix("gen_ai.usage.input_tokens: ")?
                .parse()
                .ok()
        })
    };
    assert_eq!(input(5, json!(130)), Some(115));
    assert_eq!(input(115, json!(130)), Some(115));
    assert_eq!(input(5, json!(77)), None);
    assert_eq!(input(5, Value::Null), None::<u64>);
}

/// A tool of the provider's own is known by its name.
#[test]
fn a_system_tool() {
    let request = json!({"modelId": "amazon.nova-premier-v1:0", "messages": [],
        "toolConfig": {"tools": [{"systemTool": {"name": "nova_grounding"}}, {"cachePoint": {"type": "default"}}]}});
    with_content(|| {
        assert_eq!(
            tools(&called("aws.bedrock", &request, Value::Null)),
            json!([{"type": "systemTool", "name": "nova_grounding"}])
        );
    });
}

/// Models of Amazon have it beside the other parameters.
#[test]
fn top_k_of_nova() {
    let request = json!({"modelId": "amazon.nova-lite-v1:0", "messages": [],
        "additionalModelRequestFields": {"inferenceConfig": {"topK": 20}}});
    let told = called("aws.bedrock", &request, Value::Null).to_string();
    assert!(told.contains("gen_ai.request.top_k: 20"), "{told}");
}

/// Text that cites comes in a block of its own, and so does what a guardrail is to look at.
#[test]
fn texts_in_blocks() {
    let request = json!({"messages": [{"role": "user", "content": [
        {"guardContent": {"text": {"text": "What is on WZPZ?", "qualifiers": ["query"]}}},
        {"guardContent": {"image": {"format": "png", "source": {"bytes": "AQID"}}}},
        {"searchResult": {"source": "https://example.com", "title": "Charts", "content": []}}]}],
        "system": [{"guardContent": {"text": {"text": "Songs only."}}}]});
    let answer = json!({"stopReason": "end_turn", "output": {"message": {"role": "assistant", "content": [
        {"text": "It is "},
        {"citationsContent": {"content": [{"text": "Elemental "}, {"text": "Hotel"}], "citations": [{"title": "Charts",
            "location": {"documentPage": {"documentIndex": 0, "start": 1, "end": 2}}}]}}]}}});
    with_content(|| {
        let spans = called("aws.bedrock", &request, answer);
        assert_eq!(
            input(&spans),
            json!([{"role": "user", "parts": [
                {"type": "text", "content": "What is on WZPZ?"},
                {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "AQID"},
                {"type": "text", "content":
                    r#"{"searchResult":{"source":"https://example.com","title":"Charts","content":[]}}"#},
            ]}])
        );
        assert_eq!(
            system(&spans),
            json!([{"type": "text", "content": "Songs only."}])
        );
        assert_eq!(
            output(&spans),
            json!([{"role": "assistant", "finish_reason": "end_turn", "parts": [
                {"type": "text", "content": "It is "}, {"type": "text", "content": "Elemental Hotel"},
            ]}])
        );
    });
}

#[test]
fn content() {
    with_content(|| {
        let spans = called("aws.bedrock", &request(), answer());
        assert_eq!(
            input(&spans),
            json!([
                {"role": "user", "parts": [
                    {"type": "text", "content": "What is the most popular song on WZPZ?"},
                    {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "iVBORw0KGgo="},
                    {"type": "uri", "modality": "document", "uri": "s3://bucket/charts"},
                ]},
                {"role": "assistant", "parts": [
                    {"type": "reasoning", "content": "A radio station."},
                    {"type": "tool_call", "id": "tooluse_kZJMlvQmRJ6eAyJE5GIl7Q", "name": "top_song",
                        "arguments": {"sign": "WZPZ"}},
                ]},
                {"role": "user", "parts": [
                    {"type": "tool_call_response", "id": "tooluse_kZJMlvQmRJ6eAyJE5GIl7Q",
                        "response": {"song": "Elemental Hotel", "artist": "8 Storey Hike"}},
                ]},
            ])
        );
        assert_eq!(
            system(&spans),
            json!([{"type": "text", "content": "You only answer with songs."}])
        );
        assert_eq!(
            tools(&spans),
            json!([{"type": "function", "name": "top_song", "description": "The most popular song",
                "parameters": {"type": "object", "properties": {"sign": {"type": "string"}}}}])
        );
        assert_eq!(
            output(&spans),
            json!([{"role": "assistant", "finish_reason": "end_turn", "parts": [
                {"type": "text", "content": "Elemental Hotel by 8 Storey Hike."},
            ]}])
        );
        let called = |id: &str| json!({"type": "tool_call", "id": id, "name": "top_song", "arguments": {"sign": "WZPZ"}});
        assert_eq!(
            output(&answered("aws.bedrock", tool_call())),
            json!([{"role": "assistant", "finish_reason": "tool_use", "parts": [
                {"type": "reasoning", "content": "A radio station."}, called("tooluse_kZJMlvQmRJ6eAyJE5GIl7Q"),
            ]}])
        );
        assert_eq!(
            output(&streamed("aws.bedrock", &chunks())),
            json!([{"role": "assistant", "finish_reason": "tool_use", "parts": [
                {"type": "reasoning", "content": "A radio station."},
                {"type": "text", "content": "I'll look."}, called("tooluse_1"),
            ]}])
        );
    });
}
