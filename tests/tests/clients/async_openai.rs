//! async-openai.

use agent_otel_tests::captured::{input, output, system, tools, with_content};
use async_openai::error::{ApiError, ApiErrorResponse, OpenAIError};
use async_openai::types::chat::{
    CreateChatCompletionRequest, CreateChatCompletionResponse, CreateChatCompletionStreamResponse,
};
use async_openai::types::completions::{CreateCompletionRequest, CreateCompletionResponse};
use async_openai::types::embeddings::{
    CreateBase64EmbeddingResponse, CreateEmbeddingRequest, CreateEmbeddingResponse,
};
use async_openai::types::responses::{CreateResponse, Response, ResponseStreamEvent};
use expect_test::expect;
use serde_json::{Value, json};

use crate::{called, embedded, finish_reasons, read, streamed};

fn chat_request() -> CreateChatCompletionRequest {
    read(json!({
        "model": "gpt-4o-mini", "temperature": 0.5, "top_p": 0.9, "n": 2, "seed": 42, "stop": ["END"],
        "max_completion_tokens": 100, "presence_penalty": 0.1, "frequency_penalty": 0.2, "stream": true,
        "reasoning_effort": "low", "response_format": {"type": "json_object"}, "service_tier": "flex",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "What is this?"},
                {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}}]},
            {"role": "assistant", "tool_calls": [{"id": "call_0", "type": "function",
                "function": {"name": "look", "arguments": "{\"at\":\"image\"}"}}]},
            {"role": "tool", "tool_call_id": "call_0", "content": "a cat"},
        ],
        "tools": [{"type": "function", "function": {"name": "look", "description": "Looks at a thing",
            "parameters": {"type": "object"}}}],
    }))
}

fn completion() -> CreateChatCompletionResponse {
    read(json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini-2024-07-18",
        "service_tier": "default", "system_fingerprint": "fp_44709d6fcb",
        "choices": [
            {"index": 0, "finish_reason": "tool_calls", "message": {"role": "assistant", "content": "A moment.",
                "tool_calls": [{"id": "call_1", "type": "function",
                    "function": {"name": "look", "arguments": "{\"at\":\"cat\"}"}}]}},
            {"index": 1, "finish_reason": "content_filter", "message": {"role": "assistant", "refusal": "No."}},
        ],
        "usage": {"prompt_tokens": 412, "completion_tokens": 38, "total_tokens": 450,
            "prompt_tokens_details": {"cached_tokens": 256, "audio_tokens": 0, "text_tokens": 212, "image_tokens": 200,
                "cache_write_tokens": 100},
            "completion_tokens_details": {"reasoning_tokens": 12, "audio_tokens": 8, "text_tokens": 18}},
    }))
}

fn chat_chunks() -> Vec<CreateChatCompletionStreamResponse> {
    let chunk = |choices: Value, usage: Value| {
        read(
            json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o",
            "system_fingerprint": "fp_1", "service_tier": "default", "choices": choices, "usage": usage}),
        )
    };
    let delta = |delta: Value, reason: Value| {
        chunk(
            json!([{"index": 0, "delta": delta, "finish_reason": reason}]),
            Value::Null,
        )
    };
    vec![
        delta(json!({"content": "A mo"}), Value::Null),
        delta(json!({"content": "ment."}), Value::Null),
        delta(
            json!({"tool_calls": [{"index": 0, "id": "call_1", "type": "function",
            "function": {"name": "look", "arguments": ""}}]}),
            Value::Null,
        ),
        delta(
            json!({"tool_calls": [{"index": 0, "function": {"arguments": "{\"at\":"}}]}),
            Value::Null,
        ),
        delta(
            json!({"tool_calls": [{"index": 0, "function": {"arguments": "\"cat\"}"}}]}),
            Value::Null,
        ),
        delta(json!({}), json!("tool_calls")),
        chunk(
            json!([]),
            json!({"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}),
        ),
    ]
}

fn response_request() -> CreateResponse {
    read(json!({
        "model": "gpt-5-mini", "instructions": "Be brief.", "max_output_tokens": 50, "temperature": 1.0, "top_p": 0.5,
        "previous_response_id": "resp_0", "conversation": "conv_1", "reasoning": {"effort": "high"},
        "service_tier": "auto", "stream": false, "text": {"format": {"type": "json_object"}},
        "prompt": {"id": "pmpt_1", "version": "2"},
        "input": [
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "What is this?"}]},
            {"type": "function_call", "call_id": "call_0", "name": "look", "arguments": "{\"at\":\"image\"}"},
            {"type": "function_call_output", "call_id": "call_0", "output": "a cat"},
        ],
        "tools": [{"type": "function", "name": "look", "description": "Looks at a thing",
            "parameters": {"type": "object"}}],
    }))
}

fn response() -> Response {
    read(response_json("completed"))
}

fn response_json(status: &str) -> Value {
    json!({
        "id": "resp_1", "object": "response", "created_at": 1, "status": status, "model": "gpt-5-mini-2025-08-07",
        "service_tier": "default",
        "output": [
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm."}]},
            {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
                "content": [{"type": "output_text", "text": "A cat.", "annotations": []}]},
            {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "look",
                "arguments": "{\"at\":\"cat\"}", "status": "completed"},
        ],
        "usage": {"input_tokens": 291, "input_tokens_details": {"cached_tokens": 128, "cache_write_tokens": 64},
            "output_tokens": 23, "output_tokens_details": {"reasoning_tokens": 7}, "total_tokens": 314},
    })
}

fn response_events() -> Vec<ResponseStreamEvent> {
    let mut begun = response_json("in_progress");
    begun["output"] = json!([]);
    begun["usage"] = Value::Null;
    let events = [
        json!({"type": "response.created", "sequence_number": 0, "response": begun}),
        json!({"type": "response.reasoning_summary_text.delta", "sequence_number": 1, "item_id": "rs_1",
            "output_index": 0, "summary_index": 0, "delta": "Hm."}),
        json!({"type": "response.output_text.delta", "sequence_number": 2, "item_id": "msg_1", "output_index": 1,
            "content_index": 0, "delta": "A cat."}),
        json!({"type": "response.output_item.added", "sequence_number": 3, "output_index": 2, "item":
            {"type": "function_call", "call_id": "call_1", "name": "look", "arguments": "", "status": "in_progress"}}),
        json!({"type": "response.function_call_arguments.delta", "sequence_number": 4, "item_id": "fc_1",
            "output_index": 2, "delta": "{\"at\":\"cat\"}"}),
        json!({"type": "response.completed", "sequence_number": 5, "response": response_json("completed")}),
    ];
    events.into_iter().map(read).collect()
}

#[test]
fn chats() {
    expect![[r#"

        chat gpt-4o-mini [client]
            gen_ai.operation.name: "chat"
            gen_ai.output.type: "json"
            gen_ai.provider.name: "openai"
            gen_ai.request.choice.count: 2
            gen_ai.request.frequency_penalty: 0.2
            gen_ai.request.max_tokens: 100
            gen_ai.request.model: "gpt-4o-mini"
            gen_ai.request.presence_penalty: 0.1
            gen_ai.request.reasoning.level: "low"
            gen_ai.request.seed: 42
            gen_ai.request.stop_sequences: ["END"]
            gen_ai.request.stream: true
            gen_ai.request.temperature: 0.5
            gen_ai.request.top_p: 0.9
            gen_ai.response.finish_reasons: ["tool_calls","content_filter"]
            gen_ai.response.id: "chatcmpl-1"
            gen_ai.response.model: "gpt-4o-mini-2024-07-18"
            gen_ai.usage.audio.output_tokens: 8
            gen_ai.usage.cache_read.input_tokens: 256
            gen_ai.usage.cache_write.input_tokens: 100
            gen_ai.usage.image.input_tokens: 200
            gen_ai.usage.input_tokens: 412
            gen_ai.usage.output_tokens: 38
            gen_ai.usage.reasoning.output_tokens: 12
            gen_ai.usage.text.input_tokens: 212
            gen_ai.usage.text.output_tokens: 18
            openai.api.type: "chat_completions"
            openai.request.service_tier: "flex"
            openai.response.service_tier: "default"
            openai.response.system_fingerprint: "fp_44709d6fcb"
    "#]]
    .assert_eq(&called("openai", &chat_request(), completion()).to_string());
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 7
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["tool_calls"]
            gen_ai.response.id: "c"
            gen_ai.response.model: "gpt-4o"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.input_tokens: 9
            gen_ai.usage.output_tokens: 2
            openai.response.service_tier: "default"
            openai.response.system_fingerprint: "fp_1"
    "#]]
    .assert_eq(&streamed("openai", chat_chunks()).to_string());
}

#[test]
fn responses() {
    expect![[r#"

        chat gpt-5-mini [client]
            gen_ai.conversation.id: "conv_1"
            gen_ai.operation.name: "chat"
            gen_ai.output.type: "json"
            gen_ai.prompt.name: "pmpt_1"
            gen_ai.prompt.version: "2"
            gen_ai.provider.name: "openai"
            gen_ai.request.max_tokens: 50
            gen_ai.request.model: "gpt-5-mini"
            gen_ai.request.previous_response.id: "resp_0"
            gen_ai.request.reasoning.level: "high"
            gen_ai.request.temperature: 1
            gen_ai.request.top_p: 0.5
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.id: "resp_1"
            gen_ai.response.model: "gpt-5-mini-2025-08-07"
            gen_ai.usage.cache_read.input_tokens: 128
            gen_ai.usage.cache_write.input_tokens: 64
            gen_ai.usage.input_tokens: 291
            gen_ai.usage.output_tokens: 23
            gen_ai.usage.reasoning.output_tokens: 7
            openai.api.type: "responses"
            openai.response.service_tier: "default"
    "#]]
    .assert_eq(&called("openai", &response_request(), response()).to_string());
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 6
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.id: "resp_1"
            gen_ai.response.model: "gpt-5-mini-2025-08-07"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.cache_read.input_tokens: 128
            gen_ai.usage.cache_write.input_tokens: 64
            gen_ai.usage.input_tokens: 291
            gen_ai.usage.output_tokens: 23
            gen_ai.usage.reasoning.output_tokens: 7
            openai.api.type: "responses"
            openai.response.service_tier: "default"
    "#]]
    .assert_eq(&streamed("openai", response_events()).to_string());
}

#[test]
fn completions() {
    let request: CreateCompletionRequest = read(
        json!({"model": "gpt-3.5-turbo-instruct", "prompt": "Say this",
        "max_tokens": 7, "temperature": 0.0, "stop": "###"}),
    );
    let response: CreateCompletionResponse = read(json!({
        "id": "cmpl-1", "object": "text_completion", "created": 1, "model": "gpt-3.5-turbo-instruct",
        "choices": [{"text": "This is a test", "index": 0, "finish_reason": "length"}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12},
    }));
    expect![[r####"

        chat gpt-3.5-turbo-instruct [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.request.max_tokens: 7
            gen_ai.request.model: "gpt-3.5-turbo-instruct"
            gen_ai.request.stop_sequences: ["###"]
            gen_ai.request.temperature: 0
            gen_ai.response.finish_reasons: ["length"]
            gen_ai.response.id: "cmpl-1"
            gen_ai.response.model: "gpt-3.5-turbo-instruct"
            gen_ai.usage.input_tokens: 5
            gen_ai.usage.output_tokens: 7
    "####]]
    .assert_eq(&called("openai", &request, response).to_string());
}

#[test]
fn embeddings() {
    let request: CreateEmbeddingRequest = read(
        json!({"model": "text-embedding-3-small", "input": "delicious",
        "encoding_format": "base64"}),
    );
    let floats: CreateEmbeddingResponse =
        read(json!({"object": "list", "model": "text-embedding-3-small",
        "data": [{"object": "embedding", "index": 0, "embedding": [0.1, 0.2]}],
        "usage": {"prompt_tokens": 8, "total_tokens": 8}}));
    let base64: CreateBase64EmbeddingResponse =
        read(json!({"object": "list", "model": "text-embedding-3-small",
        "data": [{"object": "embedding", "index": 0, "embedding": "zczMPc3MTD4="}],
        "usage": {"prompt_tokens": 8, "total_tokens": 8}}));
    let told = [
        embedded("openai", &request, floats),
        embedded("openai", &request, base64),
    ];
    expect![[r#"

        embeddings text-embedding-3-small [client]
            gen_ai.embeddings.dimension.count: 2
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "openai"
            gen_ai.request.encoding_formats: ["base64"]
            gen_ai.request.model: "text-embedding-3-small"
            gen_ai.response.model: "text-embedding-3-small"
            gen_ai.usage.input_tokens: 8

        embeddings text-embedding-3-small [client]
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "openai"
            gen_ai.request.encoding_formats: ["base64"]
            gen_ai.request.model: "text-embedding-3-small"
            gen_ai.response.model: "text-embedding-3-small"
            gen_ai.usage.input_tokens: 8
    "#]]
    .assert_eq(&told.map(|spans| spans.to_string()).concat());
}

fn limited() -> OpenAIError {
    let mut api_error = ApiError {
        message: "Rate limit reached".to_owned(),
        ..ApiError::default()
    };
    api_error.code = Some("rate_limit_exceeded".to_owned());
    OpenAIError::ApiError(ApiErrorResponse {
        status_code: http::StatusCode::TOO_MANY_REQUESTS,
        api_error,
    })
}

#[test]
fn an_error() {
    let (chats, responses) = (chat_chunks()[..2].to_vec(), response_events()[..3].to_vec());
    let told = failed!("openai", CreateChatCompletionResponse, chats, OpenAIError: limited())
        + &failed!("openai", Response, responses, OpenAIError: limited());
    expect![[r#"

        chat m [client]
            error.type: "rate_limit_exceeded"
            gen_ai.response.finish_reasons: ["error"]
            status: error "429 Too Many Requests Rate limit reached (code: rate_limit_exceeded)"
        chat m [client]
            agent_otel.stream.chunks: 2
            error.type: "rate_limit_exceeded"
            gen_ai.response.finish_reasons: ["error"]
            gen_ai.response.id: "c"
            gen_ai.response.model: "gpt-4o"
            gen_ai.response.time_to_first_chunk: some time
            status: error "429 Too Many Requests Rate limit reached (code: rate_limit_exceeded)"

        chat m [client]
            error.type: "rate_limit_exceeded"
            gen_ai.response.finish_reasons: ["error"]
            status: error "429 Too Many Requests Rate limit reached (code: rate_limit_exceeded)"
        chat m [client]
            agent_otel.stream.chunks: 3
            error.type: "rate_limit_exceeded"
            gen_ai.response.finish_reasons: ["error"]
            gen_ai.response.id: "resp_1"
            gen_ai.response.model: "gpt-5-mini-2025-08-07"
            gen_ai.response.time_to_first_chunk: some time
            status: error "429 Too Many Requests Rate limit reached (code: rate_limit_exceeded)"
    "#]]
    .assert_eq(&told);
}

#[test]
fn an_answer_without_a_tool() {
    let mut plain = completion();
    plain.choices.truncate(1);
    plain.choices[0].message.tool_calls = None;
    plain.choices[0].finish_reason = Some(async_openai::types::chat::FinishReason::Stop);
    assert_eq!(
        finish_reasons(&called("openai", &chat_request(), plain)),
        r#"["stop"]"#
    );
}

/// The way to call a function that came before tools.
#[test]
fn a_function_call() {
    let request: CreateChatCompletionRequest = read(json!({"model": "gpt-4", "messages": [],
        "functions": [{"name": "look", "description": "Looks at a thing", "parameters": {"type": "object"}}]}));
    let completion: CreateChatCompletionResponse = read(
        json!({"id": "c", "object": "chat.completion", "created": 1, "model": "gpt-4",
        "choices": [{"index": 0, "finish_reason": "function_call", "message": {"role": "assistant",
            "function_call": {"name": "look", "arguments": "{\"at\":\"cat\"}"}}}]}),
    );
    let chunk = |delta: Value, reason: Value| {
        read(
            json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4",
            "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}),
        )
    };
    let chunks: Vec<CreateChatCompletionStreamResponse> = vec![
        chunk(
            json!({"function_call": {"name": "look", "arguments": ""}}),
            Value::Null,
        ),
        chunk(
            json!({"function_call": {"arguments": "{\"at\":"}}),
            Value::Null,
        ),
        chunk(
            json!({"function_call": {"arguments": "\"cat\"}"}}),
            Value::Null,
        ),
        chunk(json!({}), json!("function_call")),
    ];
    with_content(|| {
        let whole = called("openai", &request, completion);
        assert_eq!(
            tools(&whole),
            json!([{"type": "function", "name": "look", "description": "Looks at a thing",
                "parameters": {"type": "object"}}])
        );
        for spans in [whole, streamed("openai", chunks)] {
            assert_eq!(
                output(&spans),
                json!([{"role": "assistant", "finish_reason": "function_call", "parts": [
                    {"type": "tool_call", "name": "look", "arguments": {"at": "cat"}},
                ]}])
            );
        }
    });
}

/// A choice that was begun and did not end has its place among the finish reasons.
#[test]
fn a_choice_that_breaks_off() {
    let chunk = |index: u32, delta: Value, reason: Value| {
        read(
            json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4",
            "choices": [{"index": index, "delta": delta, "finish_reason": reason}]}),
        )
    };
    let chunks: Vec<CreateChatCompletionStreamResponse> = vec![
        chunk(0, json!({"content": "A"}), Value::Null),
        chunk(1, json!({"content": "B"}), Value::Null),
        chunk(0, json!({}), json!("stop")),
    ];
    assert_eq!(
        finish_reasons(&streamed("openai", chunks)),
        r#"["stop","error"]"#
    );
}

#[test]
fn content() {
    with_content(|| {
        let call = |id: &str, at: &str| json!({"type": "tool_call", "id": id, "name": "look", "arguments": {"at": at}});
        let offered = json!([{"type": "function", "name": "look", "description": "Looks at a thing",
            "parameters": {"type": "object"}}]);
        let spans = called("openai", &chat_request(), completion());
        assert_eq!(
            input(&spans),
            json!([
                {"role": "system", "parts": [{"type": "text", "content": "Be brief."}]},
                {"role": "user", "parts": [
                    {"type": "text", "content": "What is this?"},
                    {"type": "uri", "modality": "image", "uri": "https://example.com/cat.png"},
                ]},
                {"role": "assistant", "parts": [call("call_0", "image")]},
                {"role": "tool", "parts": [{"type": "tool_call_response", "id": "call_0", "response": "a cat"}]},
            ])
        );
        assert_eq!(tools(&spans), offered);
        let first = json!({"role": "assistant", "finish_reason": "tool_calls", "parts": [
            {"type": "text", "content": "A moment."}, call("call_1", "cat"),
        ]});
        let second = json!({"role": "assistant", "finish_reason": "content_filter", "parts": [
            {"type": "refusal", "content": "No."},
        ]});
        assert_eq!(output(&spans), json!([first, second]));
        assert_eq!(output(&streamed("openai", chat_chunks())), json!([first]));

        let spans = called("openai", &response_request(), response());
        assert_eq!(
            input(&spans),
            json!([
                {"role": "user", "parts": [{"type": "text", "content": "What is this?"}]},
                {"role": "assistant", "parts": [call("call_0", "image")]},
                {"role": "tool", "parts": [{"type": "tool_call_response", "id": "call_0", "response": "a cat"}]},
            ])
        );
        assert_eq!(
            system(&spans),
            json!([{"type": "text", "content": "Be brief."}])
        );
        assert_eq!(tools(&spans), offered);
        let mut answer = json!([{"role": "assistant", "finish_reason": "stop", "parts": [
            {"type": "reasoning", "content": "Hm."},
            {"type": "text", "content": "A cat."}, call("call_1", "cat"),
        ]}]);
        assert_eq!(output(&spans), answer);
        let mut events = response_events();
        assert_eq!(output(&streamed("openai", events.clone())), answer);
        events.pop();
        answer[0]["finish_reason"] = json!("error");
        assert_eq!(output(&streamed("openai", events)), answer);
    });
}
