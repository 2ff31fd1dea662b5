//! The second version of Cohere's API: chats and embeddings.

use serde_json::Value;

use super::openai_chat;
use super::read::{count, detail, index, integer, list, member, number, text, texts};
use crate::content::{self, shape};
use crate::request::Request;
use crate::response::Response;
use crate::usage::Usage;

/// The one choice that there is.
const CHOICE: usize = 0;

/// Members that no other API has. Some that Anthropic has, too, such as `thinking`, mean the same to both.
pub(super) fn is_request(body: &Value) -> bool {
    [
        "p",
        "k",
        "documents",
        "safety_mode",
        "citation_options",
        "strict_tools",
    ]
    .iter()
    .any(|key| body.get(key).is_some())
}

pub(super) fn request(body: &Value, request: &mut Request) {
    openai_chat::parameters(body, request);
    request
        .top_p(&number(body, "p"))
        .top_k(&integer(body, "k"))
        .stop_sequences(&texts(body, "stop_sequences"));
    if content::is_captured() {
        openai_chat::contents(body, request);
    }
}

pub(super) fn is_embeddings_request(body: &Value) -> bool {
    let has = |key| body.get(key).is_some();
    has("input_type") && (has("texts") || has("inputs") || has("images"))
}

pub(super) fn embeddings_request(body: &Value, request: &mut Request) {
    request
        .model(&text(body, "model"))
        .dimension_count(&integer(body, "output_dimension"))
        .encoding_formats(&texts(body, "embedding_types"));
}

/// A whole answer, or embeddings.
pub(super) fn is_response(body: &Value) -> bool {
    let is_answer = body.get("message").is_some_and(Value::is_object);
    is_answer
        || body
            .get("meta")
            .is_some_and(|meta| meta.get("billed_units").is_some())
}

/// The answer does not name its model.
pub(super) fn response(body: &Value, response: &mut Response) {
    response.identify(text(body, "id"), None);
    ended(body, response);
    if let Some(meta) = body.get("meta") {
        response.usage(usage(meta));
    }
    if let Some(length) = vector(body) {
        response.dimension_count(length);
    }
    let message = body.get("message").filter(|_| content::is_captured());
    let Some(message) = message else {
        return;
    };
    if let Some(plan) = text(message, "tool_plan") {
        response.output_reasoning_of(CHOICE, plan);
    }
    for block in list(message, "content") {
        grown(block, response);
    }
    for call in list(message, "tool_calls") {
        response.output_part_of(CHOICE, |budget| shape::call(call, budget));
    }
}

/// The length of a vector: they are grouped by their encoding, and some encodings pack several numbers into one.
fn vector(body: &Value) -> Option<usize> {
    let vectors = body.get("embeddings")?;
    let vectors = vectors
        .get("float")
        .or_else(|| vectors.get("int8"))
        .unwrap_or(vectors);
    vectors.get(0)?.as_array().map(Vec::len)
}

fn ended(told: &Value, response: &mut Response) {
    if let Some(reason) = text(told, "finish_reason") {
        response.ended(CHOICE, reason);
    }
    if let Some(usage) = member(told, "usage") {
        response.usage(self::usage(usage));
    }
}

pub(super) fn is_event(kind: &str) -> bool {
    ["message-", "content-", "tool-", "citation-"]
        .iter()
        .any(|family| kind.starts_with(family))
}

/// An event of a stream.
pub(super) fn event(kind: &str, event: &Value, response: &mut Response) {
    match kind {
        "message-start" => {
            response.identify(text(event, "id"), None);
        }
        "message-end" => {
            if let Some(delta) = event.get("delta") {
                ended(delta, response);
            }
        }
        _ if content::is_captured() => {
            if let Some(message) = event.get("delta").and_then(|delta| delta.get("message")) {
                delta(message, index(event, "index", 0), response);
            }
        }
        _ => {}
    }
}

fn delta(message: &Value, at: usize, response: &mut Response) {
    if let Some(plan) = text(message, "tool_plan") {
        response.output_reasoning_of(CHOICE, plan);
    }
    if let Some(block) = message.get("content") {
        grown(block, response);
    }
    if let Some(call) = message.get("tool_calls").filter(|call| call.is_object()) {
        let function = call.get("function").unwrap_or(call);
        let arguments = text(function, "arguments").unwrap_or_default();
        let (id, name) = (text(call, "id"), text(function, "name"));
        response.output_tool_call_of(CHOICE, at, id, name, arguments);
    }
}

/// A block of an answer, or the next piece of one.
fn grown(block: &Value, response: &mut Response) {
    match (text(block, "text"), text(block, "thinking")) {
        (Some(text), _) => response.output_text(text),
        (None, Some(thought)) => response.output_reasoning_of(CHOICE, thought),
        (None, None) => response.output_part_of(CHOICE, |budget| shape::part(block, budget)),
    };
}

/// What is billed counts for more than what was consumed, as the conventions ask. What came from the cache is not billed,
/// so it is a part of what was consumed only.
fn usage(usage: &Value) -> Usage {
    let billed = |key| detail(usage, "billed_units", key);
    let consumed = |key| detail(usage, "tokens", key);
    let input = billed("input_tokens");
    let output = billed("output_tokens").or_else(|| consumed("output_tokens"));
    Usage {
        input_tokens: input.or_else(|| consumed("input_tokens")),
        output_tokens: output,
        cache_read_input_tokens: count(usage, "cached_tokens").filter(|_| input.is_none()),
        reasoning_output_tokens: consumed("reasoning_tokens").filter(|part| output >= Some(*part)),
        ..Usage::default()
    }
}
