//! Calls of tools, and what they give.

use serde_json::{Map, Value};

use super::part::as_json;
use super::read::{first, first_text, member, object, text};
use crate::budget::Budget;

/// A part that asks for a tool. What is not known is left out.
pub(crate) fn tool_call(id: Option<&str>, name: &str, arguments: Option<Value>) -> Value {
    let mut part = Map::new();
    part.insert("type".to_owned(), "tool_call".into());
    put_id(&mut part, id);
    part.insert("name".to_owned(), name.into());
    if let Some(arguments) = arguments {
        part.insert("arguments".to_owned(), arguments);
    }
    Value::Object(part)
}

fn put_id(part: &mut Map<String, Value>, id: Option<&str>) {
    if let Some(id) = id.filter(|id| !id.is_empty()) {
        part.insert("id".to_owned(), id.into());
    }
}

/// JSON in a text, where it is an object or a list; the text itself otherwise, as where the stream was cut.
pub(crate) fn parsed(text: &str) -> Value {
    parse(text).unwrap_or_else(|| text.into())
}

/// The object or the list that a text is as JSON.
pub(super) fn parse(text: &str) -> Option<Value> {
    let begins = text.trim_start().starts_with(['{', '[']);
    begins.then(|| serde_json::from_str(text).ok()).flatten()
}

/// A part that asks for a tool, with arguments as text or as they are.
pub(crate) fn called(
    id: Option<&str>,
    name: &str,
    arguments: Option<&Value>,
    budget: &mut Budget,
) -> Option<Value> {
    budget.part().then(|| {
        let arguments = arguments.map(|arguments| match arguments {
            Value::String(text) => parsed(budget.head(text)),
            other => budget.value(other),
        });
        tool_call(id, name, arguments)
    })
}

/// A tool call, from any of the ways in which they are written.
pub(crate) fn call(told: &Value, budget: &mut Budget) -> Option<Value> {
    let function = object(told, "function").or_else(|| object(told, "custom"));
    let function = function.unwrap_or(told);
    called(
        first_text(told, &["call_id", "id", "toolUseId"]),
        text(function, "name").unwrap_or_default(),
        first(function, &["arguments", "input", "args"]),
        budget,
    )
}

/// A call of a tool that the provider defines and the caller runs, such as `computer_call` of OpenAI.
pub(super) fn own_call(told: &Value, kind: &str, budget: &mut Budget) -> Option<Value> {
    called(
        text(told, "call_id"),
        kind.trim_end_matches("_call"),
        first(told, &["action", "actions", "operation", "arguments"]),
        budget,
    )
}

/// A part that answers a tool call.
pub(crate) fn tool_response(
    id: Option<&str>,
    response: Option<&Value>,
    budget: &mut Budget,
) -> Option<Value> {
    budget.part().then(|| {
        // One text in a list of blocks is what most servers make of a text, and Bedrock has one block for JSON.
        let only = match response {
            Some(Value::Array(blocks)) => match blocks.as_slice() {
                [block] if text(block, "text").is_some() => block.get("text"),
                [block] if block.get("type").is_none() => member(block, "json"),
                _ => None,
            },
            _ => None,
        };
        let response = only.or(response);
        let response = response.map_or_else(|| "".into(), |value| budget.value(value));
        let mut part = Map::new();
        part.insert("type".to_owned(), "tool_call_response".into());
        put_id(&mut part, id);
        part.insert("response".to_owned(), response);
        Value::Object(part)
    })
}

/// What a tool gave, from any of the ways in which that is written.
pub(super) fn response(told: &Value, budget: &mut Budget) -> Option<Value> {
    let id = first_text(told, &["call_id", "tool_use_id", "toolUseId", "id"]);
    // `null` is a response, too.
    let response = ["response", "content", "output"]
        .iter()
        .find_map(|key| told.get(*key));
    tool_response(id, response, budget)
}

/// Whether content is nothing but what tools gave, and so tells which.
pub(super) fn are_responses(content: &Value) -> bool {
    let is_response = |part: &Value| match text(part, "type") {
        Some(kind) => is_response(kind),
        None => first(
            part,
            &["functionResponse", "function_response", "toolResult"],
        )
        .is_some(),
    };
    let parts = content.as_array();
    parts.is_some_and(|parts| !parts.is_empty() && parts.iter().all(is_response))
}

/// Whether a part of this type is what a tool gave; OpenAI has a type for each kind of tool.
pub(super) fn is_response(kind: &str) -> bool {
    matches!(kind, "tool_call_response" | "tool_result") || kind.ends_with("_call_output")
}

/// Members of a call that the part around it tells, those that are about the request, and what the tool gave: an image
/// that was drawn would leave no room for the answer.
const AROUND: &[&str] = &["type", "id", "name", "status", "cache_control", "result"];

/// A tool that the provider runs itself: `web_search_call` of OpenAI, `server_tool_use` of Anthropic, and the like.
pub(crate) fn server_call(told: &Value, budget: &mut Budget) -> Option<Value> {
    budget.part().then(|| {
        let name = first_text(told, &["name", "type"]).unwrap_or_default();
        let own = object(told, "server_tool_call").and_then(Value::as_object);
        let members = own.or(told.as_object()).into_iter().flatten();
        let mut call = Map::new();
        for (key, value) in members {
            let is_around = own.is_none() && (AROUND.contains(&key.as_str()) || value.is_null());
            if !is_around && budget.part() {
                call.insert(key.clone(), budget.value(value));
            }
        }
        call.entry("type").or_insert_with(|| name.into());
        server("server_tool_call", Some(name), text(told, "id"), call)
    })
}

/// What such a tool gave.
pub(super) fn server_response(told: &Value, kind: &str, budget: &mut Budget) -> Option<Value> {
    let own = object(told, "server_tool_call_response");
    let Some(told_response) = own.or_else(|| member(told, "content")) else {
        return as_json(told, budget);
    };
    budget.part().then(|| {
        let mut response = match (own, budget.value(told_response)) {
            (Some(_), Value::Object(own)) => own,
            (_, content) => Map::from_iter([("content".to_owned(), content)]),
        };
        response.entry("type").or_insert_with(|| kind.into());
        let id = first_text(told, &["id", "tool_use_id"]);
        server("server_tool_call_response", None, id, response)
    })
}

/// Code that a model of Gemini runs itself, or what came of it.
pub(super) fn code(kind: &str, code: &Value, budget: &mut Budget) -> Option<Value> {
    const NAME: &str = "code_execution";
    budget.part().then(|| {
        let mut told = match budget.value(code) {
            Value::Object(told) => told,
            _ => Map::new(),
        };
        told.insert("type".to_owned(), NAME.into());
        let name = (kind == "server_tool_call").then_some(NAME);
        server(kind, name, None, told)
    })
}

/// A part about a tool of the provider's own, whose details are under the name of the part.
fn server(kind: &str, name: Option<&str>, id: Option<&str>, details: Map<String, Value>) -> Value {
    let mut part = Map::new();
    part.insert("type".to_owned(), kind.into());
    put_id(&mut part, id);
    if let Some(name) = name {
        part.insert("name".to_owned(), name.into());
    }
    part.insert(kind.to_owned(), details.into());
    Value::Object(part)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_image_that_was_drawn_leaves_room_for_the_answer() {
        let told = json!({
            "type": "image_generation_call", "id": "ig_1", "status": "completed", "quality": "high",
            "result": "iVBORw0KGgo".repeat(100_000),
        });
        let call = server_call(&told, &mut Budget::unlimited()).map(|call| call.to_string());
        let call = call.unwrap_or_default();
        assert!(call.contains("quality"), "{call}");
        assert!(call.len() < 500, "{} bytes", call.len());
    }
}
