//! The shapes of the conventions: messages of parts, instructions, definitions of tools, documents, records.
//!
//! What is read are texts, and the JSON of the chat APIs: whatever says of itself what it is becomes a part of the type
//! that the conventions have for it, and everything else a text. Members that are `null` are left out. GenAI semantic
//! conventions, JSON schemas of `gen_ai.input.messages` and the other content attributes.
//!
//! Content of all origins is shaped here: values that users capture, once they are JSON, and what adapters read of
//! requests and responses, as far as its [`Budget`] goes.

mod definition;
mod media;
mod message;
mod part;
pub(crate) mod read;
mod tool;

use serde::Serialize;
use serde_json::{Value, json};

use super::value;
use crate::budget::Budget;
use crate::semconv;
use message::ASSISTANT;

#[cfg(any(feature = "async-openai", feature = "ollama-rs"))]
pub(crate) use definition::definition;
pub(crate) use definition::definitions;
#[cfg(any(
    feature = "aws-sdk-bedrockruntime",
    feature = "genai",
    feature = "rig-core"
))]
pub(crate) use definition::function;
pub(crate) use message::{
    conversation, image, images, message, message_of, messages, reasoning, spoken,
};
pub(crate) use part::{bedrock_thought, compaction, kind_of_text, part, parts};
#[cfg(any(
    feature = "aws-sdk-bedrockruntime",
    feature = "genai",
    feature = "rig-core"
))]
pub(crate) use tool::tool_response;
pub(crate) use tool::{call, parsed, server_call, tool_call};
#[cfg(any(
    feature = "async-openai",
    feature = "aws-sdk-bedrockruntime",
    feature = "genai",
    feature = "ollama-rs",
    feature = "rig-core"
))]
pub(crate) use {
    definition::tools,
    media::{Medium, media},
    part::part_of,
    tool::called,
};

/// What ended an answer.
const FINISH_REASON: &str = "finish_reason";

/// Messages of a text, a message, a list of messages, or a request or response that has some, if anything is captured.
///
/// `role` is that of messages that do not tell theirs. Those of the assistant are answers, and have a finish reason.
pub(crate) fn captured_messages(content: &(impl Serialize + ?Sized), role: &str) -> Option<Value> {
    let content = value(content)?;
    let budget = &mut Budget::unlimited();
    if let Some(items) = items_of_answer(&content).filter(|_| role == ASSISTANT) {
        return Some(json!([answer(&content, items, budget)]));
    }
    let messages = listed(&content).into_iter();
    Some(
        messages
            .map(|told| finished(message(told, role, budget), told, role))
            .collect(),
    )
}

fn listed(content: &Value) -> Vec<&Value> {
    match content {
        Value::Null => Vec::new(),
        Value::Array(list) if !list.is_empty() && list.iter().all(part::is_part) => {
            vec![content]
        }
        Value::Array(list) => list.iter().collect(),
        Value::Object(members) if !members.contains_key("role") => match envelope(content) {
            Some(list) => list.iter().collect(),
            None => vec![content],
        },
        one => vec![one],
    }
}

/// The items of a response of OpenAI, which are one answer together.
fn items_of_answer(content: &Value) -> Option<&Vec<Value>> {
    let is_response = read::text(content, "object") == Some("response")
        || read::text(content, "status").is_some();
    let output = content.get("output").filter(|_| is_response)?.as_array()?;
    let is_envelope = envelope(content).is_some_and(|list| std::ptr::eq(list, output));
    (is_envelope && !output.is_empty()).then_some(output)
}

/// The one answer that the items of `told` are.
fn answer(told: &Value, items: &[Value], budget: &mut Budget) -> Value {
    let items = items.iter();
    let mut items: Vec<_> = items.map(|item| message(item, ASSISTANT, budget)).collect();
    let parts = items.iter_mut().filter_map(|item| item.get_mut("parts"));
    let parts = parts.map(|parts| match parts.take() {
        Value::Array(parts) => parts,
        _ => Vec::new(),
    });
    let answer = message_of(ASSISTANT, parts.flatten().collect());
    let mut answer = finished(answer, told, ASSISTANT);
    for item in &items {
        part::put_notes(&mut answer, item);
    }
    let cut = read::member(told, "incomplete_details").and_then(|why| read::text(why, "reason"));
    let broke_off = matches!(read::text(told, "status"), Some("failed" | "cancelled"));
    if let Some(reason) = cut.or(broke_off.then_some("error")) {
        answer[FINISH_REASON] = finish_reason(reason).into();
    }
    answer
}

/// The messages inside of a request or a response.
fn envelope(content: &Value) -> Option<&Vec<Value>> {
    let list = |key: &str| content.get(key)?.as_array();
    // The items that the OpenAI responses API takes and gives: messages, or parts that stand alone.
    let is_item = |value: &Value| {
        read::text(value, "type")
            .or(read::text(value, "role"))
            .is_some()
    };
    let has_parts = |value: &Value| value.get("parts").is_some();
    let items = |key: &str| list(key).filter(|list| list.iter().all(is_item));
    list("messages")
        .or_else(|| list("contents").filter(|list| list.iter().all(has_parts)))
        .or_else(|| list("choices"))
        .or_else(|| list("candidates"))
        .or_else(|| items("output"))
        .or_else(|| items("input"))
}

/// The message with what ended it, which a choice tells beside it: viewers drop a list whose output messages do not tell.
fn finished(mut message: Value, told: &Value, role: &str) -> Value {
    let keys = [
        FINISH_REASON,
        "stop_reason",
        "finishReason",
        "stopReason",
        "done_reason",
    ];
    let is_answer = role == ASSISTANT && message["role"] == ASSISTANT;
    let has_call = || {
        let mut parts = read::list(&message, "parts").iter();
        parts.any(|part| part["type"] == "tool_call")
    };
    let reason = match read::first_text(told, &keys) {
        Some(reason) => finish_reason(reason),
        None if !is_answer => return message,
        None if has_call() => "tool_call",
        None => "stop",
    };
    message[FINISH_REASON] = reason.into();
    message
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
            *told = finish_reason(reason).into();
        }
    }
    messages
}

/// What ended an answer, in the words of the conventions where they have one.
fn finish_reason(reason: &str) -> &str {
    match reason {
        "tool_calls" | "tool_use" | "function_call" | "TOOL_CALL" => "tool_call",
        "end_turn" | "stop_sequence" | "STOP" | "COMPLETE" | "STOP_SEQUENCE" => "stop",
        "max_tokens" | "MAX_TOKENS" | "model_length" | "max_output_tokens" => "length",
        "SAFETY" | "refusal" | "content_filtered" | "guardrail_intervened" => "content_filter",
        other => other,
    }
}

/// System instructions: a list of parts, if anything is captured.
pub(crate) fn captured_instructions(content: &(impl Serialize + ?Sized)) -> Option<Value> {
    Some(in_texts(&value(content)?, &mut Budget::unlimited()))
}

/// The system instructions of a request.
pub(crate) fn instructions(told: &Value) -> Value {
    in_texts(told, &mut Budget::default())
}

/// A list of parts, from a text, parts, or messages.
fn in_texts(told: &Value, budget: &mut Budget) -> Value {
    let list = match told {
        Value::Array(list) => list.iter().flat_map(|told| said(told, budget)).collect(),
        told => said(told, budget),
    };
    list.into_iter().map(part::as_text).collect()
}

/// The parts of a message, or of what is one's content.
fn said(told: &Value, budget: &mut Budget) -> Vec<Value> {
    let is_message = told.get("role").is_some() || told.get("parts").is_some();
    let content = if is_message {
        read::member(told, "parts").or_else(|| read::member(told, "content"))
    } else {
        Some(told)
    };
    parts(content, budget)
}

/// What the schema of an attribute wants of any value.
pub(super) fn of_attribute(key: &str, value: Value) -> Value {
    match key {
        semconv::GEN_AI_TOOL_CALL_ARGUMENTS => object(value, "arguments"),
        semconv::GEN_AI_TOOL_CALL_RESULT => object(value, "result"),
        semconv::GEN_AI_TOOL_DEFINITIONS => {
            let entries = definition::entries(&value);
            definition::shaped(entries, &mut Budget::unlimited())
        }
        _ => value,
    }
}

/// Arguments and results of a tool call are objects; what is none becomes the member `name` of one.
fn object(value: Value, name: &str) -> Value {
    let parsed = value.as_str().and_then(tool::parse);
    match parsed.unwrap_or(value) {
        Value::Object(members) => Value::Object(members),
        other => json!({ name: other }),
    }
}

/// Whether an attribute is a plain text, and no JSON.
pub(super) fn is_text(key: &str) -> bool {
    matches!(
        key,
        semconv::GEN_AI_RETRIEVAL_QUERY_TEXT | semconv::GEN_AI_MEMORY_QUERY_TEXT
    ) || key.starts_with(semconv::GEN_AI_PROMPT_VARIABLE)
}
