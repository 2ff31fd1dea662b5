//! `POST /v1/chat/completions`.

use agent_otel_tests::captured::{input, output, tools, with_content};
use expect_test::expect;
use serde_json::{Value, json};

use crate::{answered, called, streamed};

fn request() -> Value {
    json!({
        "model": "gpt-4.1",
        "messages": [
            {"role": "developer", "content": "You are a helpful assistant."},
            {"role": "user", "content": [
                {"type": "text", "text": "What is the weather like where this was taken?"},
                {"type": "image_url", "image_url": {"url": "https://example.com/boston.jpg", "detail": "low"}},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
                {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}},
                {"type": "file", "file": {"file_id": "file-6F2ksmvXxt4VdoqmHRw6kL"}},
            ]},
            {"role": "assistant", "content": null, "tool_calls": [
                {"id": "call_0", "type": "function", "function": {"name": "locate", "arguments": "{\"image\":0}"}},
            ]},
            {"role": "tool", "tool_call_id": "call_0", "content": "Boston, MA"},
        ],
        "temperature": 0.2, "top_p": 0.9, "n": 2, "stop": ["\n\n"], "seed": 42, "stream": false,
        "max_completion_tokens": 256, "presence_penalty": 0.1, "frequency_penalty": -0.1,
        "reasoning_effort": "low", "service_tier": "flex", "top_logprobs": 5,
        "response_format": {"type": "json_schema", "json_schema": {"name": "weather", "schema": {"type": "object"}}},
        "tools": [{"type": "function", "function": {
            "name": "get_current_weather", "description": "Get the current weather in a given location",
            "parameters": {"type": "object", "properties": {"location": {"type": "string"}}, "required": ["location"]},
        }}],
    })
}

fn answer() -> Value {
    json!({
        "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT", "object": "chat.completion", "created": 1_741_569_952,
        "model": "gpt-4.1-2025-04-14",
        "choices": [{
            "index": 0, "logprobs": null, "finish_reason": "stop",
            "message": {"role": "assistant", "content": "Hello! How can I assist you today?", "refusal": null,
                "annotations": []},
        }],
        "usage": {
            "prompt_tokens": 19, "completion_tokens": 10, "total_tokens": 29,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0},
        },
        "service_tier": "default",
    })
}

fn tool_call() -> Value {
    json!({
        "id": "chatcmpl-abc123", "object": "chat.completion", "created": 1_699_896_916, "model": "gpt-4o-mini",
        "choices": [{
            "index": 0, "logprobs": null, "finish_reason": "tool_calls",
            "message": {"role": "assistant", "content": null, "tool_calls": [{
                "id": "call_abc123", "type": "function",
                "function": {"name": "get_current_weather", "arguments": "{\n\"location\": \"Boston, MA\"\n}"},
            }]},
        }],
        "usage": {"prompt_tokens": 82, "completion_tokens": 17, "total_tokens": 99,
            "completion_tokens_details": {"reasoning_tokens": 0}},
    })
}

fn chunks() -> Vec<Value> {
    let chunk = |choices: Value, usage: Value| {
        json!({
            "id": "chatcmpl-123", "object": "chat.completion.chunk", "created": 1_694_268_190,
            "model": "gpt-4o-mini-2024-07-18", "system_fingerprint": "fp_44709d6fcb", "service_tier": "default",
            "choices": choices, "usage": usage,
        })
    };
    let delta = |delta: Value, reason: Value| {
        chunk(
            json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": reason}]),
            Value::Null,
        )
    };
    let call = |call: Value| delta(json!({"tool_calls": [call]}), Value::Null);
    vec![
        delta(
            json!({"role": "assistant", "content": "", "refusal": null}),
            Value::Null,
        ),
        delta(json!({"content": "Let me "}), Value::Null),
        delta(json!({"content": "look."}), Value::Null),
        call(json!({"index": 0, "id": "call_a", "type": "function",
            "function": {"name": "get_current_weather", "arguments": ""}})),
        call(json!({"index": 0, "function": {"arguments": "{\"location\":"}})),
        call(json!({"index": 0, "function": {"arguments": "\"Boston, MA\"}"}})),
        call(json!({"index": 1, "id": "call_b", "type": "function",
            "function": {"name": "get_time", "arguments": "{}"}})),
        delta(json!({}), json!("tool_calls")),
        chunk(
            json!([]),
            json!({"prompt_tokens": 82, "completion_tokens": 34, "total_tokens": 116,
                "prompt_tokens_details": {"cached_tokens": 64}}),
        ),
    ]
}

#[test]
fn a_completion() {
    expect![[r#"

        chat gpt-4.1 [client]
            gen_ai.operation.name: "chat"
            gen_ai.output.type: "json"
            gen_ai.provider.name: "openai"
            gen_ai.request.choice.count: 2
            gen_ai.request.frequency_penalty: -0.1
            gen_ai.request.max_tokens: 256
            gen_ai.request.model: "gpt-4.1"
            gen_ai.request.presence_penalty: 0.1
            gen_ai.request.reasoning.level: "low"
            gen_ai.request.seed: 42
            gen_ai.request.stop_sequences: ["

        "]
            gen_ai.request.temperature: 0.2
            gen_ai.request.top_p: 0.9
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.id: "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT"
            gen_ai.response.model: "gpt-4.1-2025-04-14"
            gen_ai.usage.cache_read.input_tokens: 0
            gen_ai.usage.input_tokens: 19
            gen_ai.usage.output_tokens: 10
            gen_ai.usage.reasoning.output_tokens: 0
            openai.api.type: "chat_completions"
            openai.request.service_tier: "flex"
            openai.response.service_tier: "default"
    "#]]
    .assert_eq(&called("openai", &request(), answer()).to_string());
}

#[test]
fn a_tool_call() {
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.response.finish_reasons: ["tool_calls"]
            gen_ai.response.id: "chatcmpl-abc123"
            gen_ai.response.model: "gpt-4o-mini"
            gen_ai.usage.input_tokens: 82
            gen_ai.usage.output_tokens: 17
            gen_ai.usage.reasoning.output_tokens: 0
    "#]]
    .assert_eq(&answered("openai", tool_call()).to_string());
}

#[test]
fn a_stream() {
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 9
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["tool_calls"]
            gen_ai.response.id: "chatcmpl-123"
            gen_ai.response.model: "gpt-4o-mini-2024-07-18"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.cache_read.input_tokens: 64
            gen_ai.usage.input_tokens: 82
            gen_ai.usage.output_tokens: 34
            openai.response.service_tier: "default"
            openai.response.system_fingerprint: "fp_44709d6fcb"
    "#]]
    .assert_eq(&streamed("openai", &chunks()).to_string());
}

#[test]
fn an_error() {
    let error = json!({"error": {"message": "Incorrect API key provided: sk-abc***", "type": "invalid_request_error",
        "param": null, "code": "invalid_api_key"}});
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
    "#]]
    .assert_eq(&answered("openai", error).to_string());
}

/// Many speak this API, and what is OpenAI's alone is told of nobody else.
#[test]
fn a_server_of_another_provider() {
    let told = |provider| called(provider, &request(), answer()).to_string();
    let others = told("openai").replace(r#"name: "openai""#, r#"name: "groq""#);
    let (own, others): (Vec<_>, Vec<_>) = others
        .lines()
        .partition(|line| line.trim_start().starts_with("openai."));
    assert_eq!(own.len(), 3);
    assert_eq!(told("groq").lines().collect::<Vec<_>>(), others);
}

#[test]
fn modalities_and_thoughts() {
    let usage = json!({
        "prompt_tokens": 300, "completion_tokens": 90, "total_tokens": 390,
        "prompt_tokens_details": {"cached_tokens": 40, "text_tokens": 60, "image_tokens": 200, "audio_tokens": 40,
            "cached_tokens_details": {"text_tokens": 30, "audio_tokens": 10}},
        "completion_tokens_details": {"reasoning_tokens": 50, "text_tokens": 70, "audio_tokens": 20},
    });
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.usage.audio.cache_read.input_tokens: 10
            gen_ai.usage.audio.input_tokens: 40
            gen_ai.usage.audio.output_tokens: 20
            gen_ai.usage.cache_read.input_tokens: 40
            gen_ai.usage.image.input_tokens: 200
            gen_ai.usage.input_tokens: 300
            gen_ai.usage.output_tokens: 90
            gen_ai.usage.reasoning.output_tokens: 50
            gen_ai.usage.text.cache_read.input_tokens: 30
            gen_ai.usage.text.input_tokens: 60
            gen_ai.usage.text.output_tokens: 70
    "#]]
    .assert_eq(&answered("openai", json!({"choices": [], "usage": usage})).to_string());
}

/// The way to call a function that came before tools.
#[test]
fn a_function_call() {
    with_content(|| {
        let whole = json!({"choices": [{"index": 0, "finish_reason": "function_call", "message": {"role": "assistant",
            "content": null, "function_call": {"name": "get_time", "arguments": "{\"zone\":\"UTC\"}"}}}]});
        let piece = |function: Value, reason: Value| json!({"choices": [{"index": 0, "delta": {"function_call": function}, "finish_reason": reason}]});
        let chunks = [
            piece(json!({"name": "get_time", "arguments": ""}), Value::Null),
            piece(json!({"arguments": "{\"zone\":"}), Value::Null),
            piece(json!({"arguments": "\"UTC\"}"}), Value::Null),
            piece(Value::Null, json!("function_call")),
        ];
        let request = json!({"messages": [], "functions": [{"name": "get_time", "parameters": {"type": "object"}}]});
        assert_eq!(
            tools(&called("openai", &request, Value::Null)),
            json!([{"type": "function", "name": "get_time", "parameters": {"type": "object"}}])
        );
        for spans in [answered("openai", whole), streamed("openai", &chunks)] {
            assert_eq!(
                output(&spans),
                json!([{"role": "assistant", "finish_reason": "function_call", "parts": [
                    {"type": "tool_call", "name": "get_time", "arguments": {"zone": "UTC"}},
                ]}])
            );
        }
    });
}

/// A choice that was begun and did not end has its place among the finish reasons.
#[test]
fn a_choice_that_breaks_off() {
    let chunks = [
        json!({"id": "c", "choices": [{"index": 0, "delta": {"content": "A"}}]}),
        json!({"id": "c", "choices": [{"index": 1, "delta": {"content": "B"}}]}),
        json!({"id": "c", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}),
    ];
    let whole = json!({"id": "c", "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"content": "A"}},
        {"index": 1, "finish_reason": null, "message": {"content": "B"}},
    ]});
    // Who tells no reason at all has told none of a failure either.
    let silent = streamed("openai", &chunks[..2]).to_string();
    assert!(!silent.contains("finish_reasons"), "{silent}");
    for spans in [streamed("openai", &chunks), answered("openai", whole)] {
        let told = spans.to_string();
        assert!(
            told.contains(r#"gen_ai.response.finish_reasons: ["stop","error"]"#),
            "{told}"
        );
    }
}

/// What is answered besides text: speech, and images of those that draw in a chat.
#[test]
fn speech_and_images() {
    let told = json!({"choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": null,
        "audio": {"id": "audio_1", "data": "UklGRg==", "expires_at": 1_729_018_505, "transcript": "Yes."},
        "images": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}]}}]});
    let drawn = json!({"choices": [{"finish_reason": "stop", "delta": {"content": "Here.",
        "images": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}]}}]});
    let image = json!({"type": "blob", "modality": "image", "mime_type": "image/png", "content": "iVBORw0KGgo="});
    with_content(|| {
        assert_eq!(
            output(&answered("openai", told)),
            json!([{"role": "assistant", "finish_reason": "stop", "parts": [
                {"type": "blob", "modality": "audio", "content": "UklGRg=="}, image,
            ]}])
        );
        assert_eq!(
            output(&streamed("openrouter", &[drawn])),
            json!([{"role": "assistant", "finish_reason": "stop", "parts": [
                {"type": "text", "content": "Here."}, image,
            ]}])
        );
    });
}

#[test]
fn content() {
    with_content(|| {
        let spans = called("openai", &request(), answer());
        assert_eq!(
            input(&spans),
            json!([
                {"role": "developer", "parts": [{"type": "text", "content": "You are a helpful assistant."}]},
                {"role": "user", "parts": [
                    {"type": "text", "content": "What is the weather like where this was taken?"},
                    {"type": "uri", "modality": "image", "uri": "https://example.com/boston.jpg"},
                    {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "iVBORw0KGgo="},
                    {"type": "blob", "modality": "audio", "mime_type": "audio/wav", "content": "UklGRg=="},
                    {"type": "file", "modality": "document", "file_id": "file-6F2ksmvXxt4VdoqmHRw6kL"},
                ]},
                {"role": "assistant", "parts": [
                    {"type": "tool_call", "id": "call_0", "name": "locate", "arguments": {"image": 0}},
                ]},
                {"role": "tool", "parts": [
                    {"type": "tool_call_response", "id": "call_0", "response": "Boston, MA"},
                ]},
            ])
        );
        assert_eq!(
            tools(&spans),
            json!([{
                "type": "function", "name": "get_current_weather",
                "description": "Get the current weather in a given location",
                "parameters": {"type": "object", "properties": {"location": {"type": "string"}},
                    "required": ["location"]},
            }])
        );
        assert_eq!(
            output(&spans),
            json!([{"role": "assistant", "finish_reason": "stop", "parts": [
                {"type": "text", "content": "Hello! How can I assist you today?"},
            ]}])
        );
        assert_eq!(
            output(&answered("openai", tool_call())),
            json!([{"role": "assistant", "finish_reason": "tool_calls", "parts": [
                {"type": "tool_call", "id": "call_abc123", "name": "get_current_weather",
                    "arguments": {"location": "Boston, MA"}},
            ]}])
        );
        assert_eq!(
            output(&streamed("openai", &chunks())),
            json!([{"role": "assistant", "finish_reason": "tool_calls", "parts": [
                {"type": "text", "content": "Let me look."},
                {"type": "tool_call", "id": "call_a", "name": "get_current_weather",
                    "arguments": {"location": "Boston, MA"}},
                {"type": "tool_call", "id": "call_b", "name": "get_time", "arguments": {}},
            ]}])
        );
        let choices = json!({"choices": [
            {"index": 1, "finish_reason": "length", "message": {"content": "two", "reasoning_content": "Hm."}},
            {"index": 0, "finish_reason": "content_filter", "message": {"refusal": "I will not."}},
        ]});
        assert_eq!(
            output(&answered("openai", choices)),
            json!([
                {"role": "assistant", "finish_reason": "content_filter", "parts": [
                    {"type": "refusal", "content": "I will not."},
                ]},
                {"role": "assistant", "finish_reason": "length", "parts": [
                    {"type": "reasoning", "content": "Hm."}, {"type": "text", "content": "two"},
                ]},
            ])
        );
    });
}
