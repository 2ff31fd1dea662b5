//! Embeddings.

use async_openai::types::embeddings::{
    CreateBase64EmbeddingResponse, CreateEmbeddingRequest, CreateEmbeddingResponse, EncodingFormat,
};

use crate::llm_response::LlmResponse;
use crate::request::{LlmRequest, Request};
use crate::response::Response;
use crate::usage::Usage;

impl LlmRequest for CreateEmbeddingRequest {
    fn describe(&self, request: &mut Request) {
        let format = self.encoding_format.as_ref().map(|format| match format {
            EncodingFormat::Float => ["float"],
            EncodingFormat::Base64 => ["base64"],
        });
        request
            .model(&self.model)
            .dimension_count(&self.dimensions)
            .encoding_formats(&format);
    }
}

impl LlmResponse for CreateEmbeddingResponse {
    fn describe(&self, response: &mut Response) {
        response.identify(None, Some(&self.model));
        if let Some(first) = self.data.first() {
            response.dimension_count(first.embedding.len());
        }
        response.usage(Usage {
            input_tokens: Some(self.usage.prompt_tokens.into()),
            ..Usage::default()
        });
    }
}

impl LlmResponse for CreateBase64EmbeddingResponse {
    fn describe(&self, response: &mut Response) {
        response.identify(None, Some(&self.model));
        response.usage(Usage {
            input_tokens: Some(self.usage.prompt_tokens.into()),
            ..Usage::default()
        });
    }
}
