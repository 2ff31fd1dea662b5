//! Messages: who said them, and the parts that they have.

use serde_json::{Map, Value};

use super::media::{Medium, media, medium};
use super::part::{self, part_of, parts, put_notes};
use super::read::{list, member, object, text};
use super::tool::{self, call, tool_response};
use crate::budget::Budget;

/// The role of what a model answers.
pub(super) const ASSISTANT: &str = "assistant";
/// The role of what tools give.
const TOOL: &str = "tool";

/// A list of messages, shaped one by one.
///
/// Where they are too many, it is the first and the last ones that count: the instructions, and what was said last.
pub(crate) fn messages<M>(messages: &[M], shape: impl Fn(&M, &mut Budget) -> Value) -> Value {
    let mut budget = Budget::default();
    let mut shaped = vec![Value::Null; messages.len()];
    let last_first = (1..messages.len()).rev();
    for index in std::iter::once(0).chain(last_first) {
        if let (Some(message), Some(place)) = (messages.get(index), shaped.get_mut(index)) {
            *place = shape(message, &mut budget);
        }
    }
    shaped.into()
}

/// The messages of a request; `role` is that of those that do not tell theirs.
pub(crate) fn conversation(told: &[Value], role: &str) -> Value {
    messages(told, |told, budget| message(told, role, budget))
}

/// A message of parts.
pub(crate) fn message_of(role: &str, parts: Vec<Value>) -> Value {
    let mut message = Map::new();
    message.insert("role".to_owned(), role.into());
    message.insert("parts".to_owned(), parts.into());
    Value::Object(message)
}

/// One message. What has a role, or a message inside, is one; anything else is the content of one.
///
/// `role` is that of messages that do not tell theirs.
pub(crate) fn message(told: &Value, role: &str, budget: &mut Budget) -> Value {
    let inner = inner(told);
    let own = text(inner, "role");
    let is_message =
        own.is_some() || inner.get("parts").is_some() || text(inner, "type") == Some("message");
    let mut shaped = if is_message {
        let role = match own {
            Some("model") => ASSISTANT,
            Some("function") => TOOL,
            Some(own) => own,
            None => role,
        };
        message_of(role, parts_of(inner, role, budget))
    } else if inner.is_object() {
        let role = part::role(inner).unwrap_or(role);
        message_of(
            role,
            part::without_notes(inner, budget).into_iter().collect(),
        )
    } else {
        message_of(role, parts(Some(inner), budget))
    };
    if let (true, Some(name), Some(shaped)) =
        (is_message, text(inner, "name"), shaped.as_object_mut())
    {
        shaped.insert("name".to_owned(), budget.head(name).into());
    }
    put_notes(&mut shaped, inner);
    put_notes(&mut shaped, told);
    shaped
}

/// The message inside of a choice, or the message itself.
fn inner(told: &Value) -> &Value {
    if told.get("role").is_some() {
        return told;
    }
    let inner = ["message", "content"].into_iter();
    let inner = inner.filter_map(|key| told.get(key));
    // Where Bedrock has it.
    let answered = told.get("output").and_then(|output| output.get("message"));
    inner
        .chain(answered)
        .find(|inner| inner.get("role").is_some() || inner.get("parts").is_some())
        .unwrap_or(told)
}

fn parts_of(message: &Value, role: &str, budget: &mut Budget) -> Vec<Value> {
    let mut shaped = Vec::new();
    // The second is what a model of Cohere thinks before it calls tools.
    if let Some(thought) = reasoning(message).or_else(|| text(message, "tool_plan")) {
        shaped.extend(part_of("reasoning", thought, budget));
    }
    let own = member(message, "parts");
    let content = own.or_else(|| member(message, "content"));
    let id = text(message, "tool_call_id");
    let tells_which = own.is_some() || content.is_none_or(tool::are_responses);
    if id.is_some() || (role == TOOL && !tells_which) {
        shaped.extend(tool_response(id, content, budget));
    } else {
        shaped.extend(parts(content, budget));
    }
    if let Some(refusal) = text(message, "refusal") {
        shaped.extend(part_of("refusal", refusal, budget));
    }
    shaped.extend(spoken(message, budget));
    shaped.extend(images(message, budget));
    let calls = list(message, "tool_calls").iter();
    for told in calls.chain(object(message, "function_call")) {
        if budget.is_spent() {
            break;
        }
        if let Some(mut call) = call(told, budget) {
            put_notes(&mut call, told);
            shaped.push(call);
        }
    }
    shaped
}

/// What servers that speak the chat API of OpenAI call the thoughts of a model.
pub(crate) fn reasoning(message: &Value) -> Option<&str> {
    ["reasoning_content", "reasoning", "thinking"]
        .into_iter()
        .find_map(|key| text(message, key).filter(|thought| !thought.is_empty()))
}

/// The images that a message has beside the text.
pub(crate) fn images(message: &Value, budget: &mut Budget) -> Vec<Value> {
    let images = list(message, "images").iter();
    images.filter_map(|told| image(told, budget)).collect()
}

/// One of them: its data with Ollama, and a part where models draw in a chat.
pub(crate) fn image(told: &Value, budget: &mut Budget) -> Option<Value> {
    match told {
        Value::String(data) => media(Medium::Data(data, None), "image", budget),
        Value::Object(_) => medium(told, "image", budget),
        _ => None,
    }
}

/// What a model of OpenAI has said aloud.
pub(crate) fn spoken(message: &Value, budget: &mut Budget) -> Option<Value> {
    let data = text(object(message, "audio")?, "data")?;
    media(Medium::Data(data, None), "audio", budget)
}
