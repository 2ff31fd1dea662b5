//! Messages and their blocks in the shape of the conventions, where a block tells its `type`: the chat APIs of OpenAI,
//! Anthropic, Mistral and Cohere, and the responses API of OpenAI. Their types do not collide.

use serde_json::{Map, Value, json};

use super::read::{list, member, text};
use crate::budget::Budget;
use crate::output::{parsed, tool_call};

/// A list of messages, shaped one by one.
///
/// Where they are too many, it is the first and the last ones that count: the instructions, and what was said last.
pub(in crate::adapters) fn messages<M>(
    messages: &[M],
    shape: impl Fn(&M, &mut Budget) -> Value,
) -> Value {
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

/// A message of parts.
pub(in crate::adapters) fn message(role: &str, parts: Vec<Value>) -> Value {
    let mut message = Map::new();
    message.insert("role".to_owned(), role.into());
    message.insert("parts".to_owned(), parts.into());
    Value::Object(message)
}

/// A message of a chat API.
pub(in crate::adapters) fn chat_message(message: &Value, budget: &mut Budget) -> Value {
    let role = text(message, "role").unwrap_or("user");
    let content = member(message, "content");
    let mut parts = Vec::new();
    let plan = text(message, "tool_plan");
    if let Some(thought) = reasoning(message).or(plan) {
        parts.extend(part_of("reasoning", thought, budget));
    }
    if role == "tool" || role == "function" {
        let id = text(message, "tool_call_id");
        parts.extend(tool_response(id, content, budget));
    } else {
        parts.extend(blocks(content, budget));
    }
    parts.extend(
        list(message, "tool_calls")
            .iter()
            .map_while(|call| chat_tool_call(call, budget)),
    );
    if let Some(refusal) = text(message, "refusal") {
        parts.extend(part_of("refusal", refusal, budget));
    }
    let mut shaped = self::message(role, parts);
    if let (Some(name), Some(shaped)) = (text(message, "name"), shaped.as_object_mut()) {
        shaped.insert("name".to_owned(), budget.head(name).into());
    }
    shaped
}

/// What servers that speak the chat API of OpenAI call the thoughts of a model.
pub(super) fn reasoning(message: &Value) -> Option<&str> {
    ["reasoning_content", "reasoning", "thinking"]
        .into_iter()
        .find_map(|key| text(message, key))
}

/// A tool call of a chat API, with its arguments as text or as they are.
pub(super) fn chat_tool_call(call: &Value, budget: &mut Budget) -> Option<Value> {
    let function = call
        .get("function")
        .or_else(|| call.get("custom"))
        .unwrap_or(call);
    let arguments = member(function, "arguments").or_else(|| member(function, "input"));
    called(
        text(call, "id"),
        text(function, "name").unwrap_or_default(),
        arguments,
        budget,
    )
}

/// A part that asks for a tool, with arguments as text or as they are.
pub(in crate::adapters) fn called(
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

/// A part that answers a tool call.
pub(in crate::adapters) fn tool_response(
    id: Option<&str>,
    response: Option<&Value>,
    budget: &mut Budget,
) -> Option<Value> {
    budget.part().then(|| {
        let response = match response {
            // One text in a list of blocks is what most servers make of a text.
            Some(Value::Array(blocks)) => match blocks.as_slice() {
                [block] if text(block, "text").is_some() => block.get("text"),
                _ => response,
            },
            _ => response,
        };
        let response = response.map_or(Value::String(String::new()), |value| budget.value(value));
        let mut part = json!({"type": "tool_call_response", "response": response});
        if let (Some(id), Some(part)) = (id, part.as_object_mut()) {
            part.insert("id".to_owned(), id.into());
        }
        part
    })
}

/// A part of one text.
pub(in crate::adapters) fn part_of(kind: &str, text: &str, budget: &mut Budget) -> Option<Value> {
    let fits = !text.is_empty() && budget.part();
    fits.then(|| json!({"type": kind, "content": budget.head(text)}))
}

/// The parts of content that is a text, a block, or a list of blocks.
pub(in crate::adapters) fn blocks(content: Option<&Value>, budget: &mut Budget) -> Vec<Value> {
    match content {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) => part_of("text", text, budget).into_iter().collect(),
        Some(Value::Array(blocks)) => {
            let mut parts = Vec::new();
            for block in blocks {
                if budget.is_spent() {
                    break;
                }
                match block {
                    Value::String(text) => parts.extend(part_of("text", text, budget)),
                    block => parts.extend(part(block, budget)),
                }
            }
            parts
        }
        Some(block) => part(block, budget).into_iter().collect(),
    }
}

/// One block.
pub(in crate::adapters) fn part(block: &Value, budget: &mut Budget) -> Option<Value> {
    let kind = text(block, "type").unwrap_or("text");
    match kind {
        "text" | "input_text" | "output_text" => part_of("text", text(block, "text")?, budget),
        "refusal" => part_of("refusal", text(block, "refusal")?, budget),
        "thinking" => thinking(block, budget),
        // Opaque to everyone but the model.
        "redacted_thinking" => None,
        "image_url" | "input_image" => media(image(block)?, "image", budget),
        "input_audio" => audio(block, budget),
        "image" | "document" | "container_upload" => source(block, kind, budget),
        "file" | "input_file" => file(block.get("file").unwrap_or(block), budget),
        "tool_use" => called(
            text(block, "id"),
            text(block, "name").unwrap_or_default(),
            block.get("input"),
            budget,
        ),
        "tool_result" => tool_response(text(block, "tool_use_id"), block.get("content"), budget),
        "compaction" => compaction(block, budget),
        "server_tool_use" | "mcp_tool_use" => server_call(block, "input", budget),
        _ if kind.ends_with("_tool_result") => server_response(block, kind, budget),
        _ => budget.part().then(|| budget.value(block)),
    }
}

/// Anthropic tells one text, Mistral a list of blocks.
fn thinking(block: &Value, budget: &mut Budget) -> Option<Value> {
    match block.get("thinking")? {
        Value::Array(blocks) => {
            let texts: Vec<_> = blocks
                .iter()
                .filter_map(|block| text(block, "text"))
                .collect();
            part_of("reasoning", &texts.concat(), budget)
        }
        thought => part_of("reasoning", thought.as_str()?, budget),
    }
}

/// What is left of a conversation that was compacted.
pub(super) fn compaction(block: &Value, budget: &mut Budget) -> Option<Value> {
    budget.part().then(|| {
        let mut part = Map::new();
        part.insert("type".to_owned(), "compaction".into());
        for key in ["id", "content"] {
            if let Some(told) = text(block, key) {
                part.insert(key.to_owned(), budget.head(told).into());
            }
        }
        Value::Object(part)
    })
}

/// A tool that the provider runs itself; `details` is the member that holds what is asked of it.
pub(super) fn server_call(block: &Value, details: &str, budget: &mut Budget) -> Option<Value> {
    budget.part().then(|| {
        let name = text(block, "name")
            .or_else(|| text(block, "type"))
            .unwrap_or_default();
        let mut call = Map::new();
        if let Some(told) = member(block, details) {
            call.insert(details.to_owned(), budget.value(told));
        }
        call.insert("type".to_owned(), name.into());
        let mut part = json!({"type": "server_tool_call", "name": name, "server_tool_call": call});
        if let (Some(id), Some(part)) = (text(block, "id"), part.as_object_mut()) {
            part.insert("id".to_owned(), id.into());
        }
        part
    })
}

fn server_response(block: &Value, kind: &str, budget: &mut Budget) -> Option<Value> {
    budget.part().then(|| {
        let content = block.get("content").map(|content| budget.value(content));
        let response = json!({"type": kind, "content": content.unwrap_or_default()});
        let mut part =
            json!({"type": "server_tool_call_response", "server_tool_call_response": response});
        if let (Some(id), Some(part)) = (text(block, "tool_use_id"), part.as_object_mut()) {
            part.insert("id".to_owned(), id.into());
        }
        part
    })
}

/// Where a medium is.
#[derive(Clone, Copy)]
pub(in crate::adapters) enum Medium<'a> {
    /// Base64, and its type.
    Data(&'a str, Option<&'a str>),
    /// An address, `data:` ones included.
    Url(&'a str, Option<&'a str>),
    /// A file that the provider keeps.
    File(&'a str, Option<&'a str>),
}

/// A medium as a part; its type tells the modality more exactly than `modality` does.
pub(in crate::adapters) fn media(
    medium: Medium<'_>,
    modality: &str,
    budget: &mut Budget,
) -> Option<Value> {
    let (kind, key, content, mime) = match medium {
        Medium::Url(url, mime) => match url.strip_prefix("data:").and_then(data) {
            Some((data, told)) => ("blob", "content", data, told.or(mime)),
            None => ("uri", "uri", url, mime),
        },
        Medium::Data(data, mime) => ("blob", "content", data, mime),
        Medium::File(id, mime) => ("file", "file_id", id, mime),
    };
    budget.part().then(|| {
        let modality = mime
            .and_then(|mime| mime.split('/').next())
            .filter(|family| ["image", "audio", "video"].contains(family))
            .unwrap_or(modality);
        let mut part = Map::new();
        part.insert("type".to_owned(), kind.into());
        part.insert("modality".to_owned(), modality.into());
        if let Some(mime) = mime.filter(|mime| !mime.is_empty()) {
            part.insert("mime_type".to_owned(), mime.into());
        }
        part.insert(key.to_owned(), budget.head(content).into());
        Value::Object(part)
    })
}

/// Base64 and type of a `data:` URL, from behind its scheme.
fn data(url: &str) -> Option<(&str, Option<&str>)> {
    let (head, data) = url.split_once(',')?;
    Some((data, head.split(';').next()))
}

fn image(block: &Value) -> Option<Medium<'_>> {
    let url = block.get("image_url").and_then(|image| match image {
        Value::String(url) => Some(url.as_str()),
        image => text(image, "url"),
    });
    match url {
        Some(url) => Some(Medium::Url(url, None)),
        None => text(block, "file_id").map(|id| Medium::File(id, None)),
    }
}

fn audio(block: &Value, budget: &mut Budget) -> Option<Value> {
    let told = block.get("input_audio")?;
    let (data, format) = match told {
        Value::String(data) => (data.as_str(), None),
        told => (text(told, "data")?, text(told, "format")),
    };
    let mime = format.map(|format| format!("audio/{format}"));
    media(Medium::Data(data, mime.as_deref()), "audio", budget)
}

fn file(file: &Value, budget: &mut Budget) -> Option<Value> {
    let medium = text(file, "file_id")
        .map(|id| Medium::File(id, None))
        .or_else(|| text(file, "file_url").map(|url| Medium::Url(url, None)))
        .or_else(|| {
            let data = text(file, "file_data")?;
            let is_url = data.starts_with("data:");
            Some(if is_url {
                Medium::Url(data, None)
            } else {
                Medium::Data(data, None)
            })
        })?;
    media(medium, "document", budget)
}

/// A block that tells its `source`, as those of Anthropic do; others have a document of their own kind.
fn source(block: &Value, modality: &str, budget: &mut Budget) -> Option<Value> {
    let Some(source) = block.get("source") else {
        return budget.part().then(|| budget.value(block));
    };
    let mime = text(source, "media_type");
    match text(source, "type").unwrap_or_default() {
        "url" => media(Medium::Url(text(source, "url")?, mime), modality, budget),
        "file" => media(
            Medium::File(text(source, "file_id")?, mime),
            modality,
            budget,
        ),
        "text" => part_of("text", text(source, "data")?, budget),
        "base64" => media(Medium::Data(text(source, "data")?, mime), modality, budget),
        _ => budget.part().then(|| budget.value(block)),
    }
}

/// Definitions of tools, shaped one by one; `None` where there are none.
pub(in crate::adapters) fn tools<T>(
    tools: &[T],
    shape: impl Fn(&T, &mut Budget) -> Option<Value>,
) -> Option<Value> {
    let mut budget = Budget::default();
    let shaped = tools
        .iter()
        .map_while(|tool| budget.part().then(|| shape(tool, &mut budget)))
        .flatten();
    (!tools.is_empty()).then(|| shaped.collect())
}

/// The definition of a function.
pub(in crate::adapters) fn function(
    name: &str,
    description: Option<&str>,
    parameters: Option<&Value>,
    budget: &mut Budget,
) -> Value {
    let mut tool = Map::new();
    tool.insert("type".to_owned(), "function".into());
    tool.insert("name".to_owned(), name.into());
    if let Some(description) = description {
        tool.insert("description".to_owned(), budget.head(description).into());
    }
    if let Some(parameters) = parameters {
        tool.insert("parameters".to_owned(), budget.value(parameters));
    }
    Value::Object(tool)
}

/// A tool of a chat API: a function, or a tool of the provider's, which stays as it is.
pub(in crate::adapters) fn chat_tool(tool: &Value, budget: &mut Budget) -> Option<Value> {
    let definition = tool.get("function").unwrap_or(tool);
    let parameters =
        member(definition, "parameters").or_else(|| member(definition, "input_schema"));
    let is_function = text(tool, "type").is_none_or(|kind| kind == "function" || kind == "custom");
    match text(definition, "name").filter(|_| is_function) {
        Some(name) => Some(function(
            name,
            text(definition, "description"),
            parameters,
            budget,
        )),
        None => other_tool(tool, budget),
    }
}

/// A tool that is no function: it keeps its shape, and has a name for certain.
pub(super) fn other_tool(tool: &Value, budget: &mut Budget) -> Option<Value> {
    let mut tool = budget.value(tool);
    let members = tool.as_object_mut()?;
    let kind = members.get("type")?.clone();
    members.entry("name").or_insert(kind);
    Some(tool)
}
