//! Content that people wrote leaves the process through this one place, and only where capture is on.

use std::fmt::{self, Display, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use serde::Serialize;
use serde_json::{Value, json};

/// The longest content on one attribute, in bytes; longer content is replaced by a note of its size.
pub(crate) const LIMIT: usize = 64 * 1024;

/// The longest error message, in bytes.
const MESSAGE_LIMIT: usize = 4 * 1024;

/// Whether content may stand on spans: `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`.
pub(crate) fn is_captured() -> bool {
    static ON_SPANS: OnceLock<bool> = OnceLock::new();
    *ON_SPANS.get_or_init(|| {
        let mode =
            std::env::var("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT").unwrap_or_default();
        // Anything unknown, booleans included, captures nothing.
        matches!(
            mode.trim().to_ascii_uppercase().as_str(),
            "SPAN_ONLY" | "SPAN_AND_EVENT"
        )
    })
}

/// A value of the user as JSON, if capture is on. A `Serialize` that fails or panics gives nothing.
pub(crate) fn value(value: &(impl Serialize + ?Sized)) -> Option<Value> {
    if !is_captured() {
        return None;
    }
    catch_unwind(AssertUnwindSafe(|| serde_json::to_value(value)))
        .ok()?
        .ok()
}

/// JSON of a value that [`value`] gave.
pub(crate) fn json(value: &impl Serialize) -> Option<String> {
    let json = serde_json::to_string(value).ok()?;
    if json.len() <= LIMIT {
        return Some(json);
    }
    Some(json!({"truncated": true, "bytes": json.len()}).to_string())
}

/// Messages in the conventions' shape, from a text, a message, or a list of messages.
pub(crate) fn messages(content: &(impl Serialize + ?Sized), role: &str) -> Option<String> {
    let messages = match value(content)? {
        Value::Array(messages) => messages
            .into_iter()
            .map(|value| message(value, role))
            .collect(),
        other => vec![message(other, role)],
    };
    json(&messages)
}

fn message(value: Value, role: &str) -> Value {
    match value {
        Value::Object(message) if message.contains_key("role") => in_parts(message),
        // Viewers drop a list whose output messages have no finish reason.
        other if role == "assistant" => {
            json!({"role": role, "parts": parts(other), "finish_reason": "stop"})
        }
        other => json!({"role": role, "parts": parts(other)}),
    }
}

/// A chat message of the OpenAI API in the conventions' shape; one that has parts already stays as it is.
fn in_parts(mut message: serde_json::Map<String, Value>) -> Value {
    if message.contains_key("parts") {
        return Value::Object(message);
    }
    let content = message.remove("content").unwrap_or_default();
    let mut list = match message.remove("tool_call_id") {
        Some(id) => vec![json!({"type": "tool_call_response", "id": id, "response": content})],
        None => match parts(content) {
            Value::Array(list) => list,
            _ => Vec::new(),
        },
    };
    let calls = message.remove("tool_calls");
    list.extend(
        calls
            .as_ref()
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(tool_call),
    );
    message.retain(|_, value| !value.is_null());
    message.insert("parts".to_owned(), list.into());
    Value::Object(message)
}

fn tool_call(call: &Value) -> Value {
    let function = call.get("function").unwrap_or(call);
    let arguments = match function.get("arguments") {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        Some(arguments) => arguments.clone(),
        None => json!({}),
    };
    let mut part =
        json!({"type": "tool_call", "name": function.get("name"), "arguments": arguments});
    if let (Some(part), Some(id)) = (part.as_object_mut(), call.get("id")) {
        part.insert("id".to_owned(), id.clone());
    }
    part
}

/// System instructions in the conventions' shape: a list of parts.
pub(crate) fn instructions(content: &(impl Serialize + ?Sized)) -> Option<String> {
    json(&parts(value(content)?))
}

fn parts(content: Value) -> Value {
    match content {
        Value::Null => json!([]),
        Value::String(text) => json!([{"type": "text", "content": text}]),
        Value::Array(parts) if parts.iter().all(|part| part.get("type").is_some()) => {
            Value::Array(parts)
        }
        other => json!([{"type": "text", "content": other.to_string()}]),
    }
}

/// An error's message as it may stand on a span.
pub(crate) fn error_message(error: &(impl Display + ?Sized)) -> String {
    let mut head = Head {
        text: String::new(),
        limit: MESSAGE_LIMIT,
    };
    // An error here says that the head is full: the rest is not even formatted.
    if write!(head, "{error}").is_err() {
        head.text.push('…');
    }
    head.text
}

/// As [`error_message`]; nothing where the `Display` panics.
pub(crate) fn display(error: &(impl Display + ?Sized)) -> String {
    catch_unwind(AssertUnwindSafe(|| error_message(error))).unwrap_or_default()
}

/// The beginning of a text that may be long.
pub(crate) struct Head {
    pub(crate) text: String,
    pub(crate) limit: usize,
}

impl Write for Head {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.limit.saturating_sub(self.text.len());
        let end = (0..=room.min(text.len()))
            .rev()
            .find(|end| text.is_char_boundary(*end));
        self.text
            .push_str(text.get(..end.unwrap_or(0)).unwrap_or_default());
        if text.len() > room {
            Err(fmt::Error)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chat_messages_become_messages_of_parts() {
        let request = json!([
            {"role": "user", "content": "Where is order 7?"},
            {"role": "assistant", "content": null, "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "order_status", "arguments": "{\"id\":7}"}}
            ]},
            {"role": "tool", "tool_call_id": "call_1", "content": "shipped"},
        ]);
        let Value::Array(messages) = request else {
            return;
        };
        let messages: Vec<_> = messages
            .into_iter()
            .map(|value| message(value, "user"))
            .collect();
        assert_eq!(
            json!(messages),
            json!([
                {"role": "user", "parts": [{"type": "text", "content": "Where is order 7?"}]},
                {"role": "assistant", "parts": [
                    {"type": "tool_call", "id": "call_1", "name": "order_status", "arguments": {"id": 7}}
                ]},
                {"role": "tool", "parts": [{"type": "tool_call_response", "id": "call_1", "response": "shipped"}]},
            ])
        );
    }

    #[test]
    fn an_answer_has_a_finish_reason() {
        let answered = message(json!("On its way"), "assistant");
        assert_eq!(
            answered,
            json!({"role": "assistant", "parts": [{"type": "text", "content": "On its way"}], "finish_reason": "stop"})
        );
    }
}
