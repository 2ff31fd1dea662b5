//! Providers that speak the chats of OpenAI in a way of their own.

use agent_otel_tests::captured::{output, with_content};
use expect_test::expect;
use serde_json::{Value, json};

use crate::{answered, called, streamed};

/// What others have made of the usage.
#[test]
fn dialects() {
    let cases = [
        // DeepSeek tells what hit the cache beside the totals.
        (
            "deepseek",
            json!({"prompt_tokens": 16, "completion_tokens": 10, "total_tokens": 26,
            "prompt_cache_hit_tokens": 12, "prompt_cache_miss_tokens": 4}),
        ),
        // xAI counts what was spent on reasoning beside the output; the total tells.
        (
            "x_ai",
            json!({"prompt_tokens": 32, "completion_tokens": 9, "total_tokens": 135,
            "completion_tokens_details": {"reasoning_tokens": 94}}),
        ),
        // Moonshot.
        (
            "moonshot_ai",
            json!({"prompt_tokens": 19, "completion_tokens": 21, "total_tokens": 40, "cached_tokens": 10}),
        ),
    ];
    let told = cases.map(|(provider, usage)| {
        let body = json!({"id": "c", "choices": [], "usage": usage});
        answered(provider, body).to_string()
    });
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "deepseek"
            gen_ai.response.id: "c"
            gen_ai.usage.cache_read.input_tokens: 12
            gen_ai.usage.input_tokens: 16
            gen_ai.usage.output_tokens: 10

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "x_ai"
            gen_ai.response.id: "c"
            gen_ai.usage.input_tokens: 32
            gen_ai.usage.output_tokens: 103
            gen_ai.usage.reasoning.output_tokens: 94

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "moonshot_ai"
            gen_ai.response.id: "c"
            gen_ai.usage.cache_read.input_tokens: 10
            gen_ai.usage.input_tokens: 19
            gen_ai.usage.output_tokens: 21
    "#]]
    .assert_eq(&told.concat());
}

/// Groq's streams tell their usage in a corner of its own.
#[test]
fn a_stream_of_groq() {
    let chunks = [
        json!({"id": "c", "model": "llama-3.3-70b-versatile", "choices": [{"index": 0, "delta": {"content": "Hi"}}],
            "x_groq": {"id": "req_1"}}),
        json!({"id": "c", "model": "llama-3.3-70b-versatile",
            "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
            "x_groq": {"id": "req_1", "usage": {"prompt_tokens": 24, "completion_tokens": 377, "total_tokens": 401}}}),
    ];
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 2
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "groq"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.id: "c"
            gen_ai.response.model: "llama-3.3-70b-versatile"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.input_tokens: 24
            gen_ai.usage.output_tokens: 377
    "#]]
    .assert_eq(&streamed("groq", &chunks).to_string());
}

/// Moonshot's streams tell their usage beside the last choice.
#[test]
fn a_stream_of_moonshot() {
    let chunks = [
        json!({"id": "c", "model": "kimi-k2.6", "choices": [{"index": 0, "delta": {"content": "Hi"},
            "finish_reason": null}]}),
        json!({"id": "c", "model": "kimi-k2.6", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop",
            "usage": {"prompt_tokens": 19, "completion_tokens": 13, "total_tokens": 32, "cached_tokens": 10}}]}),
    ];
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 2
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "moonshot_ai"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.id: "c"
            gen_ai.response.model: "kimi-k2.6"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.cache_read.input_tokens: 10
            gen_ai.usage.input_tokens: 19
            gen_ai.usage.output_tokens: 13
    "#]]
    .assert_eq(&streamed("moonshot_ai", &chunks).to_string());
}

/// What Azure tells of its filters, before an answer and behind it, has no id and no model.
#[test]
fn a_stream_of_azure() {
    let told = |choices: Value| json!({"id": "", "object": "", "created": 0, "model": "", "choices": choices});
    let piece = |delta: Value, reason: Value| {
        json!({"id": "chatcmpl-7rAJvsS", "object": "chat.completion.chunk", "created": 1_692_904_000,
            "model": "gpt-4o-2024-11-20", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})
    };
    let checked = json!({"check_offset": 44, "start_offset": 44, "end_offset": 198});
    let mut first = told(json!([]));
    first["prompt_filter_results"] = json!([{"prompt_index": 0, "content_filter_results": {}}]);
    let chunks = [
        first,
        piece(json!({"role": "assistant", "content": "Hi"}), Value::Null),
        piece(json!({}), json!("stop")),
        told(
            json!([{"index": 0, "finish_reason": null, "content_filter_results": {},
            "content_filter_offsets": checked}]),
        ),
    ];
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 4
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "azure.ai.openai"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.id: "chatcmpl-7rAJvsS"
            gen_ai.response.model: "gpt-4o-2024-11-20"
            gen_ai.response.time_to_first_chunk: some time
    "#]]
    .assert_eq(&streamed("azure.ai.openai", &chunks).to_string());
}

/// MiniMax's streams end with the whole of what came in pieces.
#[test]
fn a_stream_of_minimax() {
    let piece = |text: &str| {
        json!({"id": "c", "object": "chat.completion.chunk", "model": "MiniMax-M2.7", "choices": [{"index": 0,
            "delta": {"role": "", "content": text}}], "usage": {"total_tokens": 0, "total_characters": 0}})
    };
    let chunks = [
        piece("On its "),
        piece("way."),
        json!({"id": "c", "object": "chat.completion", "model": "MiniMax-M2.7", "choices": [{"index": 0,
            "finish_reason": "stop", "message": {"role": "assistant", "content": "On its way."}}],
            "usage": {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13}}),
    ];
    with_content(|| {
        assert_eq!(
            output(&streamed("minimax", &chunks)),
            json!([{"role": "assistant", "finish_reason": "stop", "parts": [
                {"type": "text", "content": "On its way."}]}])
        );
    });
}

/// Perplexity has a piece beside every message, and a message so far beside every piece.
#[test]
fn answers_of_perplexity() {
    let told = |piece: &str, so_far: &str| {
        json!({"id": "c", "object": "chat.completion", "model": "sonar", "choices": [{"index": 0,
            "finish_reason": "stop", "message": {"role": "assistant", "content": so_far},
            "delta": {"role": "assistant", "content": piece}}]})
    };
    let whole = told("", "On its way.");
    let chunks = [
        told("On its ", "On its "),
        told("way.", "On its way."),
        told("", "On its way."),
    ];
    with_content(|| {
        for spans in [
            answered("perplexity", whole),
            streamed("perplexity", &chunks[..2]),
            streamed("perplexity", &chunks),
        ] {
            assert_eq!(
                output(&spans),
                json!([{"role": "assistant", "finish_reason": "stop", "parts": [
                    {"type": "text", "content": "On its way."}]}])
            );
        }
    });
}

/// Some switch the thoughts of their models on and off as Anthropic does, and tell their effort as OpenAI does.
#[test]
fn thinking_of_others() {
    let request = json!({"model": "deepseek-v4", "messages": [], "thinking": {"type": "enabled"},
        "reasoning_effort": "high"});
    expect![[r#"

        chat deepseek-v4 [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "deepseek"
            gen_ai.request.model: "deepseek-v4"
            gen_ai.request.reasoning.level: "high"
    "#]]
    .assert_eq(&called("deepseek", &request, Value::Null).to_string());
}
