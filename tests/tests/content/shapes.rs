//! Which shape content has.

use agent_otel::testing::capture;
use agent_otel::{LlmChunk, LlmResponse, Usage, llm_call, tool};
use agent_otel_tests::with;
use futures::{Stream, StreamExt, stream};
use serde_json::{Value, json};

use super::{
    ARGUMENTS, CAPTURE, INPUT, OUTPUT, RESULT, TRUNCATED, complete, content, question, schema, text,
};

/// Inputs in the shapes that chat APIs have, and what becomes of them.
fn conversations() -> Vec<(Value, Value)> {
    let say = |role: &str, content: &str| json!({"role": role, "parts": [{"type": "text", "content": content}]});
    vec![
        (json!("hello"), json!([say("user", "hello")])),
        (
            json!(["one", "two"]),
            json!([say("user", "one"), say("user", "two")]),
        ),
        (
            json!({"role": "user", "content": "hello", "name": null}),
            json!([say("user", "hello")]),
        ),
        (
            json!({"model": "m", "messages": [{"role": "system", "content": "brief"}]}),
            json!([say("system", "brief")]),
        ),
        (
            json!({"contents": [{"role": "user", "parts": [{"text": "hello"}]}, {"role": "model", "parts": [{"text": "hi"}]}]}),
            json!([say("user", "hello"), say("assistant", "hi")]),
        ),
        (
            json!({"contents": ["ring", "box"]}),
            json!([say("user", r#"{"contents":["ring","box"]}"#)]),
        ),
        (
            json!({"thought": "structured"}),
            json!([say("user", r#"{"thought":"structured"}"#)]),
        ),
        (
            json!({"question": "structured"}),
            json!([say("user", r#"{"question":"structured"}"#)]),
        ),
        // OpenAI chat: parts, a call, its result.
        (
            json!([
                {"role": "user", "name": "bob", "content": [
                    {"type": "text", "text": "what is this?"},
                    {"type": "image_url", "image_url": {"url": "https://x/a.png", "detail": "low"}},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                    {"type": "input_audio", "input_audio": {"data": "BBBB", "format": "wav"}},
                    {"type": "file", "file": {"file_id": "file-1"}},
                ]},
                {"role": "assistant", "content": null, "refusal": null, "tool_calls": [
                    {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{\"id\":7}"}},
                    {"id": "call_2", "type": "function", "function": {"name": "look", "arguments": "{\"id\":"}},
                ]},
                {"role": "tool", "tool_call_id": "call_1", "content": "shipped"},
            ]),
            json!([
                {"role": "user", "name": "bob", "parts": [
                    {"type": "text", "content": "what is this?"},
                    {"type": "uri", "modality": "image", "uri": "https://x/a.png"},
                    {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "AAAA"},
                    {"type": "blob", "modality": "audio", "mime_type": "audio/wav", "content": "BBBB"},
                    {"type": "file", "modality": "document", "file_id": "file-1"},
                ]},
                {"role": "assistant", "parts": [
                    {"type": "tool_call", "id": "call_1", "name": "look", "arguments": {"id": 7}},
                    {"type": "tool_call", "id": "call_2", "name": "look", "arguments": "{\"id\":"},
                ]},
                {"role": "tool", "parts": [{"type": "tool_call_response", "id": "call_1", "response": "shipped"}]},
            ]),
        ),
        // Anthropic messages: thinking, a call, a result with an image.
        (
            json!([
                {"role": "assistant", "content": [
                    {"type": "thinking", "thinking": "hm", "signature": "sig"},
                    {"type": "text", "text": "I look", "citations": null},
                    {"type": "tool_use", "id": "t1", "name": "look", "input": {"id": 7}},
                    {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "x"}},
                    {"type": "web_search_tool_result", "tool_use_id": "s1", "content": [{"url": "https://x"}]},
                ]},
                {"role": "user", "content": [
                    {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "shipped"}]},
                    {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "CCCC"}},
                    {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "a page"}},
                ]},
            ]),
            json!([
                {"role": "assistant", "parts": [
                    {"type": "reasoning", "content": "hm"},
                    {"type": "text", "content": "I look"},
                    {"type": "tool_call", "id": "t1", "name": "look", "arguments": {"id": 7}},
                    {"type": "server_tool_call", "id": "s1", "name": "web_search",
                        "server_tool_call": {"type": "web_search", "input": {"query": "x"}}},
                    {"type": "server_tool_call_response", "id": "s1",
                        "server_tool_call_response": {"type": "web_search_tool_result", "content": [{"url": "https://x"}]}},
                ]},
                {"role": "user", "parts": [
                    {"type": "tool_call_response", "id": "t1", "response": "shipped"},
                    {"type": "blob", "modality": "image", "mime_type": "image/jpeg", "content": "CCCC"},
                    {"type": "text", "content": "a page"},
                ]},
            ]),
        ),
        // OpenAI responses: items, some of which stand alone.
        (
            json!([
                {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]},
                {"type": "reasoning", "id": "r1", "summary": [{"type": "summary_text", "text": "hm"}]},
                {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "look", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "c1", "output": "shipped"},
            ]),
            json!([
                say("user", "hello"),
                {"role": "assistant", "parts": [{"type": "reasoning", "content": "hm"}]},
                {"role": "assistant", "parts": [{"type": "tool_call", "id": "c1", "name": "look", "arguments": {}}]},
                {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": "shipped"}]},
            ]),
        ),
        // Gemini and Bedrock: parts that are known by the member that they have.
        (
            json!([
                {"role": "model", "parts": [
                    {"text": "hello"},
                    {"functionCall": {"name": "look", "args": {"id": 7}}},
                    {"inlineData": {"mimeType": "image/png", "data": "DDDD"}},
                    {"fileData": {"mimeType": "application/pdf", "fileUri": "gs://x/y.pdf"}},
                ]},
                {"role": "user", "content": [
                    {"toolResult": {"toolUseId": "t1", "content": [{"text": "shipped"}]}},
                    {"toolUse": {"toolUseId": "t2", "name": "look", "input": {}}},
                ]},
            ]),
            json!([
                {"role": "assistant", "parts": [
                    {"type": "text", "content": "hello"},
                    {"type": "tool_call", "name": "look", "arguments": {"id": 7}},
                    {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "DDDD"},
                    {"type": "uri", "modality": "document", "mime_type": "application/pdf", "uri": "gs://x/y.pdf"},
                ]},
                {"role": "user", "parts": [
                    {"type": "tool_call_response", "id": "t1", "response": "shipped"},
                    {"type": "tool_call", "id": "t2", "name": "look", "arguments": {}},
                ]},
            ]),
        ),
        (
            json!([
                {"role": "model", "parts": [
                    {"text": "hm", "thought": true},
                    {"executableCode": {"language": "PYTHON", "code": "1"}},
                    {"codeExecutionResult": {"outcome": "OUTCOME_OK"}},
                ]},
                {"role": "user", "content": [
                    {"image": {"format": "png", "source": {"bytes": "EEEE"}}},
                    {"document": {"format": "pdf", "name": "page", "source": {"s3Location": {"uri": "s3://x/y"}}}},
                    {"toolResult": {"toolUseId": "t1", "content": [{"json": {"state": "shipped"}}]}},
                    {"cachePoint": {"type": "default"}},
                ]},
            ]),
            json!([
                {"role": "assistant", "parts": [
                    {"type": "reasoning", "content": "hm"},
                    {"type": "server_tool_call", "name": "code_execution",
                        "server_tool_call": {"type": "code_execution", "language": "PYTHON", "code": "1"}},
                    {"type": "server_tool_call_response",
                        "server_tool_call_response": {"type": "code_execution", "outcome": "OUTCOME_OK"}},
                ]},
                {"role": "user", "parts": [
                    {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "EEEE"},
                    {"type": "uri", "modality": "document", "uri": "s3://x/y"},
                    {"type": "tool_call_response", "id": "t1", "response": {"state": "shipped"}},
                ]},
            ]),
        ),
        // Ollama, Cohere and Mistral: images beside the text, a plan, thoughts in blocks.
        (
            json!([
                {"role": "user", "content": "look", "images": ["FFFF"]},
                {"role": "assistant", "tool_plan": "hm", "tool_calls": [{"function": {"name": "look", "arguments": {"id": 7}}}]},
                {"role": "tool", "content": "a cat"},
                {"role": "assistant", "content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}]},
            ]),
            json!([
                {"role": "user", "parts": [
                    {"type": "text", "content": "look"},
                    {"type": "blob", "modality": "image", "content": "FFFF"},
                ]},
                {"role": "assistant", "parts": [
                    {"type": "reasoning", "content": "hm"},
                    {"type": "tool_call", "name": "look", "arguments": {"id": 7}},
                ]},
                {"role": "tool", "parts": [{"type": "tool_call_response", "response": "a cat"}]},
                {"role": "assistant", "parts": [{"type": "reasoning", "content": "hm"}]},
            ]),
        ),
        // A refusal is no answer, wherever it stands, and stays one.
        (
            json!([
                {"role": "assistant", "content": null, "refusal": "I will not."},
                {"role": "assistant", "content": [{"type": "refusal", "refusal": "I will not."}]},
                {"role": "assistant", "parts": [{"type": "refusal", "content": "I will not."}]},
            ]),
            json!(vec![
                json!({"role": "assistant", "parts": [{"type": "refusal", "content": "I will not."}]});
                3
            ]),
        ),
        // What only the model can read is no content.
        (
            json!([{"role": "assistant", "content": [
                {"type": "redacted_thinking", "data": "EmwK"},
                {"type": "text", "text": "I look"},
            ]}]),
            json!([say("assistant", "I look")]),
        ),
        // What has the shape already stays as it is, without what is null.
        (
            json!([{"role": "user", "name": null, "parts": [{"type": "text", "content": "x", "id": null}]}]),
            json!([say("user", "x")]),
        ),
        // What nobody knows is told as text.
        (
            json!([{"role": "user", "content": [{"type": "hologram"}]}]),
            json!([say("user", r#"{"type":"hologram"}"#)]),
        ),
    ]
}

#[test]
fn messages_have_the_shape_of_the_conventions() {
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        for (messages, expected) in conversations() {
            let spans = capture(|| question(&messages));
            let told = content(&spans, INPUT).expect("content");
            schema::check("input-messages", &told);
            assert_eq!(told, expected, "{messages}");
            assert_eq!(text(&spans, TRUNCATED), None);
        }
    });
}

#[test]
fn answers_have_a_finish_reason() {
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        for (answer, parts, reason) in [
            (
                json!("hello"),
                json!([{"type": "text", "content": "hello"}]),
                "stop",
            ),
            (
                json!({"choices": [{"index": 0, "finish_reason": "tool_calls", "message": {"role": "assistant",
                    "content": null, "tool_calls": [{"id": "c", "function": {"name": "look", "arguments": "{}"}}]}}]}),
                json!([{"type": "tool_call", "id": "c", "name": "look", "arguments": {}}]),
                "tool_call",
            ),
            (
                json!({"role": "assistant", "stop_reason": "max_tokens", "content": [{"type": "text", "text": "hel"}]}),
                json!([{"type": "text", "content": "hel"}]),
                "length",
            ),
            (
                json!({"candidates": [{"content": {"role": "model", "parts": [{"text": "hi"}]}, "finishReason": "SAFETY"}]}),
                json!([{"type": "text", "content": "hi"}]),
                "content_filter",
            ),
            (
                json!({"output": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "hi"}]}]}),
                json!([{"type": "text", "content": "hi"}]),
                "stop",
            ),
            // However many items there are, they are one answer.
            (
                json!({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}, "output": [
                    {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm."}]},
                    {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "hi"}]},
                    {"type": "function_call", "call_id": "c", "name": "look", "arguments": "{}"},
                ]}),
                json!([
                    {"type": "reasoning", "content": "Hm."}, {"type": "text", "content": "hi"},
                    {"type": "tool_call", "id": "c", "name": "look", "arguments": {}},
                ]),
                "length",
            ),
            (
                json!({"output": {"message": {"role": "assistant", "content": [{"text": "hi"}]}},
                    "stopReason": "max_tokens", "usage": {"inputTokens": 1}}),
                json!([{"type": "text", "content": "hi"}]),
                "length",
            ),
        ] {
            let spans = capture(|| {
                complete(&Value::Null, &Value::Null, &Value::Null, answer.clone());
            });
            let told = content(&spans, OUTPUT).expect("content");
            schema::check("output-messages", &told);
            assert_eq!(
                told,
                json!([{"role": "assistant", "parts": parts, "finish_reason": reason}]),
                "{answer}"
            );
        }
    });
}

/// An answer that is told as a whole has the shape of any other, and the finish reason that was told beside it.
#[test]
fn an_answer_told_as_a_whole_has_the_shape_of_the_conventions() {
    #[derive(LlmResponse)]
    struct Answer {
        #[llm(finish_reason)]
        reason: Option<String>,
        #[llm(output)]
        output: Value,
    }
    #[llm_call(provider = "openai", model = "gpt-4o")]
    fn answer(output: Value, reason: Option<&str>) -> Answer {
        let reason = reason.map(str::to_owned);
        Answer { reason, output }
    }
    let said = |text: &str, reason: &str| json!({"role": "assistant", "parts": [{"type": "text", "content": text}], "finish_reason": reason});
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        for (output, reason, expected) in [
            (json!("hello"), None, json!([said("hello", "stop")])),
            (
                json!("hel"),
                Some("max_tokens"),
                json!([said("hel", "length")]),
            ),
            (
                json!([{"role": "assistant", "content": "a"}, {"role": "assistant", "content": "b"}]),
                Some("length"),
                json!([said("a", "length"), said("b", "stop")]),
            ),
        ] {
            let spans = capture(|| {
                answer(output.clone(), reason);
            });
            let told = content(&spans, OUTPUT).expect("content");
            schema::check("output-messages", &told);
            assert_eq!(told, expected, "{output}");
        }
    });
}

/// The pieces of an answer of one's own type are put together; what each of them repeats is told once.
#[test]
fn derived_chunks_become_one_answer() {
    #[derive(LlmChunk)]
    struct Piece {
        #[llm(id)]
        id: &'static str,
        #[llm(output_text)]
        text: Option<String>,
        #[llm(finish_reason)]
        reason: Option<&'static str>,
        #[llm(chunk)]
        usage: Option<Usage>,
    }
    #[llm_call(provider = "openai", model = "gpt-4o")]
    fn pieces() -> impl Stream<Item = Piece> {
        let piece = |text: Option<&str>, reason, usage| Piece {
            id: "c-1",
            text: text.map(str::to_owned),
            reason,
            usage,
        };
        stream::iter([
            piece(Some("hel"), None, None),
            piece(Some("lo"), Some("length"), None),
            piece(None, Some("length"), Some(Usage::new(9, 2))),
        ])
    }
    for (mode, expected) in [
        (
            "SPAN_ONLY",
            Some(
                json!([{"role": "assistant", "parts": [{"type": "text", "content": "hello"}], "finish_reason": "length"}]),
            ),
        ),
        ("NO_CONTENT", None),
    ] {
        with(&[(CAPTURE, mode)], || {
            let spans = capture(|| {
                let count = futures::executor::block_on(pieces().count());
                assert_eq!(count, 3);
            });
            assert_eq!(content(&spans, OUTPUT), expected);
            let told = |key| spans.attribute("chat gpt-4o", key);
            assert_eq!(
                told("gen_ai.response.finish_reasons").as_deref(),
                Some(r#"["length"]"#)
            );
            assert_eq!(told("gen_ai.response.id").as_deref(), Some("c-1"));
            assert_eq!(told("gen_ai.usage.input_tokens").as_deref(), Some("9"));
            assert_eq!(told("gen_ai.usage.output_tokens").as_deref(), Some("2"));
        });
    }
}

#[test]
fn instructions_definitions_arguments_and_results_have_their_shapes() {
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        let brief = json!([{"type": "text", "content": "Be brief"}]);
        for system in [
            json!("Be brief"),
            json!(["Be brief"]),
            json!({"role": "system", "content": "Be brief"}),
            json!([{"type": "text", "text": "Be brief", "cache_control": null}]),
        ] {
            let spans = capture(|| {
                complete(&Value::Null, &system, &Value::Null, Value::Null);
            });
            let told = content(&spans, "gen_ai.system_instructions").expect("content");
            schema::check("system-instructions", &told);
            assert_eq!(told, brief, "{system}");
        }
        let parameters = json!({"type": "object", "properties": {"password": {"type": "string"}}});
        let look = json!([{"type": "function", "name": "look", "description": "Looks", "parameters": parameters}]);
        for tools in [
            look.clone(),
            json!([{"type": "function", "function": {"name": "look", "description": "Looks", "parameters": parameters, "strict": null}}]),
            json!([{"type": "custom", "custom": {"name": "look", "description": "Looks", "parameters": parameters}}]),
            json!([{"name": "look", "description": "Looks", "input_schema": parameters}]),
            json!([{"name": "look", "description": "Looks", "inputSchema": parameters}]),
            json!([{"functionDeclarations": [{"name": "look", "description": "Looks", "parameters": parameters}]}]),
            json!([{"function_declarations": [{"name": "look", "description": "Looks", "parameters_json_schema": parameters}]}]),
            json!({"tools": [{"toolSpec": {"name": "look", "description": "Looks", "inputSchema": {"json": parameters}}}]}),
        ] {
            let spans = capture(|| {
                complete(&Value::Null, &Value::Null, &tools, Value::Null);
            });
            let told = content(&spans, "gen_ai.tool.definitions").expect("content");
            schema::check("tool-definitions", &told);
            assert_eq!(told, look, "{tools}");
        }
        #[tool(arguments, result)]
        fn gives(value: &Value) -> Value {
            value.clone()
        }
        for (value, result) in [
            (json!({"a": 1}), json!({"a": 1})),
            (json!("{\"a\":1}"), json!({"a": 1})),
            (json!("text"), json!({"result": "text"})),
            (json!([1, null]), json!({"result": [1, null]})),
            // No JSON: half of a surrogate pair.
            (
                json!("{\"a\":\"\\ud800\"}"),
                json!({"result": "{\"a\":\"\\ud800\"}"}),
            ),
        ] {
            let spans = capture(|| {
                gives(&value);
            });
            let told = content(&spans, RESULT).expect("content");
            schema::check("tool-call-result", &told);
            assert_eq!(told, result, "{value}");
            let told = content(&spans, ARGUMENTS).expect("content");
            schema::check("tool-call-arguments", &told);
            assert_eq!(told, json!({"value": value}));
        }
    });
}
