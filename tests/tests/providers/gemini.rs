//! `POST /v1beta/models/{model}:generateContent`.

use agent_otel::testing::capture;
use agent_otel_tests::captured::{input, output, system, tools, with_content};
use expect_test::expect;
use serde_json::{Value, json};

use crate::{answered, called, embed, streamed};

fn request() -> Value {
    json!({
        "system_instruction": {"parts": [{"text": "You are a cat."}]},
        "contents": [
            {"role": "user", "parts": [
                {"text": "Caption this."},
                {"inline_data": {"mime_type": "image/jpeg", "data": "/9j/4AAQ"}},
                {"fileData": {"mimeType": "audio/mp3", "fileUri": "https://example.com/files/abc"}},
            ]},
            {"role": "model", "parts": [{"functionCall": {"id": "fc-1", "name": "look", "args": {"at": "picture"}}}]},
            {"role": "user", "parts": [
                {"functionResponse": {"id": "fc-1", "name": "look", "response": {"result": "a mouse"}}},
            ]},
        ],
        "tools": [
            {"functionDeclarations": [{"name": "look", "description": "Looks at a thing",
                "parameters": {"type": "object", "properties": {"at": {"type": "string"}}}}]},
            {"googleSearch": {}},
        ],
        "generationConfig": {
            "stopSequences": ["Title"], "temperature": 1.0, "topP": 0.8, "topK": 10, "maxOutputTokens": 800,
            "candidateCount": 2, "seed": 7, "presencePenalty": 0.5, "responseMimeType": "application/json",
            "thinkingConfig": {"thinkingLevel": "low"},
        },
    })
}

fn answer() -> Value {
    json!({
        "candidates": [{
            "content": {"parts": [{"text": "Meow.", "thoughtSignature": "EqQB"}], "role": "model"},
            "finishReason": "STOP", "index": 0, "avgLogprobs": -0.1,
        }],
        "usageMetadata": {
            "promptTokenCount": 68, "toolUsePromptTokenCount": 5858, "candidatesTokenCount": 50,
            "thoughtsTokenCount": 112, "totalTokenCount": 6088, "cachedContentTokenCount": 50,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 10}, {"modality": "IMAGE", "tokenCount": 58}],
            "toolUsePromptTokensDetails": [{"modality": "TEXT", "tokenCount": 5858}],
            "cacheTokensDetails": [{"modality": "IMAGE", "tokenCount": 50}],
            "candidatesTokensDetails": [{"modality": "TEXT", "tokenCount": 50}],
        },
        "modelVersion": "gemini-2.5-flash", "responseId": "SWWhaM7NMI2Nz7IPpNK9gQI",
    })
}

fn tool_call() -> Value {
    json!({
        "candidates": [{
            "content": {"role": "model", "parts": [
                {"text": "I need a date.", "thought": true},
                {"functionCall": {"name": "schedule_meeting", "args": {"attendees": ["Bob", "Alice"]}}},
            ]},
            "finishReason": "STOP", "index": 0,
        }],
        "usageMetadata": {"promptTokenCount": 240, "candidatesTokenCount": 35, "totalTokenCount": 275},
        "modelVersion": "gemini-2.5-flash", "responseId": "r-2",
    })
}

fn chunks() -> Vec<Value> {
    let chunk = |parts: Value, reason: Value, answered: u32| {
        json!({
            "candidates": [{"content": {"parts": parts, "role": "model"}, "finishReason": reason, "index": 0}],
            "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": answered, "thoughtsTokenCount": 20,
                "promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 9}]},
            "modelVersion": "gemini-2.5-flash", "responseId": "r-3",
        })
    };
    vec![
        chunk(json!([{"text": "Hm.", "thought": true}]), Value::Null, 0),
        chunk(json!([{"text": "Why did "}]), Value::Null, 4),
        chunk(json!([{"text": "the scarecrow win?"}]), Value::Null, 8),
        chunk(json!([{"text": ""}]), json!("MAX_TOKENS"), 8),
    ]
}

#[test]
fn an_answer() {
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.output.type: "json"
            gen_ai.provider.name: "gcp.gemini"
            gen_ai.request.choice.count: 2
            gen_ai.request.max_tokens: 800
            gen_ai.request.presence_penalty: 0.5
            gen_ai.request.reasoning.level: "low"
            gen_ai.request.seed: 7
            gen_ai.request.stop_sequences: ["Title"]
            gen_ai.request.temperature: 1
            gen_ai.request.top_k: 10
            gen_ai.request.top_p: 0.8
            gen_ai.response.finish_reasons: ["STOP"]
            gen_ai.response.id: "SWWhaM7NMI2Nz7IPpNK9gQI"
            gen_ai.response.model: "gemini-2.5-flash"
            gen_ai.usage.cache_read.input_tokens: 50
            gen_ai.usage.image.cache_read.input_tokens: 50
            gen_ai.usage.image.input_tokens: 58
            gen_ai.usage.input_tokens: 5926
            gen_ai.usage.output_tokens: 162
            gen_ai.usage.reasoning.output_tokens: 112
            gen_ai.usage.text.input_tokens: 5868
            gen_ai.usage.text.output_tokens: 50
    "#]]
    .assert_eq(&called("gcp.gemini", &request(), answer()).to_string());
}

#[test]
fn a_tool_call() {
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "gcp.gemini"
            gen_ai.response.finish_reasons: ["STOP"]
            gen_ai.response.id: "r-2"
            gen_ai.response.model: "gemini-2.5-flash"
            gen_ai.usage.input_tokens: 240
            gen_ai.usage.output_tokens: 35
    "#]]
    .assert_eq(&answered("gcp.gemini", tool_call()).to_string());
}

#[test]
fn a_stream() {
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 4
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "gcp.gemini"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["MAX_TOKENS"]
            gen_ai.response.id: "r-3"
            gen_ai.response.model: "gemini-2.5-flash"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.audio.input_tokens: 9
            gen_ai.usage.input_tokens: 9
            gen_ai.usage.output_tokens: 28
            gen_ai.usage.reasoning.output_tokens: 20
    "#]]
    .assert_eq(&streamed("gcp.gemini", &chunks()).to_string());
}

#[test]
fn errors() {
    let error = json!({"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT",
        "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]}});
    let blocked = json!({"promptFeedback": {"blockReason": "SAFETY", "safetyRatings": []},
        "usageMetadata": {"promptTokenCount": 12, "totalTokenCount": 12}, "modelVersion": "gemini-2.5-flash"});
    // What is cut short while it thinks has no candidates.
    let cut = json!({"candidates": [{"content": {"role": "model"}, "finishReason": "MAX_TOKENS", "index": 0}],
        "usageMetadata": {"promptTokenCount": 12, "thoughtsTokenCount": 100, "totalTokenCount": 112}});
    let told = [error, blocked, cut].map(|body| answered("gcp.gemini", body).to_string());
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "gcp.gemini"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "gcp.gemini"
            gen_ai.response.model: "gemini-2.5-flash"
            gen_ai.usage.input_tokens: 12

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "gcp.gemini"
            gen_ai.response.finish_reasons: ["MAX_TOKENS"]
            gen_ai.usage.input_tokens: 12
            gen_ai.usage.output_tokens: 100
            gen_ai.usage.reasoning.output_tokens: 100
    "#]]
    .assert_eq(&told.concat());
}

/// Whole numbers that are sent in floating point, as the API has it of some.
#[test]
fn whole_numbers() {
    let request = json!({"contents": [], "generationConfig": {"topK": 40.0, "maxOutputTokens": 100.0, "seed": 7.0,
        "candidateCount": 2.0}});
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "gcp.vertex_ai"
            gen_ai.request.choice.count: 2
            gen_ai.request.max_tokens: 100
            gen_ai.request.seed: 7
            gen_ai.request.top_k: 40
    "#]]
    .assert_eq(&called("gcp.vertex_ai", &request, Value::Null).to_string());
}

/// One entry may hold functions and tools of the provider's own.
#[test]
fn tools_in_one_entry() {
    with_content(|| {
        let request = json!({"contents": [], "tools": [{"functionDeclarations": [{"name": "look"}],
            "googleSearch": {}, "codeExecution": {}}]});
        assert_eq!(
            tools(&called("gcp.gemini", &request, Value::Null)),
            json!([
                {"type": "function", "name": "look"},
                {"type": "googleSearch", "name": "googleSearch"},
                {"type": "codeExecution", "name": "codeExecution"},
            ])
        );
    });
}

/// A signature alone is for nobody but the model.
#[test]
fn a_signature() {
    with_content(|| {
        let parts = json!([{"text": "Hi"}, {"thoughtSignature": "EmwK"}]);
        let request = json!({"contents": [{"role": "model", "parts": parts}]});
        let answer = json!({"candidates": [{"finishReason": "STOP", "content": {"role": "model", "parts": parts}}]});
        let spans = called("gcp.gemini", &request, answer);
        let said = json!([{"type": "text", "content": "Hi"}]);
        assert_eq!(input(&spans)[0]["parts"], said);
        assert_eq!(output(&spans)[0]["parts"], said);
    });
}

/// A part that nobody knows yet changes none of its neighbors.
#[test]
fn a_part_of_tomorrow() {
    with_content(|| {
        let request = json!({"contents": [{"role": "user", "parts": [{"text": "Hi"}, {"hologram": {"depth": 3}}]}]});
        assert_eq!(
            input(&called("gcp.gemini", &request, Value::Null)),
            json!([{"role": "user", "parts": [
                {"type": "text", "content": "Hi"},
                {"type": "text", "content": r#"{"hologram":{"depth":3}}"#},
            ]}])
        );
    });
}

/// A candidate that was begun and did not end has its place among the finish reasons.
#[test]
fn a_candidate_that_breaks_off() {
    let candidate = |index: u32, reason: Value| {
        let content = json!({"role": "model", "parts": [{"text": "A"}]});
        json!({"candidates": [{"index": index, "content": content, "finishReason": reason}]})
    };
    let chunks = [candidate(0, json!("STOP")), candidate(1, Value::Null)];
    let told = streamed("gcp.gemini", &chunks).to_string();
    assert!(
        told.contains(r#"gen_ai.response.finish_reasons: ["STOP","error"]"#),
        "{told}"
    );
}

/// `embedContent` has one text and answers with one vector, `batchEmbedContents` has several.
#[test]
fn embeddings() {
    let told = |request: Value, response: Value| {
        capture(|| {
            embed("gcp.gemini", &request, response);
        })
        .to_string()
    };
    let ask = json!({"model": "models/gemini-embedding-001", "content": {"parts": [{"text": "Hi"}]},
        "taskType": "RETRIEVAL_QUERY", "outputDimensionality": 256});
    let one = told(ask.clone(), json!({"embedding": {"values": [0.1, 0.2]}}));
    expect![[r#"

        embeddings models/gemini-embedding-001 [client]
            gen_ai.embeddings.dimension.count: 256
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "gcp.gemini"
            gen_ai.request.model: "models/gemini-embedding-001"
    "#]]
    .assert_eq(&one);
    let mut plain = ask.clone();
    plain["outputDimensionality"] = Value::Null;
    let several = told(
        json!({"requests": [plain]}),
        json!({"embeddings": [{"values": [0.1, 0.2, 0.3]}], "usageMetadata": {"promptTokenCount": 4}}),
    );
    expect![[r#"

        embeddings models/gemini-embedding-001 [client]
            gen_ai.embeddings.dimension.count: 3
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "gcp.gemini"
            gen_ai.request.model: "models/gemini-embedding-001"
            gen_ai.usage.input_tokens: 4
    "#]]
    .assert_eq(&several);
    with_content(|| {
        let spans = capture(|| {
            embed("gcp.gemini", &ask, Value::Null);
        });
        assert!(!spans.to_string().contains("Hi"), "{spans}");
    });
}

#[test]
fn output_types() {
    let told = |config: Value| {
        let request = json!({"contents": [], "generation_config": config});
        let told = called("gcp.gemini", &request, Value::Null).to_string();
        let line = told
            .lines()
            .find(|line| line.contains("gen_ai.output.type"));
        line.map(|line| line.trim().to_owned())
    };
    let output = |told: &str| Some(format!("gen_ai.output.type: {told:?}"));
    assert_eq!(
        told(json!({"responseModalities": ["TEXT", "IMAGE"]})),
        output("image")
    );
    assert_eq!(
        told(json!({"response_modalities": ["AUDIO"]})),
        output("speech")
    );
    assert_eq!(
        told(json!({"responseMimeType": "text/plain"})),
        output("text")
    );
    assert_eq!(told(json!({"response_mime_type": "text/x.enum"})), None);
}

#[test]
fn content() {
    with_content(|| {
        let spans = called("gcp.gemini", &request(), answer());
        assert_eq!(
            input(&spans),
            json!([
                {"role": "user", "parts": [
                    {"type": "text", "content": "Caption this."},
                    {"type": "blob", "modality": "image", "mime_type": "image/jpeg", "content": "/9j/4AAQ"},
                    {"type": "uri", "modality": "audio", "mime_type": "audio/mp3",
                        "uri": "https://example.com/files/abc"},
                ]},
                {"role": "assistant", "parts": [
                    {"type": "tool_call", "id": "fc-1", "name": "look", "arguments": {"at": "picture"}},
                ]},
                {"role": "user", "parts": [
                    {"type": "tool_call_response", "id": "fc-1", "response": {"result": "a mouse"}},
                ]},
            ])
        );
        assert_eq!(
            system(&spans),
            json!([{"type": "text", "content": "You are a cat."}])
        );
        assert_eq!(
            tools(&spans),
            json!([
                {"type": "function", "name": "look", "description": "Looks at a thing",
                    "parameters": {"type": "object", "properties": {"at": {"type": "string"}}}},
                {"type": "googleSearch", "name": "googleSearch"},
            ])
        );
        assert_eq!(
            output(&spans),
            json!([{"role": "assistant", "finish_reason": "STOP", "parts": [{"type": "text", "content": "Meow."}]}])
        );
        assert_eq!(
            output(&answered("gcp.gemini", tool_call())),
            json!([{"role": "assistant", "finish_reason": "STOP", "parts": [
                {"type": "reasoning", "content": "I need a date."},
                {"type": "tool_call", "name": "schedule_meeting", "arguments": {"attendees": ["Bob", "Alice"]}},
            ]}])
        );
        assert_eq!(
            output(&streamed("gcp.gemini", &chunks())),
            json!([{"role": "assistant", "finish_reason": "MAX_TOKENS", "parts": [
                {"type": "reasoning", "content": "Hm."},
                {"type": "text", "content": "Why did the scarecrow win?"},
            ]}])
        );
        let code = json!({"candidates": [{"finishReason": "STOP", "content": {"parts": [
            {"executableCode": {"language": "PYTHON", "code": "print(1)"}},
            {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1\n"}},
        ]}}]});
        assert_eq!(
            output(&answered("gcp.gemini", code)),
            json!([{"role": "assistant", "finish_reason": "STOP", "parts": [
                {"type": "server_tool_call", "name": "code_execution", "server_tool_call":
                    {"type": "code_execution", "language": "PYTHON", "code": "print(1)"}},
                {"type": "server_tool_call_response", "server_tool_call_response":
                    {"type": "code_execution", "outcome": "OUTCOME_OK", "output": "1\n"}},
            ]}])
        );
    });
}
