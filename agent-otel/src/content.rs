//! Content that people wrote leaves the process through this one place, and only where capture is on.

use std::fmt::{self, Display, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use opentelemetry::logs::AnyValue;
use opentelemetry::trace::SpanContext;
use opentelemetry::{Key, KeyValue};
use serde::Serialize;
use serde_json::{Value, json};

use crate::kind::Kind;
use crate::semconv;

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

/// Content gathered while an operation runs. Empty, it allocates nothing.
#[derive(Debug, Default)]
pub(crate) struct Content(Vec<(&'static str, Value)>);

impl Content {
    /// Adds the content of one attribute; the last of a key counts.
    pub(crate) fn push(&mut self, key: &'static str, value: Value) {
        self.0.retain(|(known, _)| *known != key);
        self.0.push((key, value));
    }

    /// Adds a member to the object of one attribute.
    pub(crate) fn push_member(&mut self, key: &'static str, name: &str, value: Value) {
        let known = self.0.iter_mut().find(|(known, _)| *known == key);
        match known {
            Some((_, Value::Object(members))) => {
                members.insert(name.to_owned(), value);
            }
            _ => self.push(key, json!({ name: value })),
        }
    }

    /// Adds what `others` have, which counts for more.
    pub(crate) fn extend(&mut self, others: Content) {
        for (key, value) in others.0 {
            self.push(key, value);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whose content it is.
#[derive(Debug)]
pub(crate) struct Captured<'a> {
    #[expect(dead_code, reason = "for uploads")]
    pub(crate) kind: &'static Kind,
    #[expect(dead_code, reason = "for uploads")]
    pub(crate) span_context: &'a SpanContext,
}

/// Content as it may leave the process.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// JSON, for the span.
    pub(crate) span: Vec<KeyValue>,
    /// Structured, for the event.
    pub(crate) event: Vec<(Key, AnyValue)>,
}

/// The one way out.
pub(crate) fn write(content: Content, _captured: &Captured<'_>) -> Written {
    let mut written = Written::default();
    for (key, value) in content.0 {
        match value {
            // A template: one attribute a member, each a text.
            Value::Object(members) if key == semconv::GEN_AI_PROMPT_VARIABLE => {
                for (name, value) in members {
                    if let Some(text) = text(value) {
                        written
                            .span
                            .push(KeyValue::new(format!("{key}.{name}"), text));
                    }
                }
            }
            value => {
                let is_text = TEXTS.contains(&key);
                let written_as = if is_text { text(value) } else { json(&value) };
                if let Some(written_as) = written_as {
                    written.span.push(KeyValue::new(key, written_as));
                }
            }
        }
    }
    written
}

/// Attributes that are a text and no JSON.
const TEXTS: [&str; 2] = [
    semconv::GEN_AI_RETRIEVAL_QUERY_TEXT,
    semconv::GEN_AI_MEMORY_QUERY_TEXT,
];

/// A text as it stands, and JSON of anything else.
fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) if text.len() <= LIMIT => Some(text),
        other => json(&other),
    }
}

/// Whether the details of a model call are emitted as an event.
pub(crate) fn emits_event() -> bool {
    false
}

/// JSON of a value that [`value`] gave.
fn json(value: &impl Serialize) -> Option<String> {
    let json = serde_json::to_string(value).ok()?;
    if json.len() <= LIMIT {
        return Some(json);
    }
    Some(json!({"truncated": true, "bytes": json.len()}).to_string())
}

/// Messages in the conventions' shape, from a text, a message, or a list of messages.
pub(crate) fn messages(content: &(impl Serialize + ?Sized), role: &str) -> Option<Value> {
    let messages = match value(content)? {
        Value::Array(messages) => messages
            .into_iter()
            .map(|value| message(value, role))
            .collect(),
        other => vec![message(other, role)],
    };
    Some(Value::Array(messages))
}

/// Answers in the conventions' shape, one a choice: text and finish reason.
pub(crate) fn answers<'a>(choices: impl Iterator<Item = (&'a str, &'a str)>) -> Value {
    let messages = choices.map(|(text, finish_reason)| {
        // Viewers drop a list whose output messages have no finish reason; `error` stands for one that never came.
        let finish_reason = if finish_reason.is_empty() {
            "error"
        } else {
            finish_reason
        };
        let parts = json!([{"type": "text", "content": text}]);
        json!({"role": "assistant", "parts": parts, "finish_reason": finish_reason})
    });
    Value::Array(messages.collect())
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
pub(crate) fn instructions(content: &(impl Serialize + ?Sized)) -> Option<Value> {
    Some(parts(value(content)?))
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
