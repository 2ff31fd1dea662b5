//! One part of a message, of one of the types that the conventions have, from what the chat APIs call it.

mod media;
mod tool;

use serde_json::{Map, Value, json};

use super::cut;
use super::shape::{put_notes, take_notes};
use media::media;
use tool::{server_call, server_call_of, server_response, tool_response};

pub(super) use tool::{definition, tool_call};

type Members = Map<String, Value>;

/// A part that is text.
pub(super) fn text(content: impl Into<String>) -> Value {
    json!({"type": "text", "content": content.into()})
}

/// A part that is text, of a value that is none.
pub(super) fn json_text(value: &Value) -> Value {
    let mut content = value.to_string();
    if cut::is_cut(value) {
        // What says so inside is not seen from outside any more.
        content.push_str(cut::BROKEN_OFF);
    }
    text(content)
}

/// JSON in a text, where it is an object or a list; the text itself otherwise.
pub(super) fn parsed(text: String) -> Value {
    let begins = text.trim_start().starts_with(['{', '[']);
    let parsed = begins.then(|| serde_json::from_str(&text).ok()).flatten();
    parsed.unwrap_or(Value::String(text))
}

/// What ended an answer, in the words of the conventions where they have one.
pub(super) fn finish_reason(reason: &str) -> &str {
    match reason {
        "tool_calls" | "tool_use" | "function_call" | "TOOL_CALL" => "tool_call",
        "end_turn" | "stop_sequence" | "STOP" | "COMPLETE" | "STOP_SEQUENCE" => "stop",
        "max_tokens" | "MAX_TOKENS" | "model_length" => "length",
        "SAFETY" | "refusal" | "content_filtered" | "guardrail_intervened" => "content_filter",
        other => other,
    }
}

/// Whether a value says of itself which part of a message it is.
pub(super) fn is_part(value: &Value) -> bool {
    let Value::Object(members) = value else {
        return false;
    };
    if members.contains_key("role") {
        return false;
    }
    members.get("type").is_some_and(Value::is_string)
        || KEYED.iter().any(|key| members.contains_key(*key))
}

/// Members by which parts are known that have no type: those of Gemini and Bedrock.
const KEYED: &[&str] = &[
    "text",
    "functionCall",
    "functionResponse",
    "inlineData",
    "fileData",
    "toolUse",
    "toolResult",
    "reasoningContent",
];

/// Whether a value is an item of the `OpenAI` responses API, which is a message, or a part that stands alone.
pub(super) fn is_item(value: &Value) -> bool {
    value.get("type").is_some_and(Value::is_string)
        || value.get("role").is_some_and(Value::is_string)
}

/// The role of an item that stands alone.
pub(super) fn role_of_item(members: &Members) -> Option<&'static str> {
    let kind = members.get("type").and_then(Value::as_str)?;
    match kind {
        "function_call_output"
        | "custom_tool_call_output"
        | "tool_result"
        | "tool_call_response" => Some("tool"),
        "function_call" | "custom_tool_call" | "reasoning" => Some("assistant"),
        _ => None,
    }
}

/// The part that a value is.
pub(super) fn part(value: Value) -> Value {
    match value {
        Value::String(content) => text(content),
        Value::Object(mut members) => {
            let notes = take_notes(&mut members);
            let mut part = of_members(members);
            put_notes(&mut part, notes);
            part
        }
        other => json_text(&other),
    }
}

/// A part of instructions, which are texts.
pub(super) fn as_text(part: Value) -> Value {
    if part["type"] == "text" {
        part
    } else {
        json_text(&part)
    }
}

/// The first of these members that is a text.
fn take(members: &mut Members, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| match members.get_mut(*key) {
        Some(Value::String(text)) => Some(std::mem::take(text)),
        _ => None,
    })
}

/// An object without the members that are `null`.
fn object(value: Value) -> Value {
    match value {
        Value::Object(mut members) => {
            members.retain(|_, value| !value.is_null());
            Value::Object(members)
        }
        other => other,
    }
}

fn of_members(mut members: Members) -> Value {
    let kind = take(&mut members, &["type"]).unwrap_or_default();
    let known = match kind.as_str() {
        "text" | "input_text" | "output_text" | "refusal" | "summary_text" | "" => {
            take(&mut members, &["content", "text", "refusal"]).map(text)
        }
        "reasoning" | "thinking" | "redacted_thinking" | "reasoning_text" => {
            Some(reasoning(&mut members))
        }
        "tool_call" | "tool_use" | "function_call" | "function" | "custom_tool_call" => {
            Some(tool_call(Value::Object(std::mem::take(&mut members))))
        }
        "tool_call_response"
        | "tool_result"
        | "function_call_output"
        | "custom_tool_call_output" => Some(tool_response(&mut members)),
        "image_url" | "input_image" | "image" => media(&mut members, "image"),
        "video_url" | "input_video" | "video" => media(&mut members, "video"),
        "audio_url" | "input_audio" | "audio" => media(&mut members, "audio"),
        "document" | "input_file" | "file" | "document_url" | "blob" | "uri" => {
            media(&mut members, "document")
        }
        "server_tool_use" | "server_tool_call" => server_call(&mut members),
        "server_tool_call_response" => server_response(&mut members, &kind),
        kind if kind.ends_with("_tool_result") => server_response(&mut members, kind),
        kind if kind.ends_with("_call") && members.contains_key("id") => {
            server_call_of(&mut members, kind)
        }
        "compaction" => Some(compaction(&mut members)),
        _ => None,
    };
    if let Some(part) = known {
        return part;
    }
    if let Some(part) = keyed(&mut members) {
        return part;
    }
    if !kind.is_empty() {
        members.insert("type".to_owned(), kind.into());
    }
    // What the conventions have no part for is told as it is.
    json_text(&Value::Object(members))
}

fn reasoning(members: &mut Members) -> Value {
    let content = take(members, &["content", "thinking", "text"]).unwrap_or_else(|| {
        let texts = ["summary", "content"]
            .iter()
            .filter_map(|key| members.get(*key)?.as_array());
        let texts = texts.flatten().filter_map(|text| text["text"].as_str());
        texts.collect::<Vec<_>>().join("\n")
    });
    json!({"type": "reasoning", "content": content})
}

fn compaction(members: &mut Members) -> Value {
    let content = take(members, &["content"]);
    object(json!({"type": "compaction", "id": take(members, &["id"]), "content": content}))
}

/// A part that is known by the member that it has.
fn keyed(members: &mut Members) -> Option<Value> {
    let (key, mut value) = KEYED
        .iter()
        .find_map(|key| Some((*key, members.remove(*key)?)))?;
    let inner = value.as_object_mut();
    match (key, inner) {
        ("text", _) => value.as_str().map(text),
        ("functionCall" | "toolUse", Some(_)) => Some(tool_call(value)),
        ("functionResponse" | "toolResult", Some(inner)) => Some(tool_response(inner)),
        ("inlineData" | "fileData", Some(inner)) => {
            let mime_type = inner
                .get("mimeType")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let modality = match mime_type.split('/').next() {
                Some(modality @ ("image" | "audio" | "video")) => modality.to_owned(),
                _ => "document".to_owned(),
            };
            media(inner, &modality)
        }
        ("reasoningContent", Some(inner)) => {
            let mut inner = match inner.remove("reasoningText") {
                Some(Value::Object(text)) => text,
                _ => std::mem::take(inner),
            };
            Some(reasoning(&mut inner))
        }
        _ => None,
    }
}
