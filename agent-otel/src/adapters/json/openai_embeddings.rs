//! The embeddings API of OpenAI, and of those that speak it.

use serde_json::Value;

use super::openai_chat;
use super::read::{count, integer, list, text, texts};
use crate::request::Request;
use crate::response::Response;
use crate::semconv::value::operation;
use crate::usage::Usage;

/// A text to embed and a text to answer look alike, so it counts what is done with it.
pub(super) fn is_request(body: &Value, operation: &str) -> bool {
    let has = |key| body.get(key).is_some();
    has("input")
        && (operation == operation::EMBEDDINGS || has("encoding_format") || has("dimensions"))
}

pub(super) fn request(body: &Value, request: &mut Request) {
    // The second name is Mistral's.
    let dimensions = integer(body, "dimensions").or_else(|| integer(body, "output_dimension"));
    request
        .model(&text(body, "model"))
        .dimension_count(&dimensions)
        .encoding_formats(&texts(body, "encoding_format"));
}

pub(super) fn is_response(body: &Value) -> bool {
    list(body, "data")
        .first()
        .is_some_and(|first| first.get("embedding").is_some())
}

pub(super) fn response(body: &Value, response: &mut Response) {
    response.identify(None, text(body, "model"));
    // An embedding in base64 tells its length to nobody but its reader.
    let vector = list(body, "data")
        .first()
        .map(|first| list(first, "embedding"));
    if let Some(vector) = vector.filter(|vector| !vector.is_empty()) {
        response.dimension_count(vector.len());
    }
    if let Some(usage) = body.get("usage") {
        // There is no output, so the total says as much where it stands alone.
        let input = openai_chat::usage(usage).input_tokens;
        response.usage(Usage {
            input_tokens: input.or_else(|| count(usage, "total_tokens")),
            ..Usage::default()
        });
    }
}
