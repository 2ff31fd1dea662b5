//! Chats, completions and embeddings of [`ollama_rs`], whole or as the items of a stream.

use ollama_rs::generation::chat::request::ChatMessageRequest;
use ollama_rs::generation::chat::{ChatMessage, ChatMessageResponse};
use ollama_rs::generation::completion::GenerationResponse;
use ollama_rs::generation::completion::request::GenerationRequest;
use ollama_rs::generation::embeddings::GenerateEmbeddingsResponse;
use ollama_rs::generation::embeddings::request::GenerateEmbeddingsRequest;
use ollama_rs::generation::parameters::ThinkType;
use ollama_rs::models::ModelOptions;

use super::json::ollama::options;
use super::json_of;
use crate::budget::Budget;
use crate::chunk::LlmChunk;
use crate::content;
use crate::content::shape::{self, Medium, called, media, part_of};
use crate::llm_response::LlmResponse;
use crate::request::{LlmRequest, Request};
use crate::response::Response;
use crate::semconv::value::output_type;
use crate::usage::Usage;

/// The one choice that there is.
const CHOICE: usize = 0;

impl LlmRequest for ChatMessageRequest {
    fn describe(&self, request: &mut Request) {
        request
            .model(&self.model_name)
            .reasoning_level(&self.think.as_ref().and_then(level))
            .output_type(&self.format.as_ref().map(|_| output_type::JSON));
        parameters(self.options.as_ref(), request);
        if content::is_captured() {
            request.input = Some(shape::messages(&self.messages, |told, budget| {
                shape::message(&json_of(told), "user", budget)
            }));
            request.tools = shape::tools(&self.tools, |tool, budget| {
                Some(shape::definition(&json_of(tool), budget))
            });
        }
    }
}

impl LlmRequest for GenerationRequest<'_> {
    fn describe(&self, request: &mut Request) {
        request
            .model(&self.model_name)
            .reasoning_level(&self.think.as_ref().and_then(level))
            .output_type(&self.format.as_ref().map(|_| output_type::JSON));
        parameters(self.options.as_ref(), request);
        if content::is_captured() {
            request.input = Some(shape::messages(&[self], |told, budget| {
                let mut parts: Vec<_> = part_of("text", &told.prompt, budget).into_iter().collect();
                let images = told.images.iter();
                parts.extend(images.filter_map(|image| {
                    media(Medium::Data(image.to_base64(), None), "image", budget)
                }));
                shape::message_of("user", parts)
            }));
            request.system = self.system.as_ref().map(|told| {
                let part = part_of("text", told, &mut Budget::default());
                part.into_iter().collect()
            });
        }
    }
}

impl LlmRequest for GenerateEmbeddingsRequest {
    fn describe(&self, request: &mut Request) {
        request
            .model(&self.model_name)
            .dimension_count(&self.dimensions);
    }
}

/// The crate keeps the options of a model to itself, and tells them to a server only: as text, in which 0.9 is 0.9.
fn parameters(told: Option<&ModelOptions>, request: &mut Request) {
    let sent = told.and_then(|told| serde_json::to_string(told).ok());
    let sent = sent.and_then(|sent| serde_json::from_str(&sent).ok());
    if let Some(sent) = sent {
        options(&sent, request);
    }
}

/// How hard a model is to think; whether it is to think at all is no level.
fn level(think: &ThinkType) -> Option<&'static str> {
    match think {
        ThinkType::Low => Some("low"),
        ThinkType::Medium => Some("medium"),
        ThinkType::High => Some("high"),
        _ => None,
    }
}

impl LlmResponse for ChatMessageResponse {
    fn describe(&self, response: &mut Response) {
        LlmChunk::describe(self, response);
    }
}

impl LlmChunk for ChatMessageResponse {
    fn describe(&self, response: &mut Response) {
        begin(response, &self.model, self.done);
        answer(&self.message, response);
        if let Some(last) = &self.final_data {
            response.usage(Usage::new(last.prompt_eval_count, last.eval_count));
        }
    }
}

impl LlmResponse for GenerationResponse {
    fn describe(&self, response: &mut Response) {
        LlmChunk::describe(self, response);
    }
}

impl LlmChunk for GenerationResponse {
    fn describe(&self, response: &mut Response) {
        begin(response, &self.model, self.done);
        if let Some(thought) = &self.thinking {
            response.output_reasoning_of(CHOICE, thought);
        }
        response.output_text(&self.response).usage(Usage {
            input_tokens: self.prompt_eval_count,
            output_tokens: self.eval_count,
            ..Usage::default()
        });
    }
}

/// An item of a completion's stream is a list.
impl LlmChunk for Vec<GenerationResponse> {
    fn describe(&self, response: &mut Response) {
        for chunk in self {
            LlmChunk::describe(chunk, response);
        }
    }
}

/// The crate leaves out which model answered, and how many tokens it has read.
impl LlmResponse for GenerateEmbeddingsResponse {
    fn describe(&self, response: &mut Response) {
        if let Some(first) = self.embeddings.first() {
            response.dimension_count(first.len());
        }
    }
}

fn begin(response: &mut Response, model: &str, done: bool) {
    response.identify(None, Some(model));
    if done {
        // The crate does not tell why; the server ends a message that it does not cut.
        response.ended(CHOICE, "stop");
    }
}

fn answer(message: &ChatMessage, response: &mut Response) {
    if let Some(thought) = &message.thinking {
        response.output_reasoning_of(CHOICE, thought);
    }
    response.output_text(&message.content);
    for call in &message.tool_calls {
        response.output_part_of(CHOICE, |budget| {
            called(
                None,
                &call.function.name,
                Some(&call.function.arguments),
                budget,
            )
        });
    }
}
