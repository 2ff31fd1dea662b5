//! Calls of tools, what they give, and their definitions.

use serde_json::{Value, json};

use super::super::shape::{put_notes, take_notes};
use super::{Members, object, parsed, take};

/// A tool call, from any of the ways in which they are written.
pub(in super::super) fn tool_call(mut call: Value) -> Value {
    let notes = call.as_object_mut().map(take_notes).unwrap_or_default();
    let id = ["call_id", "id", "toolUseId"]
        .iter()
        .find_map(|key| call[*key].as_str())
        .map(str::to_owned);
    let mut function = match call.get_mut("function") {
        Some(function @ Value::Object(_)) => function.take(),
        _ => call,
    };
    let name = function["name"].as_str().unwrap_or_default().to_owned();
    let arguments = ["arguments", "input", "args"]
        .iter()
        .find_map(|key| Some(function.get_mut(*key)?.take()));
    let arguments = match arguments {
        Some(Value::String(text)) => parsed(text),
        Some(arguments) => arguments,
        None => json!({}),
    };
    let mut part =
        object(json!({"type": "tool_call", "id": id, "name": name, "arguments": arguments}));
    put_notes(&mut part, notes);
    part
}

pub(super) fn tool_response(members: &mut Members) -> Value {
    let id = take(members, &["call_id", "tool_use_id", "toolUseId", "id"]);
    let response = ["response", "content", "output"]
        .iter()
        .find_map(|key| members.remove(*key));
    let mut part = object(json!({"type": "tool_call_response", "id": id}));
    // `null` is a response too, and the schema wants one.
    part["response"] = response.unwrap_or_default();
    part
}

pub(super) fn server_call(members: &mut Members) -> Option<Value> {
    let id = take(members, &["id"]);
    let name = take(members, &["name"])?;
    let mut call = match members
        .remove("server_tool_call")
        .or_else(|| members.remove("input"))
    {
        Some(Value::Object(call)) => call,
        Some(other) => Members::from_iter([("input".to_owned(), other)]),
        None => Members::new(),
    };
    call.entry("type").or_insert_with(|| name.clone().into());
    Some(object(
        json!({"type": "server_tool_call", "id": id, "name": name, "server_tool_call": call}),
    ))
}

/// A call of the `OpenAI` responses API that the provider makes: `web_search_call` and the like.
pub(super) fn server_call_of(members: &mut Members, kind: &str) -> Option<Value> {
    let id = take(members, &["id"]);
    let name = kind.strip_suffix("_call")?;
    members.retain(|_, value| !value.is_null());
    members.remove("id");
    members.insert("type".to_owned(), name.into());
    let call = std::mem::take(members);
    Some(object(
        json!({"type": "server_tool_call", "id": id, "name": name, "server_tool_call": call}),
    ))
}

pub(super) fn server_response(members: &mut Members, kind: &str) -> Option<Value> {
    let id = take(members, &["id", "tool_use_id"]);
    let response = members
        .remove("server_tool_call_response")
        .or_else(|| members.remove("content"))?;
    let mut response = match response {
        Value::Object(response) => response,
        other => Members::from_iter([("content".to_owned(), other)]),
    };
    response.entry("type").or_insert_with(|| kind.into());
    Some(object(json!({
        "type": "server_tool_call_response", "id": id, "server_tool_call_response": response
    })))
}

/// The definitions that one entry of a request's tools is: one, except with Gemini.
pub(in super::super) fn definition(value: Value) -> Vec<Value> {
    let mut members = match value {
        Value::Object(members) => members,
        Value::String(name) => return vec![json!({"type": "function", "name": name})],
        // A list, or what is no definition at all.
        other => return vec![json!({"type": "unknown", "name": other.to_string()})],
    };
    let notes = take_notes(&mut members);
    if let Some(Value::Array(list)) = members.remove("functionDeclarations") {
        return list.into_iter().flat_map(definition).collect();
    }
    let kind = take(&mut members, &["type"]);
    for key in ["function", "toolSpec"] {
        if let Some(Value::Object(inner)) = members.remove(key) {
            members = inner;
        }
    }
    let name = take(&mut members, &["name"]);
    let schema = ["parameters", "input_schema", "inputSchema"]
        .iter()
        .find_map(|key| members.remove(*key));
    let schema = match schema {
        Some(Value::Object(mut schema)) => match schema.remove("json") {
            Some(Value::Object(json)) => Some(json),
            Some(other) => {
                schema.insert("json".to_owned(), other);
                Some(schema)
            }
            None => Some(schema),
        },
        _ => None,
    };
    let is_function = matches!(kind.as_deref(), None | Some("function" | "custom"));
    let mut definition = if is_function {
        object(json!({
            "type": "function",
            "name": name.unwrap_or_default(),
            "description": take(&mut members, &["description"]),
            "parameters": schema,
        }))
    } else {
        // A tool of the provider, with settings of its own.
        let kind = kind.unwrap_or_default();
        members.insert(
            "name".to_owned(),
            name.unwrap_or_else(|| kind.clone()).into(),
        );
        members.insert("type".to_owned(), kind.into());
        object(Value::Object(members))
    };
    put_notes(&mut definition, notes);
    vec![definition]
}
