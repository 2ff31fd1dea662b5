//! The shapes of the conventions: messages of parts, instructions, definitions of tools, documents, records.
//!
//! What is read are texts, and the JSON of the chat APIs: whatever says of itself what it is becomes a part of the type
//! that the conventions have for it, and everything else a text. Members that are `null` are left out. GenAI semantic
//! conventions, JSON schemas of `gen_ai.input.messages` and the other content attributes.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::part::{self, part};
use super::{cut, value};
use crate::semconv;

type Members = Map<String, Value>;

/// The role of what a model answers.
const ASSISTANT: &str = "assistant";

/// What ended an answer.
const FINISH_REASON: &str = "finish_reason";

/// Messages of a text, a message, a list of messages, or a request or response that has some, if anything is captured.
///
/// `role` is that of messages that do not tell theirs. Those of the assistant are answers, and have a finish reason.
pub(crate) fn messages(content: &(impl Serialize + ?Sized), role: &str) -> Option<Value> {
    Some(messages_of(value(content)?, role))
}

fn messages_of(value: Value, role: &str) -> Value {
    let list = match value {
        Value::Null => Vec::new(),
        Value::Array(list) if !list.is_empty() && list.iter().all(part::is_part) => {
            vec![Value::Array(list)]
        }
        Value::Array(list) => list,
        Value::Object(mut members) if !members.contains_key("role") => match envelope(&mut members)
        {
            Some(list) => list,
            None => vec![Value::Object(members)],
        },
        other => vec![other],
    };
    list.into_iter().map(|value| message(value, role)).collect()
}

/// The messages inside of a request or a response.
fn envelope(members: &mut Members) -> Option<Vec<Value>> {
    for key in ["messages", "choices", "candidates"] {
        if let Some(Value::Array(list)) = members.get_mut(key) {
            return Some(std::mem::take(list));
        }
    }
    // The items that the OpenAI responses API takes and gives, one message of several parts each.
    let is_items = |value: &Value| {
        value
            .as_array()
            .is_some_and(|list| list.iter().all(part::is_item))
    };
    for key in ["output", "input"] {
        if let Some(Value::Array(list)) = members.get_mut(key).filter(|value| is_items(value)) {
            return Some(std::mem::take(list));
        }
    }
    None
}

/// One message. What has a role, or a message inside, is one; anything else is the content of one.
fn message(value: Value, role: &str) -> Value {
    let mut told = match value {
        Value::Object(members) => members,
        content => return finished(in_parts(role, parts(content)), None, role == ASSISTANT),
    };
    // A choice: the message is inside, and what ended it is beside it.
    let reason = [
        "finish_reason",
        "stop_reason",
        "finishReason",
        "stopReason",
        "done_reason",
    ]
    .iter()
    .find_map(|key| told.get(*key)?.as_str().map(str::to_owned));
    let notes = take_notes(&mut told);
    if !told.contains_key("role") {
        let is_message =
            |inner: &Members| inner.contains_key("role") || inner.contains_key("parts");
        let inner = ["message", "content"]
            .iter()
            .find_map(|key| match told.get_mut(*key) {
                Some(Value::Object(inner)) if is_message(inner) => Some(std::mem::take(inner)),
                _ => None,
            });
        told = inner.unwrap_or(told);
    }
    let own_role = match told.remove("role") {
        Some(Value::String(role)) => Some(role),
        Some(_) | None => None,
    };
    let is_message = own_role.is_some() || told.contains_key("parts");
    if !is_message {
        let own = part::role_of_item(&told).unwrap_or(role).to_owned();
        let content = in_parts(&own, parts(Value::Object(told)));
        let is_answer = role == ASSISTANT && own == ASSISTANT;
        let mut message = finished(content, reason, is_answer);
        put_notes(&mut message, notes);
        return message;
    }
    let own_role = match own_role.as_deref() {
        Some("model") => ASSISTANT.to_owned(),
        Some("function") => "tool".to_owned(),
        Some(own) => own.to_owned(),
        None => role.to_owned(),
    };
    let mut list = Vec::new();
    for key in ["reasoning_content", "thinking", "reasoning"] {
        if let Some(Value::String(text)) = told.remove(key).filter(|text| text != "") {
            list.push(json!({"type": "reasoning", "content": text}));
            break;
        }
    }
    let content = told
        .remove("parts")
        .or_else(|| told.remove("content"))
        .unwrap_or_default();
    match told.remove("tool_call_id") {
        Some(id) => list.push(json!({"type": "tool_call_response", "id": id, "response": content})),
        None if own_role == "tool" && content.is_string() => {
            list.push(json!({"type": "tool_call_response", "response": content}));
        }
        None => list.extend(parts(content)),
    }
    if let Some(Value::String(refusal)) = told.remove("refusal") {
        list.push(json!({"type": "text", "content": refusal}));
    }
    if let Some(Value::Array(calls)) = told.remove("tool_calls") {
        list.extend(calls.into_iter().map(part::tool_call));
    }
    if let Some(call @ Value::Object(_)) = told.remove("function_call") {
        list.push(part::tool_call(call));
    }
    let mut message = in_parts(&own_role, list);
    if let Some(name @ Value::String(_)) = told.remove("name") {
        message.insert("name".to_owned(), name);
    }
    let is_answer = role == ASSISTANT && own_role == ASSISTANT;
    let mut message = finished(message, reason, is_answer);
    put_notes(&mut message, notes);
    message
}

fn in_parts(role: &str, parts: Vec<Value>) -> Members {
    let mut message = Members::new();
    message.insert("role".to_owned(), role.into());
    message.insert("parts".to_owned(), parts.into());
    message
}

/// The message with what ended it: viewers drop a list whose output messages do not tell.
fn finished(mut message: Members, reason: Option<String>, is_answer: bool) -> Value {
    let has_call = message
        .get("parts")
        .and_then(Value::as_array)
        .is_some_and(|parts| parts.iter().any(|part| part["type"] == "tool_call"));
    let reason = match reason {
        Some(reason) => Some(part::finish_reason(&reason).to_owned()),
        None if !is_answer => None,
        None if has_call => Some("tool_call".to_owned()),
        None => Some("stop".to_owned()),
    };
    if let Some(reason) = reason {
        message.insert(FINISH_REASON.to_owned(), reason.into());
    }
    Value::Object(message)
}

/// Answers with the finish reasons that were told of their choices. An empty one was not told.
pub(crate) fn ended<'a>(mut messages: Value, reasons: impl Iterator<Item = &'a str>) -> Value {
    let answers = messages
        .as_array_mut()
        .into_iter()
        .flatten()
        .filter_map(|message| message.get_mut(FINISH_REASON));
    for (told, reason) in answers.zip(reasons) {
        if !reason.is_empty() {
            *told = part::finish_reason(reason).into();
        }
    }
    messages
}

/// Takes the members that tell what was left out, so that they outlive a change of shape.
pub(super) fn take_notes(members: &mut Members) -> Members {
    let mut notes = Members::new();
    if members.keys().any(|key| cut::is_note(key)) {
        for (key, value) in std::mem::take(members) {
            let of = if cut::is_note(&key) {
                &mut notes
            } else {
                &mut *members
            };
            of.insert(key, value);
        }
    }
    notes
}

pub(super) fn put_notes(value: &mut Value, notes: Members) {
    if let Value::Object(members) = value {
        members.extend(notes);
    }
}

/// System instructions: a list of parts, if anything is captured.
pub(crate) fn instructions(content: &(impl Serialize + ?Sized)) -> Option<Value> {
    let list = match value(content)? {
        Value::Object(mut members)
            if members.contains_key("role") || members.contains_key("parts") =>
        {
            let content = members
                .remove("parts")
                .or_else(|| members.remove("content"));
            parts(content.unwrap_or_default())
        }
        Value::Array(list) => list
            .into_iter()
            .flat_map(|item| match item {
                Value::Object(mut message) if message.contains_key("role") => {
                    parts(message.remove("content").unwrap_or_default())
                }
                other => parts(other),
            })
            .collect(),
        other => parts(other),
    };
    // The schema has texts here and nothing else by name.
    let texts = list.into_iter().map(part::as_text);
    Some(texts.collect())
}

/// The parts of a message's content.
fn parts(content: Value) -> Vec<Value> {
    match content {
        Value::Null => Vec::new(),
        Value::Array(list)
            if list
                .iter()
                .all(|item| item.is_string() || part::is_part(item)) =>
        {
            list.into_iter().map(part).collect()
        }
        Value::Array(list) => vec![part::json_text(&Value::Array(list))],
        one => vec![part(one)],
    }
}

/// What the schema of an attribute wants of any value.
pub(super) fn of_attribute(key: &str, value: Value) -> Value {
    match key {
        semconv::GEN_AI_TOOL_CALL_ARGUMENTS => object(value, "arguments"),
        semconv::GEN_AI_TOOL_CALL_RESULT => object(value, "result"),
        semconv::GEN_AI_TOOL_DEFINITIONS => {
            let definitions = list(value, "tools").into_iter().flat_map(part::definition);
            definitions.collect()
        }
        _ => value,
    }
}

/// Arguments and results of a tool call are objects; what is none becomes the member `name` of one.
fn object(value: Value, name: &str) -> Value {
    let value = match value {
        Value::String(text) => part::parsed(text),
        other => other,
    };
    match value {
        Value::Object(members) => Value::Object(members),
        other => json!({ name: other }),
    }
}

/// A list of what stands alone, or in an object as a list of this name.
fn list(value: Value, name: &str) -> Vec<Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(list) => list,
        Value::Object(mut members) => match members.remove(name) {
            Some(Value::Array(list)) => list,
            Some(other) => {
                members.insert(name.to_owned(), other);
                vec![Value::Object(members)]
            }
            None => vec![Value::Object(members)],
        },
        other => vec![other],
    }
}

/// Whether an attribute is a plain text, and no JSON.
pub(super) fn is_text(key: &str) -> bool {
    matches!(
        key,
        semconv::GEN_AI_RETRIEVAL_QUERY_TEXT | semconv::GEN_AI_MEMORY_QUERY_TEXT
    ) || key.starts_with(semconv::GEN_AI_PROMPT_VARIABLE)
}
