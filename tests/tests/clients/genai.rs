//! genai, whose calls take the messages and the options apart.

use agent_otel_tests::captured::{input, output, system, tools, with_content};
use expect_test::expect;
use genai::adapter::AdapterKind;
use genai::chat::{
    Binary, ChatMessage, ChatOptions, ChatRequest, ChatResponse, ChatStreamEvent, ContentPart,
    MessageContent, ReasoningEffort, StreamChunk, StreamEnd, Tool, ToolCall, ToolChunk,
    ToolResponse, Usage,
};
use genai::embed::{EmbedOptions, EmbedResponse, Embedding};
use genai::{ModelIden, webc};
use serde_json::{Value, json};

use crate::{called, embedded, finish_reasons, read, streamed};

fn model() -> ModelIden {
    ModelIden::new(AdapterKind::OpenAI, "gpt-4o-mini")
}

fn tool_call(arguments: Value) -> ToolCall {
    ToolCall {
        call_id: "call_1".to_owned(),
        fn_name: "look".to_owned(),
        fn_arguments: arguments,
        thought_signatures: None,
    }
}

fn request() -> ChatRequest {
    let mut request = ChatRequest::from_system("Be brief.")
        .append_message(ChatMessage::user(MessageContent::from_parts(vec![
            ContentPart::from_text("What is this?"),
            ContentPart::Binary(Binary::from_base64("image/png", "AQID", None)),
        ])))
        .append_message(ChatMessage::assistant(MessageContent::from_tool_calls(
            vec![tool_call(json!({"at": "image"}))],
        )))
        .append_message(ChatMessage::from(ToolResponse::new("call_1", "a cat")))
        .with_tools(vec![
            Tool::new("look")
                .with_description("Looks at a thing")
                .with_schema(json!({"type": "object"})),
        ]);
    request.previous_response_id = Some("resp_0".to_owned());
    request
}

fn options() -> ChatOptions {
    ChatOptions::default()
        .with_temperature(0.5)
        .with_top_p(0.9)
        .with_max_tokens(100)
        .with_seed(42)
        .with_stop_sequences(vec!["END".to_owned()])
        .with_reasoning_effort(ReasoningEffort::High)
}

fn usage() -> Usage {
    read(
        json!({"prompt_tokens": 115, "completion_tokens": 15, "total_tokens": 130,
        "prompt_tokens_details": {"cached_tokens": 100, "cache_creation_tokens": 10, "audio_tokens": 3},
        "completion_tokens_details": {"reasoning_tokens": 7}}),
    )
}

fn response() -> ChatResponse {
    ChatResponse {
        content: MessageContent::from_parts(vec![
            ContentPart::from_text("A moment."),
            ContentPart::ToolCall(tool_call(json!({"at": "cat"}))),
        ]),
        reasoning_content: Some("Hm.".to_owned()),
        model_iden: model(),
        provider_model_iden: ModelIden::new(AdapterKind::OpenAI, "gpt-4o-mini-2024-07-18"),
        stop_reason: Some("tool_calls".to_owned().into()),
        usage: usage(),
        captured_raw_body: None,
        response_id: Some("chatcmpl-1".to_owned()),
    }
}

fn events(arguments: [&str; 3]) -> Vec<ChatStreamEvent> {
    let chunk = |text: &str| StreamChunk {
        content: text.to_owned(),
    };
    let mut events = vec![
        ChatStreamEvent::Start,
        ChatStreamEvent::ReasoningChunk(chunk("Hm.")),
        ChatStreamEvent::Chunk(chunk("A mo")),
        ChatStreamEvent::Chunk(chunk("ment.")),
    ];
    events.extend(arguments.map(|arguments| {
        let tool_call = tool_call(arguments.into());
        ChatStreamEvent::ToolCallChunk(ToolChunk { tool_call })
    }));
    events.push(ChatStreamEvent::End(StreamEnd {
        captured_usage: Some(usage()),
        captured_stop_reason: Some("tool_calls".to_owned().into()),
        captured_response_id: Some("chatcmpl-1".to_owned()),
        ..StreamEnd::default()
    }));
    events
}

#[test]
fn chats() {
    let request = (&model(), (&request(), &options()));
    expect![[r#"

        chat gpt-4o-mini [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.request.max_tokens: 100
            gen_ai.request.model: "gpt-4o-mini"
            gen_ai.request.previous_response.id: "resp_0"
            gen_ai.request.reasoning.level: "high"
            gen_ai.request.seed: 42
            gen_ai.request.stop_sequences: ["END"]
            gen_ai.request.temperature: 0.5
            gen_ai.request.top_p: 0.9
            gen_ai.response.finish_reasons: ["tool_calls"]
            gen_ai.response.id: "chatcmpl-1"
            gen_ai.response.model: "gpt-4o-mini-2024-07-18"
            gen_ai.usage.audio.input_tokens: 3
            gen_ai.usage.cache_read.input_tokens: 100
            gen_ai.usage.cache_write.input_tokens: 10
            gen_ai.usage.input_tokens: 115
            gen_ai.usage.output_tokens: 15
            gen_ai.usage.reasoning.output_tokens: 7
    "#]]
    .assert_eq(&called("openai", &request, response()).to_string());
    let events = events(["", "{\"at\":", "{\"at\":\"cat\"}"]);
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 8
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["tool_calls"]
            gen_ai.response.id: "chatcmpl-1"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.audio.input_tokens: 3
            gen_ai.usage.cache_read.input_tokens: 100
            gen_ai.usage.cache_write.input_tokens: 10
            gen_ai.usage.input_tokens: 115
            gen_ai.usage.output_tokens: 15
            gen_ai.usage.reasoning.output_tokens: 7
    "#]]
    .assert_eq(&streamed("openai", events).to_string());
}

#[test]
fn embeddings() {
    let options = EmbedOptions::new()
        .with_dimensions(256)
        .with_encoding_format("float");
    let response = EmbedResponse {
        embeddings: vec![Embedding::new(vec![0.1, 0.2], 0)],
        model_iden: model(),
        provider_model_iden: model(),
        usage: read(json!({"prompt_tokens": 8})),
        captured_raw_body: None,
    };
    let told = [
        embedded("openai", &(model(), &options), response.clone()),
        embedded("openai", &model(), response),
    ];
    expect![[r#"

        embeddings gpt-4o-mini [client]
            gen_ai.embeddings.dimension.count: 256
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "openai"
            gen_ai.request.encoding_formats: ["float"]
            gen_ai.request.model: "gpt-4o-mini"
            gen_ai.response.model: "gpt-4o-mini"
            gen_ai.usage.input_tokens: 8

        embeddings gpt-4o-mini [client]
            gen_ai.embeddings.dimension.count: 2
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "openai"
            gen_ai.request.model: "gpt-4o-mini"
            gen_ai.response.model: "gpt-4o-mini"
            gen_ai.usage.input_tokens: 8
    "#]]
    .assert_eq(&told.map(|spans| spans.to_string()).concat());
}

#[test]
fn what_is_no_count_tells_none() {
    let mut response = response();
    response.usage = read(json!({"prompt_tokens": -1, "completion_tokens": -2,
        "completion_tokens_details": {"reasoning_tokens": -3}}));
    let told = called("openai", &request(), response).to_string();
    assert!(!told.contains("gen_ai.usage."), "{told}");
}

fn limited() -> genai::Error {
    genai::Error::WebModelCall {
        model_iden: model(),
        webc_error: webc::Error::ResponseFailedStatus {
            status: http::StatusCode::TOO_MANY_REQUESTS,
            body: "slow down".to_owned(),
            headers: Box::default(),
        },
    }
}

#[test]
fn an_error() {
    let chunks = events(["", "", ""]).into_iter().take(3).collect();
    let told = failed!("openai", ChatResponse, chunks, genai::Error: limited());
    expect![[r#"

        chat m [client]
            error.type: "429"
            gen_ai.response.finish_reasons: ["error"]
            status: error "Web call failed for model 'gpt-4o-mini (adapter: OpenAI)'.\nCause: Request failed with status code '429 Too Many Requests'. Response body:\nslow down"
        chat m [client]
            agent_otel.stream.chunks: 3
            error.type: "429"
            gen_ai.response.finish_reasons: ["error"]
            gen_ai.response.time_to_first_chunk: some time
            status: error "Web call failed for model 'gpt-4o-mini (adapter: OpenAI)'.\nCause: Request failed with status code '429 Too Many Requests'. Response body:\nslow down"
    "#]].assert_eq(&told);
}

#[test]
fn an_answer_without_a_tool() {
    let mut plain = response();
    plain.content = MessageContent::from_text("A cat.");
    plain.stop_reason = Some("stop".to_owned().into());
    assert_eq!(
        finish_reasons(&called("openai", &request(), plain)),
        r#"["stop"]"#
    );
}

#[test]
fn content() {
    with_content(|| {
        let call = |at: &str| json!({"type": "tool_call", "id": "call_1", "name": "look", "arguments": {"at": at}});
        let spans = called("openai", &(&request(), &options()), response());
        assert_eq!(
            input(&spans),
            json!([
                {"role": "user", "parts": [
                    {"type": "text", "content": "What is this?"},
                    {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "AQID"},
                ]},
                {"role": "assistant", "parts": [call("image")]},
                {"role": "tool", "parts": [{"type": "tool_call_response", "id": "call_1", "response": "a cat"}]},
            ])
        );
        assert_eq!(
            system(&spans),
            json!([{"type": "text", "content": "Be brief."}])
        );
        assert_eq!(
            tools(&spans),
            json!([{"type": "function", "name": "look", "description": "Looks at a thing",
                "parameters": {"type": "object"}}])
        );
        let answered = json!([{"role": "assistant", "finish_reason": "tool_calls", "parts": [
            {"type": "reasoning", "content": "Hm."},
            {"type": "text", "content": "A moment."}, call("cat"),
        ]}]);
        assert_eq!(output(&spans), answered);
        // Some of its adapters tell a call as far as it has come each time, and others piece by piece.
        for arguments in [
            ["", "{\"at\":", "{\"at\":\"cat\"}"],
            ["", "{\"at\":", "\"cat\"}"],
        ] {
            assert_eq!(output(&streamed("openai", events(arguments))), answered);
        }
    });
}
