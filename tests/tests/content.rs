//! Content: where it goes, in which shape, how much of it, and who sees it before. Each test runs in a process of its
//! own, since the policy is that of the process.

use std::alloc::System;
use std::fmt::Debug;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use agent_otel::testing::{Spans, capture};
use agent_otel::{
    Capture, ContentPolicy, LlmRequest, LlmResponse, Pattern, Request, UploadedContent, agent,
    current, llm_call, tool,
};
use agent_otel_tests::{with, written_with};
use opentelemetry_sdk::trace::SpanData;
use serde_json::{Value, json};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// For hooks that come back, however slow the machine is.
const LONG: Duration = Duration::from_secs(600);
/// For those that do not.
const SHORT: Duration = Duration::from_millis(20);
/// Tells the cases of one test apart that have the same variables.
const CASE: &str = "AGENT_OTEL_TEST_CASE";
const CAPTURE: &str = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
const EVENT: &str = "OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT";
const DETAILS: &str = "gen_ai.client.inference.operation.details";
const INPUT: &str = "gen_ai.input.messages";
const OUTPUT: &str = "gen_ai.output.messages";
const ARGUMENTS: &str = "gen_ai.tool.call.arguments";
const RESULT: &str = "gen_ai.tool.call.result";
const TRUNCATED: &str = "agent_otel.content.truncated";
const LOST: &str = "agent_otel.content.lost";

#[tool(arguments, result)]
fn lookup(order: &Value) -> Result<Value, String> {
    match order {
        Value::String(error) => Err(error.clone()),
        order => Ok(json!({"order": order, "status": "shipped"})),
    }
}

#[llm_call(provider = "openai", model = "gpt-4o", input = messages, system = system, tools = tools, output)]
fn complete(messages: &Value, system: &Value, tools: &Value, answer: Value) -> Value {
    let _ = (messages, system, tools);
    answer
}

fn question(messages: &Value) {
    complete(messages, &Value::Null, &Value::Null, json!("answered"));
}

fn attribute<'a>(span: &'a SpanData, key: &str) -> Option<&'a opentelemetry::Value> {
    let found: Vec<_> = span
        .attributes
        .iter()
        .filter(|attribute| attribute.key.as_str() == key)
        .collect();
    assert!(found.len() < 2, "{key} is there twice");
    found.first().map(|attribute| &attribute.value)
}

/// Content of the first span, which is valid JSON.
fn content(spans: &Spans, key: &str) -> Option<Value> {
    let text = attribute(&spans[0], key)?.as_str();
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

fn text(spans: &Spans, key: &str) -> Option<String> {
    attribute(&spans[0], key).map(|value| value.as_str().into_owned())
}

/// What the details of the model call say, as text; `None` where no event was emitted.
fn event(spans: &Spans, key: &str) -> Option<String> {
    let log = spans
        .logs()
        .iter()
        .find(|log| log.event_name == Some(DETAILS))?;
    let found = log.attributes.iter().find(|(known, _)| known == key);
    Some(found.map(|(_, value)| value.clone()).unwrap_or_default())
}

/// Where content goes in each mode, and whether there is an event.
#[test]
fn content_goes_where_it_was_asked_to_go() {
    for (mode, emit, on_span, on_event) in [
        ("", "", false, None),
        ("NO_CONTENT", "", false, None),
        ("true", "", false, None),
        ("nonsense", "", false, None),
        ("span_only", "", true, None),
        ("SPAN_ONLY", "", true, None),
        ("EVENT_ONLY", "", false, Some(true)),
        ("Span_And_Event", "", true, Some(true)),
        ("SPAN_AND_EVENT", "false", true, None),
        ("EVENT_ONLY", "false", false, None),
        ("NO_CONTENT", "true", false, Some(false)),
        ("SPAN_ONLY", "TRUE", true, Some(false)),
        ("SPAN_ONLY", "nonsense", true, None),
    ] {
        with(&[(CAPTURE, mode), (EVENT, emit)], || {
            let mode = std::env::var(CAPTURE).unwrap();
            let spans = capture(|| question(&json!("where is my order?")));
            assert_eq!(content(&spans, INPUT).is_some(), on_span, "{mode}");
            let event = event(&spans, INPUT);
            assert_eq!(
                event.as_ref().map(|text| !text.is_empty()),
                on_event,
                "{mode}"
            );
            if on_event == Some(true) {
                // Structured, and not text in JSON.
                assert!(event.unwrap().starts_with("ListAny"), "{spans}");
            }
        });
    }
}

/// Where no log records are exported, content for events goes nowhere: least of all on spans.
#[test]
fn without_a_log_provider_events_redirect_nothing() {
    with(&[(CAPTURE, "EVENT_ONLY")], || {
        let exported: Arc<Mutex<Vec<SpanData>>> = Arc::default();
        let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder()
            .with_span_processor(Gathers(Arc::clone(&exported)))
            .build();
        opentelemetry::global::set_tracer_provider(provider);
        question(&json!("where is my order?"));
        let exported = exported.lock().unwrap();
        assert_eq!(exported.len(), 1);
        assert!(!format!("{exported:?}").contains("order?"));
    });
}

#[derive(Debug)]
struct Gathers(Arc<Mutex<Vec<SpanData>>>);

impl opentelemetry_sdk::trace::SpanProcessor for Gathers {
    fn on_start(&self, _: &mut opentelemetry_sdk::trace::Span, _: &opentelemetry::Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap().push(span);
    }

    fn force_flush(&self) -> opentelemetry_sdk::error::OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> opentelemetry_sdk::error::OTelSdkResult {
        Ok(())
    }
}

/// Content goes only where the code and the environment both let it.
#[test]
fn the_stricter_of_code_and_environment_counts() {
    for (environment, code, on_span, on_event) in [
        ("", Capture::SpanOnly, true, false),
        ("", Capture::SpanAndEvent, true, true),
        ("NO_CONTENT", Capture::SpanAndEvent, false, false),
        ("nonsense", Capture::SpanAndEvent, false, false),
        ("SPAN_AND_EVENT", Capture::NoContent, false, false),
        ("SPAN_AND_EVENT", Capture::EventOnly, false, true),
        ("SPAN_ONLY", Capture::EventOnly, false, false),
    ] {
        let case = format!("{code:?}");
        with(&[(CAPTURE, environment), (CASE, &case)], || {
            assert!(ContentPolicy::new().capture(code).install());
            assert!(
                !ContentPolicy::new().install(),
                "only the first has an effect"
            );
            let spans = capture(|| question(&json!("where is my order?")));
            assert_eq!(
                content(&spans, INPUT).is_some(),
                on_span,
                "{environment} {code:?}"
            );
            let event = event(&spans, INPUT).is_some_and(|text| !text.is_empty());
            assert_eq!(event, on_event, "{environment} {code:?}");
        });
    }
}

mod schema {
    use super::*;

    const TYPES: [&str; 11] = [
        "text",
        "reasoning",
        "refusal",
        "compaction",
        "tool_call",
        "tool_call_response",
        "server_tool_call",
        "server_tool_call_response",
        "blob",
        "file",
        "uri",
    ];

    macro_rules! schemas {
        ($($name:literal),*) => {
            &[$(($name, include_str!(concat!("../data/semconv/gen-ai-", $name, ".json")))),*]
        };
    }

    const SCHEMAS: &[(&str, &str)] = schemas![
        "input-messages",
        "output-messages",
        "system-instructions",
        "tool-definitions",
        "tool-call-arguments",
        "tool-call-result"
    ];

    /// Asserts that the value is what the schema of this name wants, and the stricter things that the schemas leave open.
    pub fn check(name: &str, value: &Value) {
        let (_, schema) = SCHEMAS.iter().find(|(known, _)| *known == name).unwrap();
        let schema: Value = serde_json::from_str(schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(value)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?} in {value}");
        if !name.starts_with("tool-call") {
            no_null(value, &mut Vec::new());
        }
        for message in value
            .as_array()
            .into_iter()
            .flatten()
            .filter(|_| name.ends_with("messages"))
        {
            for part in message["parts"].as_array().unwrap() {
                let kind = part["type"].as_str().unwrap();
                assert!(TYPES.contains(&kind), "{kind} in {value}");
            }
            assert_eq!(
                message.get("finish_reason").is_some(),
                name.starts_with("output"),
                "{value}"
            );
        }
    }

    /// Members that have no value are left out; what tools take and give is theirs.
    fn no_null<'a>(value: &'a Value, path: &mut Vec<&'a str>) {
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    if !["arguments", "response", "parameters"].contains(&key.as_str()) {
                        path.push(key);
                        no_null(member, path);
                        path.pop();
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| no_null(item, path)),
            value => assert!(!value.is_null(), "{path:?}"),
        }
    }
}

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

/// Whatever is handed over: valid JSON within the limit, of the right shape, marked where it was cut, and made in bounded
/// memory.
#[test]
fn extreme_inputs_are_bounded() {
    for (variables, limit) in [
        (&[(CAPTURE, "SPAN_ONLY")][..], 64 * 1024),
        (
            &[(CAPTURE, "SPAN_ONLY"), ("AGENT_OTEL_CONTENT_LIMIT", "2000")],
            2000,
        ),
        (
            &[
                (CAPTURE, "SPAN_ONLY"),
                ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "1000"),
            ],
            1000,
        ),
        (
            &[
                (CAPTURE, "SPAN_ONLY"),
                ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "500"),
                ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "1000"),
            ],
            500,
        ),
    ] {
        with(variables, || extreme_inputs(limit));
    }
}

fn extreme_inputs(limit: usize) {
    let mut deep = json!("the end");
    for _ in 0..1_000 {
        deep = json!({"deeper": deep});
    }
    let messages: Vec<Value> = (0..10_000)
        .map(|number| json!({"role": "user", "content": format!("{number} {}", "x".repeat(200))}))
        .collect();
    let calls: Vec<Value> = (0..10_000)
        .map(|number| json!({"id": number.to_string(), "function": {"name": "look", "arguments": "{}"}}))
        .collect();
    let inputs = [
        json!("word ".repeat(64 * 1024 * 1024 / 5)),
        json!("\u{1}\u{1F600}\"\\".repeat(100_000)),
        json!("\\ud800 \\udfff ".repeat(10_000)),
        json!([{"role": "user", "content": deep}]),
        deep,
        json!(messages),
        json!([{"role": "assistant", "content": null, "tool_calls": calls}]),
        json!([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": format!("data:image/png;base64,{}", "A".repeat(1 << 20))}}]}]),
        json!(
            (0..100_000)
                .map(|number| (format!("key {number}"), json!(number)))
                .collect::<serde_json::Map<_, _>>()
        ),
        json!(vec![0.5; 1_000_000]),
    ];
    for (shown, messages) in inputs.iter().enumerate() {
        let region = Region::new(ALLOCATOR);
        let spans = capture(|| question(messages));
        let stats = region.change();
        let told = content(&spans, INPUT).expect("content");
        schema::check("input-messages", &told);
        let length = text(&spans, INPUT).expect("content").len();
        assert!(length <= limit, "{length} bytes of input {shown}");
        assert!(
            text(&spans, TRUNCATED).is_some_and(|keys| keys.contains(INPUT)),
            "input {shown}: {spans}"
        );
        assert!(
            stats.bytes_allocated < 32 << 20,
            "{} bytes for input {shown}",
            stats.bytes_allocated
        );
    }
    if limit < 2000 {
        return;
    }
    // The first and the last messages are there, and what is between them is counted.
    let spans = capture(|| question(&json!(messages)));
    let told = content(&spans, INPUT).expect("content");
    let said = |message: &Value| -> u64 {
        let text = message["parts"][0]["content"].as_str().expect("a text");
        text.split(' ')
            .next()
            .expect("a number")
            .parse()
            .expect("a number")
    };
    let told = told.as_array().expect("a list");
    assert_eq!((said(&told[0]), said(&told[told.len() - 1])), (0, 9_999));
    let mut next = 0;
    for message in told {
        assert_eq!(said(message), next);
        next += 1 + message
            .get("agent_otel.left_out_after")
            .and_then(Value::as_u64)
            .unwrap_or(0);
    }
    assert_eq!(next, 10_000);

    // Numbers that JSON does not have.
    #[tool(arguments, result)]
    fn measure(at: f64) -> Vec<f64> {
        vec![at, f64::NEG_INFINITY, 1.5]
    }
    let spans = capture(|| {
        measure(f64::NAN);
    });
    assert_eq!(content(&spans, ARGUMENTS), Some(json!({"at": null})));
    assert_eq!(
        content(&spans, RESULT),
        Some(json!({"result": [null, null, 1.5]}))
    );
}

/// A stream of texts that does not end is gathered as far as there is room for it.
#[test]
fn a_long_stream_is_bounded() {
    #[llm_call(provider = "openai", model = "gpt-4o")]
    fn chunks() -> impl futures::Stream<Item = Value> {
        futures::stream::iter((0..20_000).map(|number| {
            json!({"choices": [{"index": 0, "delta": {"content": format!("{number} and so on, ")}}]})
        }))
    }
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        let spans = capture(|| {
            futures::executor::block_on(futures::StreamExt::count(chunks()));
        });
        let told = content(&spans, OUTPUT).expect("content");
        schema::check("output-messages", &told);
        assert!(told.to_string().len() <= 64 * 1024);
        assert!(
            text(&spans, TRUNCATED).is_some_and(|keys| keys.contains(OUTPUT)),
            "{spans}"
        );
    });
}

/// A secret that comes in pieces is whole when it is masked.
#[test]
fn a_secret_over_several_chunks_is_masked() {
    #[llm_call(provider = "openai", model = "gpt-4o")]
    fn chunks() -> impl futures::Stream<Item = Value> {
        let pieces = [
            "write to al",
            "ice@exam",
            "ple.com or 4111 11",
            "11 1111 1111",
            " sk-pr",
            "oj-abcdef12",
        ];
        futures::stream::iter(
            pieces.map(|piece| json!({"choices": [{"index": 0, "delta": {"content": piece}}]})),
        )
    }
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        let spans = capture(|| {
            futures::executor::block_on(futures::StreamExt::count(chunks()));
        });
        assert_eq!(
            content(&spans, OUTPUT).expect("content")[0]["parts"][0]["content"],
            "write to [redacted:email] or [redacted:card] [redacted:api_key]"
        );
    });
}

#[test]
fn patterns_can_be_switched_off() {
    let text = json!("alice@example.com 4111 1111 1111 1111");
    for (policy, expected) in [
        (0, "[redacted:email] [redacted:card]"),
        (1, "alice@example.com [redacted:card]"),
        (2, "alice@example.com 4111 1111 1111 1111"),
    ] {
        with(&[(CASE, expected)], || {
            let base = ContentPolicy::new().capture(Capture::SpanOnly);
            let policy = match policy {
                0 => base,
                1 => base.without_pattern(Pattern::Email),
                _ => base.without_patterns(),
            };
            policy.install();
            let spans = capture(|| question(&text));
            assert_eq!(
                content(&spans, INPUT).expect("content")[0]["parts"][0]["content"],
                expected
            );
            let spans = capture(|| assert!(lookup(&text).is_err()));
            let status = format!("status: error {expected:?}");
            assert!(spans.to_string().contains(&status), "{spans}");
        });
    }
}

/// A redactor sees content after the patterns, and what it leaves is written.
#[test]
fn a_redactor_has_the_last_word() {
    with(&[(CAPTURE, "SPAN_AND_EVENT")], || {
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let sees = Arc::clone(&seen);
        ContentPolicy::new()
            .hook_timeout(LONG)
            .redactor(move |attribute: &str, value: &mut Value| {
                sees.lock().unwrap().push(format!("{attribute} {value}"));
                match attribute {
                    ARGUMENTS => *value = Value::Null,
                    RESULT => value["order"] = json!("kept here"),
                    "exception.message" => *value = json!("an error"),
                    _ => {}
                }
            })
            .redactor(|_: &str, value: &mut Value| {
                if let Some(Value::String(text)) = value.get_mut("status") {
                    *text = text.to_uppercase();
                }
            })
            .install();
        let spans = capture(|| assert!(lookup(&json!({"mail": "alice@example.com"})).is_ok()));
        assert_eq!(content(&spans, ARGUMENTS), None);
        assert_eq!(
            content(&spans, RESULT),
            Some(json!({"order": "kept here", "status": "SHIPPED"}))
        );
        let spans = capture(|| assert!(lookup(&json!("no order of bob@example.com")).is_err()));
        assert!(
            spans.to_string().contains("status: error \"an error\""),
            "{spans}"
        );
        assert!(!spans.to_string().contains("no order"), "{spans}");
        question(&json!("hello"));
        let seen = seen.lock().unwrap().join("\n");
        assert!(
            seen.contains("[redacted:email]") && !seen.contains("@example.com"),
            "{seen}"
        );
    });
}

/// Whatever a redactor does, the function returns what it returns, and the span is there without the content.
#[test]
fn a_redactor_that_panics_loses_its_attribute_and_no_more() {
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        ContentPolicy::new()
            .hook_timeout(LONG)
            .redactor(|attribute: &str, _: &mut Value| {
                assert!(
                    !matches!(attribute, RESULT | "exception.message"),
                    "on purpose"
                );
            })
            .install();
        let spans = capture(|| assert!(lookup(&json!({"id": 7})).is_ok()));
        assert_eq!(
            content(&spans, ARGUMENTS),
            Some(json!({"order": {"id": 7}}))
        );
        assert_eq!(content(&spans, RESULT), None);
        assert_eq!(text(&spans, LOST).as_deref(), Some("redactor_panicked"));
        let spans = capture(|| assert!(lookup(&json!("a secret order")).is_err()));
        let told = "[left out: the redactor failed]";
        assert!(
            spans
                .to_string()
                .contains(&format!("status: error {told:?}")),
            "{spans}"
        );
        assert_eq!(spans[0].events[0].attributes[1].value.as_str(), told);
    });
}

/// Blocks until the test lets go.
fn hanging() -> (Sender<()>, Mutex<Receiver<()>>) {
    let (release, hang) = mpsc::channel();
    (release, Mutex::new(hang))
}

#[test]
fn a_redactor_that_hangs_loses_content_until_it_is_back() {
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        let (release, hang) = hanging();
        ContentPolicy::new()
            .hook_timeout(SHORT)
            .redactor(move |_: &str, value: &mut Value| {
                if value.to_string().contains("hang") {
                    let _ = hang.lock().unwrap().recv();
                }
            })
            .install();
        let spans = capture(|| assert!(lookup(&json!({"id": "hang"})).is_ok()));
        assert_eq!(spans.len(), 1);
        assert_eq!(
            (content(&spans, ARGUMENTS), content(&spans, RESULT)),
            (None, None)
        );
        assert_eq!(text(&spans, LOST).as_deref(), Some("redactor_hung"));
        let spans = capture(|| assert!(lookup(&json!({"id": 7})).is_ok()));
        assert_eq!(
            text(&spans, LOST).as_deref(),
            Some("redactor_hung"),
            "it has not come back"
        );
        drop(release);
        while text(
            &capture(|| assert!(lookup(&json!({"id": 7})).is_ok())),
            RESULT,
        )
        .is_none()
        {
            std::thread::yield_now();
        }
    });
}

/// An error with causes that climbs through two spans is one text, and shown as one; where nothing is recorded, nothing is.
#[test]
fn a_failure_is_shown_to_redactors_once() {
    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Layer>>);
    impl std::fmt::Display for Layer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0)
        }
    }
    impl std::error::Error for Layer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            self.1.as_deref().map(|cause| cause as _)
        }
    }
    #[tool]
    fn fails() -> Result<(), Layer> {
        let cause = Layer("no host bob@example.com", None);
        let cause = Layer("no connection", Some(Box::new(cause)));
        Err(Layer("no answer", Some(Box::new(cause))))
    }
    #[agent]
    fn answer() -> Result<(), Layer> {
        fails()
    }
    for case in ["sampled", "sampled out"] {
        with(&[(CASE, case)], || {
            let seen: Arc<Mutex<Vec<String>>> = Arc::default();
            let sees = Arc::clone(&seen);
            ContentPolicy::new()
                .hook_timeout(LONG)
                .redactor(move |_: &str, value: &mut Value| {
                    sees.lock().unwrap().push(value.to_string());
                    *value = json!("redacted");
                })
                .install();
            let seen = || std::mem::take(&mut *seen.lock().unwrap());
            if case == "sampled" {
                let spans = capture(|| assert!(answer().is_err()));
                let message = "no answer: no connection: no host [redacted:email]";
                assert_eq!(seen(), [json!(message).to_string()]);
                let text = spans.to_string();
                assert_eq!(text.matches("status: error \"redacted\"").count(), 2);
                assert_eq!(text.matches("exception.message: \"redacted\"").count(), 1);
            } else {
                let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder()
                    .with_sampler(opentelemetry_sdk::trace::Sampler::AlwaysOff)
                    .build();
                opentelemetry::global::set_tracer_provider(provider);
                assert!(answer().is_err());
                assert_eq!(seen(), [""; 0]);
            }
        });
    }
}

/// A redactor that calls what is captured does not wait for itself.
#[test]
fn a_redactor_may_call_annotated_functions() {
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        ContentPolicy::new()
            .hook_timeout(LONG)
            .redactor(|_: &str, _: &mut Value| {
                assert!(lookup(&json!({"id": 1})).is_ok());
            })
            .install();
        let spans = capture(|| assert!(lookup(&json!({"id": 7})).is_ok()));
        assert_eq!(
            content(&spans, ARGUMENTS),
            Some(json!({"order": {"id": 7}}))
        );
    });
}

/// Trace and span, operation, messages, and whether the span is sampled.
type Stored = (String, String, Option<Value>, bool);

#[test]
fn an_upload_sees_content_and_leaves_a_reference() {
    // Whether or not anything is captured.
    for mode in ["NO_CONTENT", "SPAN_AND_EVENT"] {
        with(&[(CAPTURE, mode)], || {
            let is_captured = std::env::var(CAPTURE).unwrap() != "NO_CONTENT";
            let stored: Arc<Mutex<Vec<Stored>>> = Arc::default();
            let store = Arc::clone(&stored);
            ContentPolicy::new()
                .hook_timeout(LONG)
                .upload(move |content: &mut UploadedContent| {
                    let id = format!("{}/{}", content.trace_id(), content.span_id());
                    let operation = content.operation().to_owned();
                    let messages = content.input_messages().cloned();
                    let entry = (id.clone(), operation, messages, content.is_sampled());
                    store.lock().unwrap().push(entry);
                    content.attribute("app.reference", id);
                    content.remove(INPUT);
                    if let Some(answer) = content.output_messages() {
                        answer[0]["parts"][0]["content"] = json!("elsewhere, ask bob@example.com");
                    }
                })
                .install();
            let spans = capture(|| question(&json!("order of alice@example.com")));
            let span = &spans[0].span_context;
            let id = format!("{}/{}", span.trace_id(), span.span_id());
            let stored = stored.lock().unwrap();
            let [(stored_as, operation, messages, is_sampled)] = stored.as_slice() else {
                panic!("stored once: {stored:?}");
            };
            assert_eq!(
                (stored_as, operation.as_str(), *is_sampled),
                (&id, "chat", true)
            );
            assert_eq!(
                messages.as_ref(),
                Some(
                    &json!([{"role": "user", "parts": [{"type": "text", "content": "order of [redacted:email]"}]}])
                )
            );
            assert_eq!(text(&spans, "app.reference"), Some(id));
            assert_eq!(content(&spans, INPUT), None);
            let answer =
                content(&spans, OUTPUT).map(|answer| answer[0]["parts"][0]["content"].clone());
            assert_eq!(
                answer,
                is_captured.then(|| json!("elsewhere, ask [redacted:email]"))
            );
            if is_captured {
                assert_eq!(event(&spans, INPUT).as_deref(), Some(""));
                assert!(event(&spans, OUTPUT).unwrap().contains("elsewhere"));
            }
        });
    }
}

/// An upload is independent of sampling.
#[test]
fn an_upload_sees_what_is_sampled_out() {
    with(&[], || {
        let (sender, uploaded) = mpsc::channel();
        ContentPolicy::new()
            .hook_timeout(LONG)
            .upload(move |content: &mut UploadedContent| {
                let _ = sender.send((content.operation().to_owned(), content.is_sampled()));
            })
            .install();
        let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder()
            .with_sampler(opentelemetry_sdk::trace::Sampler::AlwaysOff)
            .build();
        opentelemetry::global::set_tracer_provider(provider);
        question(&json!("hello"));
        assert_eq!(uploaded.try_recv(), Ok(("chat".to_owned(), false)));
    });
}

/// Three model calls of one agent.
#[agent]
fn answers_three() {
    for number in 0..3 {
        question(&json!(number.to_string()));
    }
}

/// What has no span of its own has an id of its own, so that nothing takes the place of another.
#[test]
fn uploads_without_a_span_do_not_collide() {
    for provider in ["none", "sampled out"] {
        with(&[(CASE, provider)], || {
            let (sender, uploaded) = mpsc::channel();
            ContentPolicy::new()
                .hook_timeout(LONG)
                .upload(move |content: &mut UploadedContent| {
                    if content.operation() == "chat" {
                        let ids = (content.trace_id(), content.span_id());
                        let _ = sender.send((ids, content.is_sampled()));
                    }
                })
                .install();
            if provider == "sampled out" {
                let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder()
                    .with_sampler(opentelemetry_sdk::trace::Sampler::AlwaysOff)
                    .build();
                opentelemetry::global::set_tracer_provider(provider);
            }
            answers_three();
            let uploaded: Vec<_> = uploaded.try_iter().collect();
            assert_eq!(uploaded.len(), 3);
            let distinct = |id: fn(&(String, String)) -> &String| {
                let ids = uploaded.iter().map(|(ids, _)| id(ids));
                ids.collect::<std::collections::HashSet<_>>().len()
            };
            assert_eq!(distinct(|(_, span)| span), 3, "{uploaded:?}");
            let traces = if provider == "none" { 3 } else { 1 };
            assert_eq!(distinct(|(trace, _)| trace), traces, "{uploaded:?}");
            for ((trace, span), is_sampled) in &uploaded {
                assert!(!is_sampled);
                assert!(*trace != "0".repeat(32) && *span != "0".repeat(16));
            }
        });
    }
}

/// Files of what is sampled out stand beside each other.
#[test]
fn files_of_what_is_sampled_out_are_all_there() {
    let folder = Folder::new("sampled-out");
    let path = folder.0.display().to_string();
    let variables = [
        (UPLOAD, path.as_str()),
        ("OTEL_TRACES_SAMPLER", "always_off"),
    ];
    with(&variables, || {
        let telemetry = agent_otel::Builder::new("test")
            .console(false)
            .hook_timeout(LONG)
            .init();
        answers_three();
        telemetry.shutdown_blocking();
        let files = std::fs::read_dir(std::env::var(UPLOAD).unwrap()).unwrap();
        let said: std::collections::BTreeSet<_> = files
            .map(|file| file.unwrap().path())
            .filter(|path| path.display().to_string().contains("_inputs"))
            .map(|path| std::fs::read_to_string(path).unwrap())
            .collect();
        assert_eq!(said.len(), 3, "{said:?}");
    });
}

#[test]
fn an_upload_that_panics_or_hangs_loses_the_content_and_no_more() {
    for (word, lost, timeout) in [
        ("panic", "upload_panicked", LONG),
        ("hang", "upload_hung", SHORT),
    ] {
        with(&[(CAPTURE, "SPAN_ONLY"), (CASE, word)], || {
            let (release, hang) = hanging();
            ContentPolicy::new()
                .hook_timeout(timeout)
                .upload(move |_: &mut UploadedContent| {
                    assert_ne!(word, "panic", "on purpose");
                    let _ = hang.lock().unwrap().recv();
                })
                .install();
            let spans = capture(|| question(&json!(word)));
            let told = (content(&spans, INPUT), content(&spans, OUTPUT));
            assert_eq!(told, (None, None));
            assert_eq!(text(&spans, LOST).as_deref(), Some(lost));
            drop(release);
        });
    }
}

const UPLOAD: &str = "OTEL_INSTRUMENTATION_GENAI_UPLOAD_BASE_PATH";

/// A folder of this test's own, which is gone at its end.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("agent-otel-{name}-{}", std::process::id()));
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_environment_uploads_to_files() {
    for format in ["json", "jsonl"] {
        let folder = Folder::new(format);
        let path = folder.0.display().to_string();
        with(
            &[
                (UPLOAD, &path),
                ("OTEL_INSTRUMENTATION_GENAI_UPLOAD_FORMAT", format),
            ],
            || {
                let telemetry = agent_otel::Builder::new("test")
                    .console(false)
                    .hook_timeout(LONG)
                    .init();
                let (one, two) = (
                    json!({"role": "user", "content": "one"}),
                    json!({"role": "user", "content": "two"}),
                );
                complete(
                    &json!([one, two]),
                    &json!("Be brief"),
                    &Value::Null,
                    json!("three"),
                );
                telemetry.shutdown_blocking();
                let folder = std::env::var(UPLOAD).unwrap();
                let format = std::env::var("OTEL_INSTRUMENTATION_GENAI_UPLOAD_FORMAT").unwrap();
                let mut files: Vec<_> = std::fs::read_dir(folder)
                    .unwrap()
                    .map(|file| file.unwrap().path())
                    .collect();
                files.sort();
                let names: Vec<_> = files
                    .iter()
                    .map(|file| {
                        file.file_name()
                            .unwrap()
                            .to_string_lossy()
                            .split_once('_')
                            .unwrap()
                            .1
                            .to_owned()
                    })
                    .collect();
                let end = |name: &str| format!("{name}.{format}");
                assert_eq!(
                    names,
                    [end("inputs"), end("outputs"), end("system_instruction")]
                );
                let inputs = std::fs::read_to_string(&files[0]).unwrap();
                let messages: Vec<Value> = if format == "json" {
                    serde_json::from_str(&inputs).unwrap()
                } else {
                    inputs
                        .lines()
                        .map(|line| serde_json::from_str(line).unwrap())
                        .collect()
                };
                assert_eq!(messages.len(), 2);
                schema::check("input-messages", &json!(messages));
            },
        );
    }
}

/// What cannot be written is counted, and told at the end.
#[test]
fn uploads_that_fail_are_told() {
    // A file is no folder.
    let path = std::env::current_exe().expect("a file").join("x");
    let written = written_with(&[(UPLOAD, &path.display().to_string())], || {
        let telemetry = agent_otel::Builder::new("test")
            .console(false)
            .hook_timeout(LONG)
            .init();
        question(&json!("one"));
        question(&json!("two"));
        telemetry.shutdown_blocking();
    });
    if let Some(written) = written {
        let told = "agent-otel: the content of 2 operations was not uploaded";
        assert!(
            written.contains(told) && written.contains(UPLOAD),
            "{written}"
        );
    }
}

/// A policy that was installed counts, and a builder that says something else is told so.
#[test]
fn a_builder_after_a_policy_is_told() {
    with(&[], || {
        ContentPolicy::new().install();
        let error = agent_otel::Builder::new("test")
            .capture(Capture::SpanOnly)
            .try_init()
            .expect_err("two places");
        assert!(
            error.to_string().contains("ContentPolicy::install"),
            "{error}"
        );
        assert!(
            agent_otel::Builder::new("test")
                .console(false)
                .try_init()
                .is_ok()
        );
    });
}

/// Only what is on the list leaves the process: on spans, on their events, and on log records.
#[test]
fn only_allowed_attributes_leave_the_process() {
    #[agent(attributes("app.tier" = "gold", "app.customer" = "bob"))]
    fn answer() -> Result<(), String> {
        current()
            .attribute("app.note", "private")
            .event("app.noted", [("app.note", "private")]);
        question(&json!("hello"));
        Err("no order of bob".to_owned())
    }
    with(&[(CAPTURE, "SPAN_AND_EVENT")], || {
        ContentPolicy::new()
            .attributes_allowed(["gen_ai.operation.*", "gen_ai.output.messages", "app.tier"])
            .attributes_allowed(["error.type"])
            .install();
        let spans = capture(|| assert!(answer().is_err()));
        let mut keys: Vec<&str> = Vec::new();
        for span in spans.iter() {
            keys.extend(
                span.attributes
                    .iter()
                    .map(|attribute| attribute.key.as_str()),
            );
            let events = span.events.iter().flat_map(|event| &event.attributes);
            keys.extend(events.map(|attribute| attribute.key.as_str()));
        }
        let logs = spans.logs().iter().flat_map(|log| &log.attributes);
        keys.extend(logs.map(|(key, _)| key.as_str()));
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(
            keys,
            [
                "app.tier",
                "error.type",
                "gen_ai.operation.name",
                "gen_ai.output.messages"
            ]
        );
        let text = spans.to_string();
        assert!(!text.contains("bob") && !text.contains("private"), "{text}");
    });
}

/// What the documentation says about `Debug`: nothing of what a policy holds.
#[test]
fn the_debug_of_a_policy_shows_no_content() {
    fn shown(value: &impl Debug) -> String {
        format!("{value:?}")
    }
    let secret = "sk-proj-abcdef1234".to_owned();
    let policy = ContentPolicy::new().redactor(move |_: &str, value: &mut Value| {
        if value == secret.as_str() {
            *value = Value::Null;
        }
    });
    assert!(!shown(&policy).contains("sk-proj"));
}

/// What has been told of a request is shown by its keys, whatever a program prints while it tells.
#[test]
fn the_debug_of_a_request_shows_no_content() {
    struct Ask(mpsc::Sender<String>);
    impl LlmRequest for Ask {
        fn describe(&self, request: &mut Request) {
            request
                .model("gpt-4o")
                .stop_sequences(&["a word of alice".to_owned()][..])
                .input("where is the order of alice?")
                .system("be kind to alice")
                .tools(&json!([{"name": "look", "description": "for alice"}]));
            let _ = self.0.send(format!("{request:?} {request:#?}"));
        }
    }
    #[llm_call(provider = "openai", request = ask)]
    fn send(ask: &Ask) -> Value {
        let _ = ask;
        json!("answered")
    }
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        let (sender, shown) = mpsc::channel();
        let spans = capture(|| {
            send(&Ask(sender));
        });
        assert!(content(&spans, INPUT).is_some());
        let shown = shown.recv().expect("shown");
        assert!(!shown.contains("alice"), "{shown}");
        for key in [
            "gpt-4o",
            "gen_ai.request.stop_sequences",
            "input",
            "system",
            "tools",
        ] {
            assert!(shown.contains(key), "{key}: {shown}");
        }
    });
}

/// What is captured is copied for what is written, and not once more for metrics and events, which have no use for it.
#[test]
fn content_is_not_copied_for_metrics() {
    #[tool(result)]
    fn read(text: &str) -> &str {
        text
    }
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        ContentPolicy::new()
            .capture(Capture::SpanOnly)
            .limit(4 << 20)
            .hook_timeout(LONG)
            .install();
        let allocated = |text: &str| {
            let region = Region::new(ALLOCATOR);
            let spans = capture(|| {
                read(text);
            });
            let allocated = region.change().bytes_allocated;
            assert!(content(&spans, RESULT).is_some());
            allocated
        };
        let text = "word ".repeat(1 << 18);
        let _ = allocated("once");
        // Captured, which grows as it is read, written as JSON, and cut.
        let copies = allocated(&text) / text.len();
        assert!(copies <= 4, "{copies} copies");
    });
}
