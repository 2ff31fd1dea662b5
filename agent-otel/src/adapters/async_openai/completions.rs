//! Completions of the API that came before chats.

use async_openai::types::chat::{CompletionFinishReason, Prompt};
use async_openai::types::completions::{CreateCompletionRequest, CreateCompletionResponse};

use super::{read_usage, stop};
use crate::budget::Budget;
use crate::chunk::LlmChunk;
use crate::content;
use crate::llm_response::LlmResponse;
use crate::request::{LlmRequest, Request};
use crate::response::Response;

impl LlmRequest for CreateCompletionRequest {
    fn describe(&self, request: &mut Request) {
        request
            .model(&self.model)
            .temperature(&self.temperature)
            .top_p(&self.top_p)
            .max_tokens(&self.max_tokens)
            .seed(&self.seed)
            .frequency_penalty(&self.frequency_penalty)
            .presence_penalty(&self.presence_penalty)
            .choice_count(&self.n)
            .stream(&self.stream);
        stop(self.stop.as_ref(), request);
        if content::is_captured() {
            let mut budget = Budget::default();
            request.input = match &self.prompt {
                Prompt::String(text) => Some(budget.head(text).into()),
                Prompt::StringArray(texts) => {
                    Some(texts.iter().map(|text| budget.head(text)).collect())
                }
                // Tokens are no text that people can read.
                Prompt::IntegerArray(_) | Prompt::ArrayOfIntegerArray(_) => None,
            };
        }
    }
}

impl LlmResponse for CreateCompletionResponse {
    fn describe(&self, response: &mut Response) {
        LlmChunk::describe(self, response);
    }
}

impl LlmChunk for CreateCompletionResponse {
    fn describe(&self, response: &mut Response) {
        response.identify(Some(&self.id), Some(&self.model));
        for choice in &self.choices {
            let index = usize::try_from(choice.index).unwrap_or(usize::MAX);
            if let Some(reason) = choice.finish_reason {
                response.ended(index, finish_reason(reason));
            }
            response.output_text_of(index, &choice.text);
        }
        if let Some(fingerprint) = &self.system_fingerprint {
            response.openai_system_fingerprint(fingerprint);
        }
        if let Some(usage) = &self.usage {
            response.usage(read_usage(usage));
        }
    }
}

fn finish_reason(reason: CompletionFinishReason) -> &'static str {
    match reason {
        CompletionFinishReason::Stop => "stop",
        CompletionFinishReason::Length => "length",
        CompletionFinishReason::ContentFilter => "content_filter",
    }
}
