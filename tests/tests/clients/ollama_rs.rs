//! ollama-rs.

use agent_otel_tests::captured::{input, output, system, tools, with_content};
use expect_test::expect;
use ollama_rs::error::OllamaError;
use ollama_rs::generation::chat::ChatMessageResponse;
use ollama_rs::generation::chat::request::ChatMessageRequest;
use ollama_rs::generation::completion::GenerationResponse;
use ollama_rs::generation::completion::request::GenerationRequest;
use ollama_rs::generation::embeddings::GenerateEmbeddingsResponse;
use ollama_rs::generation::embeddings::request::GenerateEmbeddingsRequest;
use ollama_rs::generation::images::Image;
use ollama_rs::generation::parameters::ThinkType;
use ollama_rs::models::ModelOptions;
use serde_json::json;

use crate::{called, embedded, finish_reasons, read, streamed};

fn request() -> ChatMessageRequest {
    read(json!({
        "model": "llama3.2", "format": "json", "think": "low", "stream": false,
        "messages": [
            {"role": "user", "content": "What is this?", "images": ["AQID"]},
            {"role": "assistant", "content": "", "tool_calls": [
                {"function": {"name": "look", "arguments": {"at": "image"}}}]},
            {"role": "tool", "content": "a cat"},
        ],
        "options": {"temperature": 0.5, "top_k": 40, "top_p": 0.9, "seed": 42, "num_predict": 100, "stop": ["END"]},
        "tools": [{"type": "function", "function": {"name": "look", "description": "Looks at a thing",
            "parameters": {"type": "object"}}}],
    }))
}

fn response() -> ChatMessageResponse {
    read(json!({"model": "llama3.2", "created_at": "", "done": true,
        "message": {"role": "assistant", "content": "A moment.", "thinking": "Hm.", "tool_calls": [
            {"function": {"name": "look", "arguments": {"at": "cat"}}}]},
        "total_duration": 1, "load_duration": 1, "prompt_eval_count": 26, "prompt_eval_duration": 1,
        "eval_count": 298, "eval_duration": 1}))
}

fn items() -> Vec<ChatMessageResponse> {
    let item = |content: &str| {
        read(json!({"model": "llama3.2", "created_at": "", "done": false,
            "message": {"role": "assistant", "content": content}}))
    };
    let mut last = response();
    last.message.content = String::new();
    last.message.thinking = None;
    vec![item("A mo"), item("ment."), last]
}

#[test]
fn chats() {
    expect![[r#"

        chat llama3.2 [client]
            gen_ai.operation.name: "chat"
            gen_ai.output.type: "json"
            gen_ai.provider.name: "ollama"
            gen_ai.request.max_tokens: 100
            gen_ai.request.model: "llama3.2"
            gen_ai.request.reasoning.level: "low"
            gen_ai.request.seed: 42
            gen_ai.request.stop_sequences: ["END"]
            gen_ai.request.temperature: 0.5
            gen_ai.request.top_k: 40
            gen_ai.request.top_p: 0.9
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.model: "llama3.2"
            gen_ai.usage.input_tokens: 26
            gen_ai.usage.output_tokens: 298
    "#]]
    .assert_eq(&called("ollama", &request(), response()).to_string());
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 3
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "ollama"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.model: "llama3.2"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.input_tokens: 26
            gen_ai.usage.output_tokens: 298
    "#]]
    .assert_eq(&streamed("ollama", items()).to_string());
}

fn generation() -> GenerationRequest<'static> {
    GenerationRequest::new("llava".to_owned(), "What is this?")
        .system("Be brief.")
        .add_image(Image::from_base64("AQID"))
        .options(ModelOptions::default().temperature(0.5).num_predict(-1))
        .think(ThinkType::True)
}

fn generated() -> GenerationResponse {
    read(
        json!({"model": "llava", "created_at": "", "response": "A cat.", "thinking": "Hm.", "done": true,
        "prompt_eval_count": 5, "eval_count": 3}),
    )
}

#[test]
fn completions() {
    expect![[r#"

        chat llava [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "ollama"
            gen_ai.request.model: "llava"
            gen_ai.request.temperature: 0.5
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.model: "llava"
            gen_ai.usage.input_tokens: 5
            gen_ai.usage.output_tokens: 3
    "#]]
    .assert_eq(&called("ollama", &generation(), generated()).to_string());
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 1
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "ollama"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.model: "llava"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.input_tokens: 5
            gen_ai.usage.output_tokens: 3
    "#]]
    .assert_eq(&streamed("ollama", vec![vec![generated()]]).to_string());
}

#[test]
fn embeddings() {
    let request = GenerateEmbeddingsRequest::new("all-minilm".to_owned(), "delicious".into());
    let response = || GenerateEmbeddingsResponse {
        embeddings: vec![vec![0.1, 0.2]],
    };
    let told = [
        embedded("ollama", &request, response()),
        embedded("ollama", &request.dimensions(256), response()),
    ];
    expect![[r#"

        embeddings all-minilm [client]
            gen_ai.embeddings.dimension.count: 2
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "ollama"
            gen_ai.request.model: "all-minilm"

        embeddings all-minilm [client]
            gen_ai.embeddings.dimension.count: 256
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "ollama"
            gen_ai.request.model: "all-minilm"
    "#]]
    .assert_eq(&told.map(|spans| spans.to_string()).concat());
}

#[test]
fn an_error() {
    let told = failed!("ollama", ChatMessageResponse, items()[..1].to_vec(), OllamaError:
        OllamaError::Other("model 'llama9' not found".to_owned()));
    expect![[r#"

        chat m [client]
            error.type: "ollama_rs::error::OllamaError::Other"
            gen_ai.response.finish_reasons: ["error"]
            status: error "model 'llama9' not found"
        chat m [client]
            agent_otel.stream.chunks: 1
            error.type: "ollama_rs::error::OllamaError::Other"
            gen_ai.response.finish_reasons: ["error"]
            gen_ai.response.model: "llama3.2"
            gen_ai.response.time_to_first_chunk: some time
            status: error "model 'llama9' not found"
    "#]]
    .assert_eq(&told);
}

#[test]
fn an_answer_without_a_tool() {
    let mut plain = response();
    plain.message.tool_calls.clear();
    assert_eq!(
        finish_reasons(&called("ollama", &request(), plain)),
        r#"["stop"]"#
    );
}

#[test]
fn content() {
    with_content(|| {
        let call = |at: &str| json!({"type": "tool_call", "name": "look", "arguments": {"at": at}});
        let image = json!({"type": "blob", "modality": "image", "content": "AQID"});
        let spans = called("ollama", &request(), response());
        assert_eq!(
            input(&spans),
            json!([
                {"role": "user", "parts": [{"type": "text", "content": "What is this?"}, image]},
                {"role": "assistant", "parts": [call("image")]},
                {"role": "tool", "parts": [{"type": "tool_call_response", "response": "a cat"}]},
            ])
        );
        assert_eq!(
            tools(&spans),
            json!([{"type": "function", "name": "look", "description": "Looks at a thing",
                "parameters": {"type": "object"}}])
        );
        assert_eq!(
            output(&spans),
            json!([{"role": "assistant", "finish_reason": "stop", "parts": [
                {"type": "reasoning", "content": "Hm."},
                {"type": "text", "content": "A moment."}, call("cat"),
            ]}])
        );
        assert_eq!(
            output(&streamed("ollama", items())),
            json!([{"role": "assistant", "finish_reason": "stop", "parts": [
                {"type": "text", "content": "A moment."}, call("cat"),
            ]}])
        );
        let spans = called("ollama", &generation(), generated());
        assert_eq!(
            input(&spans),
            json!([{"role": "user", "parts": [{"type": "text", "content": "What is this?"}, image]}])
        );
        assert_eq!(
            system(&spans),
            json!([{"type": "text", "content": "Be brief."}])
        );
        assert_eq!(
            output(&spans),
            json!([{"role": "assistant", "finish_reason": "stop", "parts": [
                {"type": "reasoning", "content": "Hm."}, {"type": "text", "content": "A cat."},
            ]}])
        );
    });
}
