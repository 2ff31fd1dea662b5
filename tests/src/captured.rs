//! Content as it was captured.

use agent_otel::testing::Spans;
use serde_json::Value;

use crate::with;

/// Runs `body` where content is captured.
pub fn with_content(body: impl FnOnce()) {
    const CAPTURE: &str = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
    with(&[(CAPTURE, "SPAN_ONLY")], body);
}

/// The JSON that the one span has under `key`.
pub fn content(spans: &Spans, key: &str) -> Value {
    let attributes = &spans[0].attributes;
    let found = attributes
        .iter()
        .find(|attribute| attribute.key.as_str() == key);
    let found = found.unwrap_or_else(|| panic!("no {key}: {spans}"));
    serde_json::from_str(&found.value.as_str()).expect("JSON")
}

/// The messages that were sent.
pub fn input(spans: &Spans) -> Value {
    checked(content(spans, "gen_ai.input.messages"))
}

/// The messages that were answered.
pub fn output(spans: &Spans) -> Value {
    let messages = checked(content(spans, "gen_ai.output.messages"));
    for message in messages.as_array().into_iter().flatten() {
        assert!(message["finish_reason"].is_string(), "{message}");
    }
    messages
}

/// The instructions beside the messages.
pub fn system(spans: &Spans) -> Value {
    content(spans, "gen_ai.system_instructions")
}

/// The tools that were offered.
pub fn tools(spans: &Spans) -> Value {
    content(spans, "gen_ai.tool.definitions")
}

/// Messages that have what the conventions ask of them (their JSON schemas take any part whose type they do not know, so
/// that a misspelled one would pass).
fn checked(messages: Value) -> Value {
    for message in messages.as_array().expect("a list") {
        assert!(message["role"].is_string(), "{message}");
        for part in message["parts"].as_array().expect("parts") {
            let required: &[&str] = match part["type"].as_str().expect("a type") {
                "text" | "reasoning" | "refusal" => &["content"],
                "compaction" => &[],
                "tool_call" => &["name"],
                "tool_call_response" => &["response"],
                "server_tool_call" => &["name", "server_tool_call"],
                "server_tool_call_response" => &["server_tool_call_response"],
                "blob" => &["modality", "content"],
                "file" => &["modality", "file_id"],
                "uri" => &["modality", "uri"],
                other => panic!("no such part: {other}"),
            };
            for key in required {
                assert!(!part[key].is_null(), "no {key}: {part}");
            }
        }
    }
    messages
}
