//! [`Value`] in the shapes of the providers' APIs: one file a shape.
//!
//! Which shape a value has is told by members that only one of them has; no name of a model is looked at. What no shape
//! claims is read as the chat API of OpenAI, which most others speak, and of which any part may be missing.

mod anthropic;
pub(super) mod bedrock;
mod cohere;
mod gemini;
pub(super) mod ollama;
pub(super) mod openai_chat;
mod openai_completions;
mod openai_embeddings;
pub(super) mod openai_responses;
pub(super) mod read;
mod text;

use serde_json::Value;

use self::read::{list, member, text};
use crate::chunk::LlmChunk;
use crate::llm_response::LlmResponse;
use crate::request::{LlmRequest, Request};
use crate::response::Response;
use crate::usage::Usage;

/// Read in the shape that its members tell: OpenAI chat (and what speaks it, such as Mistral), completions, responses and
/// embeddings, Anthropic messages, Gemini, Bedrock Converse, Ollama, Cohere.
impl LlmRequest for Value {
    fn describe(&self, request: &mut Request) {
        let describe = if gemini::is_request(self) {
            gemini::request
        } else if self.get("messages").is_some() {
            if bedrock::is_request(self) {
                bedrock::request
            } else if ollama::is_request(self) {
                ollama::request
            } else if cohere::is_request(self) {
                cohere::request
            } else if anthropic::is_request(self) {
                anthropic::request
            } else {
                openai_chat::request
            }
        } else if gemini::is_embeddings_request(self) {
            gemini::embeddings_request
        } else if cohere::is_embeddings_request(self) {
            cohere::embeddings_request
        } else if openai_embeddings::is_request(self, &request.operation) {
            openai_embeddings::request
        } else if openai_responses::is_request(self) {
            openai_responses::request
        } else if ollama::is_request(self) {
            ollama::request
        } else if self.get("prompt").is_some() {
            openai_completions::request
        } else if self.get("input").is_some() {
            openai_responses::request
        } else if bedrock::is_request(self) {
            bedrock::request
        } else {
            openai_chat::request
        };
        describe(self, request);
    }
}

/// Read in the shape that its members tell, as its requests are. The body of an error tells nothing.
impl LlmResponse for Value {
    fn describe(&self, response: &mut Response) {
        tell(self, response);
    }
}

/// Read in the shape that its members tell, as its requests are.
impl LlmChunk for Value {
    fn describe(&self, response: &mut Response) {
        tell(self, response);
    }
}

/// Whole responses and chunks of them do not collide, so either may come in the place of the other.
fn tell(value: &Value, response: &mut Response) {
    // First what comes most often, and in the greatest numbers.
    if value.get("choices").is_some() {
        return openai_chat::response(value, response);
    }
    if let Some(kind) = text(value, "type") {
        if kind.starts_with("response.") {
            return openai_responses::event(kind, value, response);
        }
        if anthropic::is_event(kind) {
            return anthropic::event(kind, value, response);
        }
        if cohere::is_event(kind) {
            return cohere::event(kind, value, response);
        }
    }
    if gemini::is_response(value) {
        gemini::response(value, response);
    } else if value.get("done").is_some() || ollama::is_embedding(value) {
        ollama::response(value, response);
    } else if openai_responses::is_response(value) {
        openai_responses::response(value, response);
    } else if anthropic::is_response(value) {
        anthropic::response(value, response);
    } else if bedrock::is_response(value) {
        bedrock::response(value, response);
    } else if cohere::is_response(value) {
        cohere::response(value, response);
    } else if openai_embeddings::is_response(value) {
        openai_embeddings::response(value, response);
    } else if !is_error(value) {
        openai_chat::response(value, response);
    }
}

/// The body of an error, however its provider spells it.
fn is_error(value: &Value) -> bool {
    member(value, "error").is_some()
        || text(value, "object") == Some("error")
        || value.get("message").is_some_and(Value::is_string)
        || !list(value, "detail").is_empty()
}

/// Usage of a shape that is not known: what its members are called tells how they are to be added.
fn usage(usage: &Value, known: Usage) -> Usage {
    if bedrock::is_usage(usage) {
        bedrock::usage(usage)
    } else if anthropic::is_usage(usage) {
        anthropic::usage(usage, known)
    } else {
        openai_chat::usage(usage)
    }
}
