//! `POST /api/chat`, `/api/generate` and `/api/embed`.

use agent_otel::testing::capture;
use agent_otel_tests::captured::{input, output, system, tools, with_content};
use expect_test::expect;
use serde_json::{Value, json};

use crate::{answered, called, embed, streamed};

fn request() -> Value {
    json!({
        "model": "llama3.2", "stream": false, "think": "low", "format": "json", "keep_alive": "5m",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "What is in this image?", "images": ["iVBORw0KGgo="]},
            {"role": "assistant", "content": "", "thinking": "Look.", "tool_calls": [
                {"function": {"name": "look", "arguments": {"at": "image"}}}]},
            {"role": "tool", "tool_name": "look", "content": "a cat"},
        ],
        "options": {"temperature": 0.8, "top_k": 20, "top_p": 0.9, "seed": 42, "num_predict": 100,
            "presence_penalty": 1.5, "frequency_penalty": 1.0, "stop": ["\n", "user:"]},
        "tools": [{"type": "function", "function": {"name": "look", "description": "Looks at a thing",
            "parameters": {"type": "object", "properties": {"at": {"type": "string"}}}}}],
    })
}

fn answer() -> Value {
    json!({
        "model": "llama3.2", "created_at": "2023-12-12T14:13:43.416799Z",
        "message": {"role": "assistant", "content": "Hello! How are you today?"}, "done": true, "done_reason": "stop",
        "total_duration": 5_191_566_416_u64, "load_duration": 2_154_458, "prompt_eval_count": 26,
        "prompt_eval_duration": 383_809_000, "eval_count": 298, "eval_duration": 4_799_921_000_u64,
    })
}

fn tool_call() -> Value {
    json!({
        "model": "llama3.2", "created_at": "2024-07-22T20:33:28.123648Z",
        "message": {"role": "assistant", "content": "", "tool_calls": [
            {"function": {"name": "get_current_weather", "arguments": {"format": "celsius", "location": "Paris, FR"}}}]},
        "done_reason": "stop", "done": true, "total_duration": 885_095_291, "prompt_eval_count": 122,
        "prompt_eval_cached_count": 17, "eval_count": 33,
    })
}

fn chunks() -> Vec<Value> {
    let item = |message: Value| json!({"model": "llama3.2", "message": message, "done": false});
    vec![
        item(json!({"role": "assistant", "content": "", "thinking": "Hm."})),
        item(json!({"role": "assistant", "content": "The sky "})),
        item(json!({"role": "assistant", "content": "is blue."})),
        item(json!({"role": "assistant", "content": "", "tool_calls": [
            {"function": {"name": "look", "arguments": {"up": true}}}]})),
        json!({"model": "llama3.2", "message": {"role": "assistant", "content": ""}, "done": true,
            "done_reason": "length", "prompt_eval_count": 26, "eval_count": 282}),
    ]
}

#[test]
fn a_chat() {
    expect![[r#"

        chat llama3.2 [client]
            gen_ai.operation.name: "chat"
            gen_ai.output.type: "json"
            gen_ai.provider.name: "ollama"
            gen_ai.request.frequency_penalty: 1
            gen_ai.request.max_tokens: 100
            gen_ai.request.model: "llama3.2"
            gen_ai.request.presence_penalty: 1.5
            gen_ai.request.reasoning.level: "low"
            gen_ai.request.seed: 42
            gen_ai.request.stop_sequences: ["
        ","user:"]
            gen_ai.request.temperature: 0.8
            gen_ai.request.top_k: 20
            gen_ai.request.top_p: 0.9
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.model: "llama3.2"
            gen_ai.usage.input_tokens: 26
            gen_ai.usage.output_tokens: 298
    "#]]
    .assert_eq(&called("ollama", &request(), answer()).to_string());
}

/// An empty format is none.
#[test]
fn no_format() {
    let request = json!({"model": "llama3.2", "messages": [], "format": ""});
    let told = called("ollama", &request, Value::Null).to_string();
    assert!(!told.contains("gen_ai.output.type"), "{told}");
}

#[test]
fn a_tool_call() {
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "ollama"
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.model: "llama3.2"
            gen_ai.usage.cache_read.input_tokens: 17
            gen_ai.usage.input_tokens: 122
            gen_ai.usage.output_tokens: 33
    "#]]
    .assert_eq(&answered("ollama", tool_call()).to_string());
}

#[test]
fn a_stream() {
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 5
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "ollama"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["length"]
            gen_ai.response.model: "llama3.2"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.input_tokens: 26
            gen_ai.usage.output_tokens: 282
    "#]]
    .assert_eq(&streamed("ollama", &chunks()).to_string());
}

#[test]
fn an_error() {
    let error = json!({"error": "model 'llama9' not found"});
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "ollama"
    "#]]
    .assert_eq(&answered("ollama", error).to_string());
}

#[test]
fn a_completion() {
    let request = json!({"model": "llama3.2", "prompt": "Why is the sky blue?", "options": {"num_predict": -1}});
    let response = json!({"model": "llama3.2", "response": "Because of the air.", "done": true, "done_reason": "stop",
        "context": [1, 2, 3], "prompt_eval_count": 26, "eval_count": 290});
    expect![[r#"

        chat llama3.2 [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "ollama"
            gen_ai.request.model: "llama3.2"
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.model: "llama3.2"
            gen_ai.usage.input_tokens: 26
            gen_ai.usage.output_tokens: 290
    "#]]
    .assert_eq(&called("ollama", &request, response).to_string());
}

/// A bare prompt with what only this API has beside one.
#[test]
fn a_completion_of_few_words() {
    with_content(|| {
        let request =
            json!({"model": "llava", "prompt": "What is this?", "images": ["iVBORw0KGgo="]});
        assert_eq!(
            input(&called("ollama", &request, Value::Null)),
            json!([{"role": "user", "parts": [
                {"type": "text", "content": "What is this?"},
                {"type": "blob", "modality": "image", "content": "iVBORw0KGgo="},
            ]}])
        );
        let request = json!({"model": "llama3.2", "prompt": "Hi", "system": "Be brief."});
        assert_eq!(
            system(&called("ollama", &request, Value::Null)),
            json!([{"type": "text", "content": "Be brief."}])
        );
    });
}

#[test]
fn embeddings() {
    let request = json!({"model": "all-minilm", "input": "Why is the sky blue?", "truncate": true});
    let response = json!({"model": "all-minilm", "embeddings": [[0.010_071, -0.001_759, 0.050_072]],
        "total_duration": 14_143_917, "load_duration": 1_019_500, "prompt_eval_count": 8});
    let spans = capture(|| {
        embed("ollama", &request, response);
    });
    expect![[r#"

        embeddings all-minilm [client]
            gen_ai.embeddings.dimension.count: 3
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "ollama"
            gen_ai.request.model: "all-minilm"
            gen_ai.response.model: "all-minilm"
            gen_ai.usage.input_tokens: 8
    "#]]
    .assert_eq(&spans.to_string());
}

/// As they were before: one text, whose name is that of a prompt, and one vector.
#[test]
fn embeddings_of_one_prompt() {
    with_content(|| {
        let spans = capture(|| {
            let request = json!({"model": "all-minilm", "prompt": "Here is an article"});
            embed("ollama", &request, json!({"embedding": [0.5, 0.25, 0.1]}));
        });
        // What is embedded is no message.
        expect![[r#"

            embeddings all-minilm [client]
                gen_ai.embeddings.dimension.count: 3
                gen_ai.operation.name: "embeddings"
                gen_ai.provider.name: "ollama"
                gen_ai.request.model: "all-minilm"
        "#]]
        .assert_eq(&spans.to_string());
    });
}

#[test]
fn content() {
    with_content(|| {
        let spans = called("ollama", &request(), answer());
        assert_eq!(
            input(&spans),
            json!([
                {"role": "system", "parts": [{"type": "text", "content": "Be brief."}]},
                {"role": "user", "parts": [
                    {"type": "text", "content": "What is in this image?"},
                    {"type": "blob", "modality": "image", "content": "iVBORw0KGgo="},
                ]},
                {"role": "assistant", "parts": [
                    {"type": "reasoning", "content": "Look."},
                    {"type": "tool_call", "name": "look", "arguments": {"at": "image"}},
                ]},
                {"role": "tool", "parts": [{"type": "tool_call_response", "response": "a cat"}]},
            ])
        );
        assert_eq!(
            tools(&spans),
            json!([{"type": "function", "name": "look", "description": "Looks at a thing",
                "parameters": {"type": "object", "properties": {"at": {"type": "string"}}}}])
        );
        assert_eq!(
            output(&spans),
            json!([{"role": "assistant", "finish_reason": "stop", "parts": [
                {"type": "text", "content": "Hello! How are you today?"},
            ]}])
        );
        assert_eq!(
            output(&answered("ollama", tool_call())),
            json!([{"role": "assistant", "finish_reason": "stop", "parts": [
                {"type": "tool_call", "name": "get_current_weather",
                    "arguments": {"format": "celsius", "location": "Paris, FR"}},
            ]}])
        );
        assert_eq!(
            output(&streamed("ollama", &chunks())),
            json!([{"role": "assistant", "finish_reason": "length", "parts": [
                {"type": "reasoning", "content": "Hm."},
                {"type": "text", "content": "The sky is blue."},
                {"type": "tool_call", "name": "look", "arguments": {"up": true}},
            ]}])
        );
        let request = json!({"model": "llava", "prompt": "What is this?", "system": "Be brief.",
            "images": ["iVBORw0KGgo="], "options": {}});
        let spans = called(
            "ollama",
            &request,
            json!({"response": "A cat.", "done": true, "done_reason": "stop"}),
        );
        assert_eq!(
            input(&spans),
            json!([{"role": "user", "parts": [
                {"type": "text", "content": "What is this?"},
                {"type": "blob", "modality": "image", "content": "iVBORw0KGgo="},
            ]}])
        );
        assert_eq!(
            system(&spans),
            json!([{"type": "text", "content": "Be brief."}])
        );
        assert_eq!(
            output(&spans),
            json!([{"role": "assistant", "finish_reason": "stop", "parts": [{"type": "text", "content": "A cat."}]}])
        );
    });
}
