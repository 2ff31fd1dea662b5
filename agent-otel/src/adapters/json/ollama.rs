//! The API of Ollama: chats, completions and embeddings.

use serde_json::Value;

use super::read::{count, integer, list, member, number, text, texts};
use crate::content::{self, shape};
use crate::request::Request;
use crate::response::Response;
use crate::semconv::value::output_type;
use crate::usage::Usage;

/// The one choice that there is.
const CHOICE: usize = 0;

pub(super) fn is_request(body: &Value) -> bool {
    let has = |keys: &[&str]| keys.iter().any(|key| body.get(key).is_some());
    has(&[
        "options",
        "keep_alive",
        "think",
        "format",
        "raw",
        "template",
    ]) || (has(&["prompt"]) && has(&["context", "images", "system"]))
}

pub(in crate::adapters) fn request(body: &Value, request: &mut Request) {
    let format = member(body, "format").filter(|format| format.as_str() != Some(""));
    request
        .model(&text(body, "model"))
        .dimension_count(&integer(body, "dimensions"))
        .stream(&body.get("stream").and_then(Value::as_bool))
        .reasoning_level(&text(body, "think"))
        .output_type(&format.map(|_| output_type::JSON));
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
        Some(prompt) => Some(shape::messages(&[prompt], |prompt, budget| {
            let mut parts = shape::parts(Some(prompt), budget);
            parts.extend(shape::images(body, budget));
            shape::message_of("user", parts)
        })),
        None => body
            .get("messages")
            .map(|_| shape::conversation(list(body, "messages"), "user")),
    };
    request.system = member(body, "system").map(shape::instructions);
    request.tools = shape::definitions(list(body, "tools"));
}

/// Vectors, or the one that there was before there were several.
pub(super) fn is_embedding(body: &Value) -> bool {
    let has = |key| body.get(key).is_some_and(Value::is_array);
    (has("embeddings") && body.get("meta").is_none()) || has("embedding")
}

/// An answer, or an item of a stream, which has the same shape; the last one tells the usage.
pub(super) fn response(body: &Value, response: &mut Response) {
    response.identify(None, text(body, "model"));
    if let Some(reason) = text(body, "done_reason") {
        response.ended(CHOICE, reason);
    }
    let vectors = list(body, "embeddings");
    let vector = vectors.first().or_else(|| body.get("embedding"));
    if let Some(vector) = vector.and_then(Value::as_array) {
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
        response.output_part_of(CHOICE, |budget| shape::call(call, budget));
    }
}
