//! One part of a message, of one of the types that the conventions have, from what the chat APIs call it.
//!
//! Parts of OpenAI, Anthropic, Mistral and Cohere tell their `type`, as those of the conventions do; their types do not
//! collide. Parts of Gemini and Bedrock are known by the member that they have.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::media::medium;
use super::read::{either, first_text, list, member, object, text};
use super::tool::{self, call, response};
use crate::budget::Budget;
use crate::content::cut;

/// A part of one text: `text`, `reasoning` or `refusal`; none where nothing is said.
///
/// The conventions have no type for a refusal, and let one stand that they do not know.
pub(crate) fn part_of(kind: &str, text: &str, budget: &mut Budget) -> Option<Value> {
    let fits = !text.is_empty() && budget.part();
    fits.then(|| json!({"type": kind, "content": budget.head(text)}))
}

/// What the conventions have no part for, as it is.
pub(super) fn as_json(value: &Value, budget: &mut Budget) -> Option<Value> {
    budget.part().then(|| json_text(&budget.value(value)))
}

/// A part that is text, of a value that is none.
pub(super) fn json_text(value: &Value) -> Value {
    let mut content = value.to_string();
    if cut::is_cut(value) {
        // What says so inside is not seen from outside any more.
        content.push_str(cut::BROKEN_OFF);
    }
    json!({"type": "text", "content": content})
}

/// Copies the members that tell what was left out, so that they outlive a change of shape.
pub(super) fn put_notes(shaped: &mut Value, told: &Value) {
    if let (Value::Object(shaped), Value::Object(told)) = (shaped, told) {
        let notes = told.iter().filter(|(key, _)| cut::is_note(key));
        shaped.extend(notes.map(|(key, note)| (key.clone(), note.clone())));
    }
}

/// The parts of content that is a text, a part, or a list of them.
pub(crate) fn parts(content: Option<&Value>, budget: &mut Budget) -> Vec<Value> {
    let mut parts = Vec::new();
    match content {
        None | Some(Value::Null) => {}
        Some(Value::Array(list)) if are_parts(list) => {
            for item in list {
                if budget.is_spent() {
                    break;
                }
                parts.extend(part(item, budget));
            }
        }
        Some(one) => parts.extend(part(one, budget)),
    }
    parts
}

/// Whether the items of a list are parts. One that says so of itself speaks for those beside it that nobody knows yet.
fn are_parts(list: &[Value]) -> bool {
    let is_one = |item: &Value| item.is_string() || is_part(item);
    let may_be_one = |item: &Value| item.is_string() || item.is_object();
    list.iter().all(is_one) || (list.iter().any(is_part) && list.iter().all(may_be_one))
}

/// The part that a value is; `None` for what is no content, or none that anybody but the model can read.
pub(crate) fn part(told: &Value, budget: &mut Budget) -> Option<Value> {
    let mut part = without_notes(told, budget)?;
    put_notes(&mut part, told);
    Some(part)
}

/// As [`part`], where what was left out is told elsewhere.
pub(super) fn without_notes(told: &Value, budget: &mut Budget) -> Option<Value> {
    match told {
        Value::Null => None,
        Value::String(text) => part_of("text", text, budget),
        _ => match text(told, "type") {
            Some(kind) => typed(told, kind, budget),
            None => keyed(told, budget),
        },
    }
}

fn typed(told: &Value, kind: &str, budget: &mut Budget) -> Option<Value> {
    match kind {
        "text" | "input_text" | "output_text" | "summary_text" => match said(told) {
            Some(text) => part_of("text", text, budget),
            None => as_json(told, budget),
        },
        "refusal" => part_of(
            "refusal",
            first_text(told, &["refusal", "content"])?,
            budget,
        ),
        "reasoning" | "thinking" | "reasoning_text" => part_of("reasoning", &thought(told), budget),
        // Opaque to everyone but the model.
        "redacted_thinking" => None,
        "tool_call" | "tool_use" | "function_call" | "function" | "custom_tool_call" | "custom" => {
            call(told, budget)
        }
        _ if tool::is_response(kind) => response(told, budget),
        "image_url" | "input_image" | "image" => medium(told, "image", budget),
        "video_url" | "input_video" | "video" => medium(told, "video", budget),
        "audio_url" | "input_audio" | "audio" => medium(told, "audio", budget),
        "document" | "input_file" | "file" | "document_url" | "container_upload" | "blob"
        | "uri" => medium(told, "document", budget),
        "server_tool_use" | "mcp_tool_use" | "server_tool_call" => tool::server_call(told, budget),
        "server_tool_call_response" => tool::server_response(told, kind, budget),
        _ if kind.ends_with("_tool_result") => tool::server_response(told, kind, budget),
        _ if kind.ends_with("_call") && text(told, "call_id").is_some() => {
            tool::own_call(told, kind, budget)
        }
        _ if kind.ends_with("_call") && told.get("id").is_some() => tool::server_call(told, budget),
        "compaction" => compaction(told, budget),
        _ => as_json(told, budget),
    }
}

/// The text of a part that is one.
fn said(told: &Value) -> Option<&str> {
    first_text(told, &["text", "content"])
}

/// What a model thought: its own words, or else the summary that stands for them.
fn thought(told: &Value) -> Cow<'_, str> {
    let keys = ["thinking", "content", "text"];
    if let Some(thought) = first_text(told, &keys) {
        return thought.into();
    }
    let lists = ["thinking", "content", "summary"].map(|key| list(told, key));
    let texts = lists.into_iter().find(|list| !list.is_empty());
    let texts = texts.into_iter().flatten();
    let texts: Vec<_> = texts.filter_map(|thought| text(thought, "text")).collect();
    texts.join("\n").into()
}

/// What is left of a conversation that was compacted.
pub(crate) fn compaction(told: &Value, budget: &mut Budget) -> Option<Value> {
    budget.part().then(|| {
        let mut part = Map::new();
        part.insert("type".to_owned(), "compaction".into());
        for key in ["id", "content"] {
            if let Some(text) = text(told, key) {
                part.insert(key.to_owned(), budget.head(text).into());
            }
        }
        Value::Object(part)
    })
}

/// Members by which parts are known that have no type.
const KEYED: &[&str] = &[
    "text",
    "functionCall",
    "function_call",
    "functionResponse",
    "function_response",
    "inlineData",
    "inline_data",
    "fileData",
    "file_data",
    "executableCode",
    "executable_code",
    "codeExecutionResult",
    "code_execution_result",
    "toolUse",
    "toolResult",
    "reasoningContent",
    "citationsContent",
    "guardContent",
    "searchResult",
    "cachePoint",
];

/// Members of Bedrock under which a medium has its source.
const MEDIA: &[&str] = &["image", "video", "audio", "document"];

/// Whether a value says of itself which part of a message it is.
pub(super) fn is_part(value: &Value) -> bool {
    value.is_object()
        && value.get("role").is_none()
        && (text(value, "type").is_some()
            || KEYED.iter().any(|key| value.get(*key).is_some())
            || bedrock_medium(value).is_some())
}

fn bedrock_medium(told: &Value) -> Option<(&'static str, &Value)> {
    MEDIA.iter().find_map(|modality| {
        let medium = told.get(*modality)?;
        medium.get("source").map(|_| (*modality, medium))
    })
}

/// A part that is known by the member that it has.
fn keyed(told: &Value, budget: &mut Budget) -> Option<Value> {
    let guarded = object(told, "guardContent");
    let told = guarded.map_or(told, |block| object(block, "text").unwrap_or(block));
    if let Some(text) = said(told) {
        return part_of(kind_of_text(told), text, budget);
    }
    if let Some(refusal) = text(told, "refusal") {
        return part_of("refusal", refusal, budget);
    }
    let known = |camel, snake| object(told, camel).or_else(|| object(told, snake));
    if let Some(told) = known("functionCall", "function_call").or_else(|| object(told, "toolUse")) {
        return call(told, budget);
    }
    let answer = known("functionResponse", "function_response");
    if let Some(told) = answer.or_else(|| object(told, "toolResult")) {
        return response(told, budget);
    }
    let data = known("inlineData", "inline_data").or_else(|| known("fileData", "file_data"));
    if let Some(told) = data {
        return medium(told, "document", budget);
    }
    if let Some((modality, told)) = bedrock_medium(told) {
        return medium(told, modality, budget);
    }
    if let Some(told) = object(told, "reasoningContent") {
        // What is redacted has no text.
        return part_of("reasoning", bedrock_thought(told)?, budget);
    }
    if let Some(told) = object(told, "citationsContent") {
        let texts = list(told, "content").iter();
        let text: String = texts.filter_map(|piece| text(piece, "text")).collect();
        return part_of("text", &text, budget);
    }
    if let Some(code) = known("executableCode", "executable_code") {
        return tool::code("server_tool_call", code, budget);
    }
    if let Some(result) = known("codeExecutionResult", "code_execution_result") {
        return tool::code("server_tool_call_response", result, budget);
    }
    // Marks for the cache are no content, and signatures are opaque to everyone but the model.
    let is_mark = told.get("cachePoint").is_some() || is_signature(told);
    if is_mark { None } else { as_json(told, budget) }
}

/// Whether a part of Gemini has nothing but the signature of a thought.
fn is_signature(told: &Value) -> bool {
    let is_told = either(told, "thoughtSignature", "thought_signature").is_some();
    let own = ["thoughtSignature", "thought_signature", "thought"];
    let mut members = told.as_object().into_iter().flatten();
    is_told && members.all(|(key, _)| own.contains(&key.as_str()))
}

/// What the text of a part of Gemini is: thoughts have a mark.
pub(crate) fn kind_of_text(told: &Value) -> &'static str {
    let is_thought = told.get("thought").and_then(Value::as_bool) == Some(true);
    if is_thought { "reasoning" } else { "text" }
}

/// The text of `reasoningContent`, whole or a piece of it.
pub(crate) fn bedrock_thought(told: &Value) -> Option<&str> {
    text(member(told, "reasoningText").unwrap_or(told), "text")
}

/// The role of a part that stands alone.
pub(super) fn role(told: &Value) -> Option<&'static str> {
    let kind = text(told, "type")?;
    match kind {
        _ if tool::is_response(kind) => Some("tool"),
        "function_call" | "custom_tool_call" | "reasoning" | "compaction" => Some("assistant"),
        "mcp_approval_response" => Some("user"),
        _ if kind.ends_with("_call") => Some("assistant"),
        _ => None,
    }
}

/// A part of instructions, which are texts: the schema has nothing else by name.
pub(super) fn as_text(part: Value) -> Value {
    if part["type"] == "text" {
        part
    } else {
        json_text(&part)
    }
}
