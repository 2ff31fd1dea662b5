//! The API of Ollama: chats, completions and embeddings.

use serde_json::Value;

use super::parts::{self, Medium, blocks, called, chat_tool, media, part_of, tool_response};
use super::read::{count, integer, list, member, number, text, texts};
use crate::budget::Budget;
use crate::content;
use crate::request::Request;
use crate::response::Response;
use crate::semconv::value::output_type;
use crate::usage::Usage;

/// The one choice that there is.
const CHOICE: usize = 0;

pub(super) fn is_request(body: &Value) -> bool {
    [
        "options",
        "keep_alive",
        "think",
        "format",
        "raw",
        "template",
    ]
    .iter()
    .any(|key| body.get(key).is_some())
}

pub(in crate::adapters) fn request(body: &Value, request: &mut Request) {
    request
        .model(&text(body, "model"))
        .dimension_count(&integer(body, "dimensions"))
        .stream(&body.get("stream").and_then(Value::as_bool))
        .reasoning_level(&text(body, "think"))
        .output_type(&member(body, "format").map(|_| output_type::JSON));
    if let Some(options) = body.get("options") {
        self::options(options, request);
    }
    if content::is_captured() {
        contents(body, request);
    }
}

/// The parameters of the model.
pub(in crate::adapters) fn options(options: &Value, request: &mut Request) {
    request
        .temperature(&number(options, "temperature"))
        .top_p(&number(options, "top_p"))
        .top_k(&integer(options, "top_k"))
        // -1 and -2 stand for no limit, and are no number of tokens.
        .max_tokens(&integer(options, "num_predict").filter(|tokens| *tokens >= 0))
        .seed(&integer(options, "seed"))
        .frequency_penalty(&number(options, "frequency_penalty"))
        .presence_penalty(&number(options, "presence_penalty"))
        .stop_sequences(&texts(options, "stop"));
}

fn contents(body: &Value, request: &mut Request) {
    request.input = match body.get("prompt") {
        Some(prompt) => Some(parts::messages(&[prompt], |prompt, budget| {
            let mut parts = blocks(Some(prompt), budget);
            parts.extend(images(body, budget));
            parts::message("user", parts)
        })),
        None => body
            .get("messages")
            .map(|_| parts::messages(list(body, "messages"), message)),
    };
    request.system =
        member(body, "system").map(|system| blocks(Some(system), &mut Budget::default()).into());
    request.tools = parts::tools(list(body, "tools"), chat_tool);
}

pub(in crate::adapters) fn message(message: &Value, budget: &mut Budget) -> Value {
    let role = text(message, "role").unwrap_or("user");
    let content = text(message, "content").unwrap_or_default();
    let mut parts = Vec::new();
    if let Some(thought) = text(message, "thinking") {
        parts.extend(part_of("reasoning", thought, budget));
    }
    if role == "tool" {
        parts.extend(tool_response(None, message.get("content"), budget));
    } else {
        parts.extend(part_of("text", content, budget));
    }
    parts.extend(images(message, budget));
    parts.extend(
        list(message, "tool_calls")
            .iter()
            .filter_map(|call| self::call(call, budget)),
    );
    parts::message(role, parts)
}

fn images(message: &Value, budget: &mut Budget) -> Vec<Value> {
    let images = list(message, "images").iter().filter_map(Value::as_str);
    images
        .filter_map(|data| media(Medium::Data(data, None), "image", budget))
        .collect()
}

/// A tool call, which has no id where the server is of an older kind.
fn call(call: &Value, budget: &mut Budget) -> Option<Value> {
    let function = call.get("function").unwrap_or(call);
    called(
        text(call, "id"),
        text(function, "name").unwrap_or_default(),
        member(function, "arguments"),
        budget,
    )
}

pub(super) fn is_embedding(body: &Value) -> bool {
    body.get("embeddings").is_some_and(Value::is_array) && body.get("meta").is_none()
}

/// An answer, or an item of a stream, which has the same shape; the last one tells the usage.
pub(super) fn response(body: &Value, response: &mut Response) {
    response.identify(None, text(body, "model"));
    if let Some(reason) = text(body, "done_reason") {
        response.ended(CHOICE, reason);
    }
    if let Some(vector) = list(body, "embeddings").first().and_then(Value::as_array) {
        response.dimension_count(vector.len());
    }
    response.usage(Usage {
        input_tokens: count(body, "prompt_eval_count"),
        output_tokens: count(body, "eval_count"),
        cache_read_input_tokens: count(body, "prompt_eval_cached_count"),
        ..Usage::default()
    });
    if content::is_captured() {
        let message = body.get("message").unwrap_or(body);
        answer(message, response);
    }
}

fn answer(message: &Value, response: &mut Response) {
    if let Some(thought) = text(message, "thinking") {
        response.output_reasoning_of(CHOICE, thought);
    }
    if let Some(answer) = text(message, "content").or_else(|| text(message, "response")) {
        response.output_text(answer);
    }
    for call in list(message, "tool_calls") {
        response.output_part_of(CHOICE, |budget| self::call(call, budget));
    }
}
