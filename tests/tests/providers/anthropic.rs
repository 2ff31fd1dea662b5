//! `POST /v1/messages`.

use agent_otel_tests::captured::{input, output, system, tools, with_content};
use expect_test::expect;
use serde_json::{Value, json};

use crate::{answered, called, streamed};

fn request() -> Value {
    json!({
        "model": "claude-sonnet-4-5", "max_tokens": 1024, "temperature": 0.5, "top_k": 40, "top_p": 0.7,
        "stop_sequences": ["END"], "stream": false, "service_tier": "auto", "output_config": {"effort": "medium"},
        "thinking": {"type": "enabled", "budget_tokens": 512},
        "system": [{"type": "text", "text": "You are a broker.", "cache_control": {"type": "ephemeral"}}],
        "tools": [
            {"name": "get_stock_price", "description": "Get the current stock price for a ticker symbol.",
                "input_schema": {"type": "object", "properties": {"ticker": {"type": "string"}}}},
            {"type": "web_search_20250305", "name": "web_search", "max_uses": 5},
        ],
        "messages": [
            {"role": "user", "content": [
                {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "/9j/4AAQ"}},
                {"type": "document", "source": {"type": "url", "url": "https://example.com/report.pdf"}},
                {"type": "text", "text": "What's the S&P 500 at today?"},
            ]},
            {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "I should look it up.", "signature": "EqQB"},
                {"type": "redacted_thinking", "data": "EmwK"},
                {"type": "tool_use", "id": "toolu_01D7FLrfh4GYq7yT1ULFeyMV", "name": "get_stock_price",
                    "input": {"ticker": "^GSPC"}},
            ]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "toolu_01D7FLrfh4GYq7yT1ULFeyMV", "content": "259.75 USD"},
            ]},
        ],
    })
}

fn answer() -> Value {
    json!({
        "id": "msg_013Zva2CMHLNnjNjJJKqJ2EF", "type": "message", "role": "assistant",
        "model": "claude-sonnet-4-5-20250929", "content": [{"type": "text", "text": "Hi! My name is Claude."}],
        "stop_reason": "end_turn", "stop_sequence": null,
        "usage": {
            "input_tokens": 2095, "output_tokens": 503, "cache_creation_input_tokens": 2051,
            "cache_read_input_tokens": 2051, "server_tool_use": {"web_search_requests": 0}, "service_tier": "standard",
            "cache_creation": {"ephemeral_5m_input_tokens": 2051, "ephemeral_1h_input_tokens": 0},
            "output_tokens_details": {"thinking_tokens": 300},
        },
    })
}

fn tool_call() -> Value {
    json!({
        "id": "msg_01Aq9w938a90dw8q", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5-20250929",
        "content": [
            {"type": "thinking", "thinking": "They want the index.", "signature": "EqQB"},
            {"type": "text", "text": "I'll check."},
            {"type": "server_tool_use", "id": "srvtoolu_01", "name": "web_search", "input": {"query": "S&P 500"}},
            {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_01", "content": [
                {"type": "web_search_result", "url": "https://example.com", "title": "S&P 500"}]},
            {"type": "tool_use", "id": "toolu_01D7FLrfh4GYq7yT1ULFeyMV", "name": "get_stock_price",
                "input": {"ticker": "^GSPC"}},
        ],
        "stop_reason": "tool_use", "stop_sequence": null, "usage": {"input_tokens": 384, "output_tokens": 65},
    })
}

fn chunks() -> Vec<Value> {
    let delta = |index: u32, delta: Value| json!({"type": "content_block_delta", "index": index, "delta": delta});
    vec![
        json!({"type": "message_start", "message": {
            "id": "msg_014p7gG3wDgGV9EUtLvnow3U", "type": "message", "role": "assistant",
            "model": "claude-sonnet-4-5-20250929", "stop_sequence": null, "stop_reason": null, "content": [],
            "usage": {"input_tokens": 472, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 10,
                "output_tokens": 2},
        }}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}}),
        delta(
            0,
            json!({"type": "thinking_delta", "thinking": "Weather, "}),
        ),
        delta(0, json!({"type": "thinking_delta", "thinking": "then."})),
        delta(0, json!({"type": "signature_delta", "signature": "EqQB"})),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}}),
        json!({"type": "ping"}),
        delta(1, json!({"type": "text_delta", "text": "Okay, let's "})),
        delta(1, json!({"type": "text_delta", "text": "check."})),
        json!({"type": "content_block_stop", "index": 1}),
        json!({"type": "content_block_start", "index": 2, "content_block":
            {"type": "tool_use", "id": "toolu_01T1x1fJ34qAmk2tNTrN7Up6", "name": "get_weather", "input": {}}}),
        delta(2, json!({"type": "input_json_delta", "partial_json": ""})),
        delta(
            2,
            json!({"type": "input_json_delta", "partial_json": "{\"location\": \"San"}),
        ),
        delta(
            2,
            json!({"type": "input_json_delta", "partial_json": " Francisco, CA\"}"}),
        ),
        json!({"type": "content_block_stop", "index": 2}),
        json!({"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": null},
            "usage": {"output_tokens": 89}}),
        json!({"type": "message_stop"}),
    ]
}

#[test]
fn a_message() {
    expect![[r#"

        chat claude-sonnet-4-5 [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "anthropic"
            gen_ai.request.max_tokens: 1024
            gen_ai.request.model: "claude-sonnet-4-5"
            gen_ai.request.reasoning.level: "medium"
            gen_ai.request.stop_sequences: ["END"]
            gen_ai.request.temperature: 0.5
            gen_ai.request.top_k: 40
            gen_ai.request.top_p: 0.7
            gen_ai.response.finish_reasons: ["end_turn"]
            gen_ai.response.id: "msg_013Zva2CMHLNnjNjJJKqJ2EF"
            gen_ai.response.model: "claude-sonnet-4-5-20250929"
            gen_ai.usage.cache_read.input_tokens: 2051
            gen_ai.usage.cache_write.input_tokens: 2051
            gen_ai.usage.input_tokens: 6197
            gen_ai.usage.output_tokens: 503
            gen_ai.usage.reasoning.output_tokens: 300
    "#]]
    .assert_eq(&called("anthropic", &request(), answer()).to_string());
}

#[test]
fn a_tool_call() {
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "anthropic"
            gen_ai.response.finish_reasons: ["tool_use"]
            gen_ai.response.id: "msg_01Aq9w938a90dw8q"
            gen_ai.response.model: "claude-sonnet-4-5-20250929"
            gen_ai.usage.input_tokens: 384
            gen_ai.usage.output_tokens: 65
    "#]]
    .assert_eq(&answered("anthropic", tool_call()).to_string());
}

#[test]
fn a_stream() {
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 18
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "anthropic"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["tool_use"]
            gen_ai.response.id: "msg_014p7gG3wDgGV9EUtLvnow3U"
            gen_ai.response.model: "claude-sonnet-4-5-20250929"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.cache_read.input_tokens: 100
            gen_ai.usage.cache_write.input_tokens: 10
            gen_ai.usage.input_tokens: 582
            gen_ai.usage.output_tokens: 89
    "#]]
    .assert_eq(&streamed("anthropic", &chunks()).to_string());
}

/// The last event may tell all counts again, each as far as it has come.
#[test]
fn the_last_event_counts_on() {
    let mut chunks = chunks();
    chunks.push(
        json!({"type": "message_delta", "delta": {}, "usage": {"input_tokens": 10_682,
        "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 510}}),
    );
    // Without the cached ones, what was told of them before holds.
    let mut few = self::chunks();
    few.push(json!({"type": "message_delta", "delta": {}, "usage": {"input_tokens": 500, "output_tokens": 90}}));
    let told = [chunks, few].map(|chunks| {
        let told = streamed("anthropic", &chunks).to_string();
        let lines = told.lines().filter(|line| line.contains("usage"));
        lines
            .map(|line| format!("{}\n", line.trim()))
            .collect::<String>()
    });
    expect![[r#"
        gen_ai.usage.cache_read.input_tokens: 0
        gen_ai.usage.cache_write.input_tokens: 0
        gen_ai.usage.input_tokens: 10682
        gen_ai.usage.output_tokens: 510

        gen_ai.usage.cache_read.input_tokens: 100
        gen_ai.usage.cache_write.input_tokens: 10
        gen_ai.usage.input_tokens: 610
        gen_ai.usage.output_tokens: 90
    "#]]
    .assert_eq(&told.join("\n"));
}

#[test]
fn an_error() {
    let error = json!({"type": "error", "error": {"type": "not_found_error", "message": "model: claude-0"},
        "request_id": "req_011CSHoEeqs5C35K2UUqR7Fy"});
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "anthropic"
    "#]]
    .assert_eq(&answered("anthropic", error.clone()).to_string());
    // Streams begin well and break off with the same.
    let overloaded =
        json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}});
    let mut chunks = chunks();
    chunks.truncate(10);
    chunks.push(overloaded);
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 11
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "anthropic"
            gen_ai.request.stream: true
            gen_ai.response.id: "msg_014p7gG3wDgGV9EUtLvnow3U"
            gen_ai.response.model: "claude-sonnet-4-5-20250929"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.cache_read.input_tokens: 100
            gen_ai.usage.cache_write.input_tokens: 10
            gen_ai.usage.input_tokens: 582
            gen_ai.usage.output_tokens: 2
    "#]]
    .assert_eq(&streamed("anthropic", &chunks).to_string());
}

#[test]
fn a_compacted_conversation() {
    let told = |request: &Value, response: Value| {
        let told = called("anthropic", request, response).to_string();
        told.matches("gen_ai.conversation.compacted: true").count()
    };
    let mut compacted = answer();
    compacted["content"] = json!([{"type": "compaction", "content": "They asked of stocks."},
        {"type": "text", "text": "Where were we?"}]);
    let mut going_on = request();
    going_on["messages"] = json!([{"role": "assistant", "content": compacted["content"]},
        {"role": "user", "content": "Go on."}]);
    assert_eq!(told(&request(), answer()), 0);
    assert_eq!(told(&request(), compacted.clone()), 1);
    assert_eq!(told(&going_on, answer()), 1);
    assert_eq!(told(&going_on, compacted), 1);
}

/// Who speaks this API may end a stream with the whole of what came in pieces.
#[test]
fn a_stream_that_ends_with_the_whole() {
    let mut chunks = chunks();
    chunks.push(tool_call());
    with_content(|| {
        assert_eq!(
            output(&streamed("anthropic", &chunks)),
            output(&answered("anthropic", tool_call()))
        );
    });
}

/// The input of the provider's own tools comes in pieces, as that of the user's tools does.
#[test]
fn a_stream_with_a_tool_of_the_provider() {
    let start = |index: u32, block: Value| json!({"type": "content_block_start", "index": index, "content_block": block});
    let piece = |index: u32, json: &str| {
        json!({"type": "content_block_delta", "index": index,
            "delta": {"type": "input_json_delta", "partial_json": json}})
    };
    let chunks = [
        start(
            1,
            json!({"type": "server_tool_use", "id": "srvtoolu_01", "name": "web_search", "input": {}}),
        ),
        piece(1, ""),
        piece(1, "{\"query\":"),
        piece(1, " \"S&P 500\"}"),
        start(
            2,
            json!({"type": "web_search_tool_result", "tool_use_id": "srvtoolu_01", "content": []}),
        ),
        start(
            3,
            json!({"type": "mcp_tool_use", "id": "mcptoolu_01", "name": "echo", "server_name": "example", "input": {}}),
        ),
        piece(3, "{\"param\": 1}"),
        start(
            4,
            json!({"type": "server_tool_use", "id": "srvtoolu_02", "name": "web_search", "input": {}}),
        ),
        piece(4, "{\"que"),
    ];
    with_content(|| {
        assert_eq!(
            output(&streamed("anthropic", &chunks)),
            json!([{"role": "assistant", "finish_reason": "error", "parts": [
                {"type": "server_tool_call", "id": "srvtoolu_01", "name": "web_search",
                    "server_tool_call": {"type": "web_search", "input": {"query": "S&P 500"}}},
                {"type": "server_tool_call_response", "id": "srvtoolu_01", "server_tool_call_response":
                    {"type": "web_search_tool_result", "content": []}},
                {"type": "server_tool_call", "id": "mcptoolu_01", "name": "echo",
                    "server_tool_call": {"type": "echo", "server_name": "example", "input": {"param": 1}}},
                {"type": "server_tool_call", "id": "srvtoolu_02", "name": "web_search",
                    "server_tool_call": {"type": "web_search", "input": "{\"que"}},
            ]}])
        );
    });
}

#[test]
fn content() {
    with_content(|| {
        let spans = called("anthropic", &request(), answer());
        assert_eq!(
            input(&spans),
            json!([
                {"role": "user", "parts": [
                    {"type": "blob", "modality": "image", "mime_type": "image/jpeg", "content": "/9j/4AAQ"},
                    {"type": "uri", "modality": "document", "uri": "https://example.com/report.pdf"},
                    {"type": "text", "content": "What's the S&P 500 at today?"},
                ]},
                {"role": "assistant", "parts": [
                    {"type": "reasoning", "content": "I should look it up."},
                    {"type": "tool_call", "id": "toolu_01D7FLrfh4GYq7yT1ULFeyMV", "name": "get_stock_price",
                        "arguments": {"ticker": "^GSPC"}},
                ]},
                {"role": "user", "parts": [
                    {"type": "tool_call_response", "id": "toolu_01D7FLrfh4GYq7yT1ULFeyMV", "response": "259.75 USD"},
                ]},
            ])
        );
        assert_eq!(
            system(&spans),
            json!([{"type": "text", "content": "You are a broker."}])
        );
        assert_eq!(
            tools(&spans),
            json!([
                {"type": "function", "name": "get_stock_price",
                    "description": "Get the current stock price for a ticker symbol.",
                    "parameters": {"type": "object", "properties": {"ticker": {"type": "string"}}}},
                {"type": "web_search_20250305", "name": "web_search", "max_uses": 5},
            ])
        );
        assert_eq!(
            output(&answered("anthropic", tool_call())),
            json!([{"role": "assistant", "finish_reason": "tool_use", "parts": [
                {"type": "reasoning", "content": "They want the index."},
                {"type": "text", "content": "I'll check."},
                {"type": "server_tool_call", "id": "srvtoolu_01", "name": "web_search",
                    "server_tool_call": {"type": "web_search", "input": {"query": "S&P 500"}}},
                {"type": "server_tool_call_response", "id": "srvtoolu_01", "server_tool_call_response":
                    {"type": "web_search_tool_result", "content": [
                        {"type": "web_search_result", "url": "https://example.com", "title": "S&P 500"}]}},
                {"type": "tool_call", "id": "toolu_01D7FLrfh4GYq7yT1ULFeyMV", "name": "get_stock_price",
                    "arguments": {"ticker": "^GSPC"}},
            ]}])
        );
        assert_eq!(
            output(&streamed("anthropic", &chunks())),
            json!([{"role": "assistant", "finish_reason": "tool_use", "parts": [
                {"type": "reasoning", "content": "Weather, then."},
                {"type": "text", "content": "Okay, let's check."},
                {"type": "tool_call", "id": "toolu_01T1x1fJ34qAmk2tNTrN7Up6", "name": "get_weather",
                    "arguments": {"location": "San Francisco, CA"}},
            ]}])
        );
    });
}
