//! The responses API of OpenAI, and of those that speak it.

use serde_json::Value;

use super::openai_chat::{self, format_type};
use super::read::{index, integer, list, member, number, text};
use crate::content::{self, shape};
use crate::request::Request;
use crate::response::Response;
use crate::semconv::value::openai_api;

/// The one choice that there is.
const CHOICE: usize = 0;

/// Members that no other API has. A bare model and input may be embeddings as well.
pub(super) fn is_request(body: &Value) -> bool {
    [
        "instructions",
        "max_output_tokens",
        "previous_response_id",
        "conversation",
        "reasoning",
        "store",
        "include",
        "background",
    ]
    .iter()
    .any(|key| body.get(key).is_some())
        || body.get("prompt").is_some_and(Value::is_object)
        || list(body, "input").iter().any(Value::is_object)
}

pub(super) fn request(body: &Value, request: &mut Request) {
    let reasoning = body
        .get("reasoning")
        .and_then(|reasoning| text(reasoning, "effort"));
    let format = body.get("text").and_then(|text| text.get("format"));
    let format = format.and_then(|format| text(format, "type"));
    let conversation = body.get("conversation");
    let conversation = conversation.and_then(|told| told.as_str().or_else(|| text(told, "id")));
    request
        .openai_api_type(openai_api::RESPONSES)
        .model(&text(body, "model"))
        .temperature(&number(body, "temperature"))
        .top_p(&number(body, "top_p"))
        .max_tokens(&integer(body, "max_output_tokens"))
        .stream(&body.get("stream").and_then(Value::as_bool))
        .reasoning_level(&reasoning)
        .output_type(&format.map(format_type))
        .openai_service_tier(&text(body, "service_tier"))
        .previous_response_id(&text(body, "previous_response_id"))
        .conversation_id(&conversation)
        .compacted(&list(body, "input").iter().any(is_compaction));
    if let Some(prompt) = body.get("prompt") {
        request
            .prompt_name(&text(prompt, "id"))
            .prompt_version(&text(prompt, "version"));
    }
    if content::is_captured() {
        contents(body, request);
    }
}

/// The input, the instructions and the tools.
pub(in crate::adapters) fn contents(body: &Value, request: &mut Request) {
    request.input = match member(body, "input") {
        // The items that tell no role are those of the model.
        Some(Value::Array(items)) => Some(shape::conversation(items, "assistant")),
        text => text.map(|text| shape::conversation(std::slice::from_ref(text), "user")),
    };
    request.system = member(body, "instructions").map(shape::instructions);
    request.tools = shape::definitions(list(body, "tools"));
}

fn is_compaction(item: &Value) -> bool {
    text(item, "type") == Some("compaction")
}

pub(super) fn is_response(body: &Value) -> bool {
    text(body, "object") == Some("response")
        || (body.get("output").is_some_and(Value::is_array) && body.get("status").is_some())
}

/// A response, whole or as far as it has come.
pub(super) fn response(body: &Value, response: &mut Response) {
    begin(body, response);
    if content::is_captured() && !list(body, "output").is_empty() {
        // Pieces may have come before; what was answered is told here again, and whole.
        response.output_anew();
        for item in list(body, "output") {
            output(item, response);
        }
    }
}

/// All but what was answered.
fn begin(body: &Value, response: &mut Response) {
    response
        .openai_api_type(openai_api::RESPONSES)
        .identify(text(body, "id"), text(body, "model"))
        .compacted(list(body, "output").iter().any(is_compaction));
    if let Some(status) = text(body, "status") {
        response.status(status);
        let incomplete = body.get("incomplete_details");
        let reason = incomplete.and_then(|details| text(details, "reason"));
        if let Some(reason) = finish_reason(status, reason) {
            response.ended(CHOICE, reason);
        }
    }
    if let Some(tier) = text(body, "service_tier") {
        response.openai_service_tier(tier);
    }
    if let Some(usage) = member(body, "usage") {
        response.usage(openai_chat::usage(usage));
    }
}

/// Why a response ended, as the conventions have it of this API, which tells no reason but a state.
pub(in crate::adapters) fn finish_reason<'a>(
    status: &'a str,
    incomplete: Option<&'a str>,
) -> Option<&'a str> {
    match (status, incomplete) {
        ("completed", _) => Some("stop"),
        ("failed" | "cancelled", _) => Some("error"),
        ("incomplete", Some("max_output_tokens")) => Some("length"),
        ("incomplete", reason) => Some(reason.unwrap_or(status)),
        _ => None,
    }
}

pub(in crate::adapters) fn output(item: &Value, response: &mut Response) {
    let is_message = text(item, "type").is_none_or(|kind| kind == "message");
    let parts = if is_message {
        list(item, "content")
    } else {
        std::slice::from_ref(item)
    };
    for told in parts {
        response.output_part_of(CHOICE, |budget| shape::part(told, budget));
    }
}

/// An event of a stream.
pub(super) fn event(kind: &str, event: &Value, response: &mut Response) {
    match kind {
        "response.created" | "response.queued" | "response.in_progress" => {
            if let Some(told) = event.get("response") {
                begin(told, response);
            }
        }
        "response.completed" | "response.incomplete" | "response.failed" => {
            if let Some(told) = event.get("response") {
                self::response(told, response);
            }
        }
        _ if content::is_captured() => delta(kind, event, response),
        _ => {}
    }
}

/// The next piece of an answer.
fn delta(kind: &str, event: &Value, response: &mut Response) {
    let at = index(event, "output_index", 0);
    let delta = text(event, "delta").unwrap_or_default();
    match kind {
        "response.output_text.delta" => {
            response.output_text(delta);
        }
        "response.refusal.delta" => {
            response.output_refusal_of(CHOICE, delta);
        }
        "response.reasoning_text.delta" | "response.reasoning_summary_text.delta" => {
            response.output_reasoning_of(CHOICE, delta);
        }
        "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta" => {
            response.output_tool_call_of(CHOICE, at, None, None, delta);
        }
        "response.output_item.added" => {
            let call = event.get("item").filter(|item| {
                matches!(
                    text(item, "type"),
                    Some("function_call" | "custom_tool_call")
                )
            });
            if let Some(call) = call {
                let (id, name) = (text(call, "call_id"), text(call, "name"));
                response.output_tool_call_of(CHOICE, at, id, name, "");
            }
        }
        _ => {}
    }
}
