#![deny(warnings)]
#![forbid(unsafe_code)]

//! Every mark of the derives, each on a field of a type that people have.

use std::borrow::Cow;
use std::sync::Arc;

use agent_otel::{LlmChunk, LlmRequest, LlmResponse, Usage, llm_call};
use futures::Stream;

#[derive(LlmRequest)]
pub struct Ask<'a> {
    #[llm(model)]
    pub model: Cow<'a, str>,
    #[llm(request)]
    pub parameters: Option<Parameters>,
    #[llm(stream)]
    pub stream: bool,
    #[llm(previous_response_id)]
    pub previous: Option<String>,
    #[llm(conversation_id)]
    pub conversation: u64,
    #[llm(compacted)]
    pub compacted: Option<bool>,
    #[llm(prompt_name)]
    pub prompt: &'static str,
    #[llm(prompt_version)]
    pub version: u32,
    #[llm(encoding_formats)]
    pub formats: Vec<String>,
    #[llm(dimension_count)]
    pub dimensions: Option<u16>,
    #[llm(openai_api_type)]
    pub api: &'a str,
    #[llm(openai_service_tier)]
    pub tier: Option<&'a str>,
    #[llm(aws_bedrock_guardrail_id)]
    pub guardrail: Option<String>,
    #[llm(aws_bedrock_knowledge_base_id)]
    pub knowledge: Option<String>,
    #[llm(input)]
    pub messages: Vec<Cow<'a, str>>,
    #[llm(system)]
    pub system: Option<String>,
    #[llm(tools)]
    pub tools: serde_json::Value,
}

#[derive(LlmRequest)]
pub struct Parameters(
    #[llm(temperature)] pub f32,
    #[llm(top_p)] pub Option<f64>,
    #[llm(top_k)]
    #[llm(max_tokens)]
    #[llm(seed)]
    #[llm(choice_count)]
    pub u8,
    #[llm(frequency_penalty)]
    #[llm(presence_penalty)]
    pub f32,
    #[llm(stop_sequences)] pub [&'static str; 1],
    #[llm(reasoning_level)]
    #[llm(output_type)]
    pub String,
);

#[derive(LlmResponse)]
pub struct Answer<T: LlmResponse> {
    #[llm(id)]
    pub id: String,
    #[llm(model)]
    pub model: Arc<str>,
    #[llm(finish_reason)]
    pub stop: Option<String>,
    #[llm(status)]
    pub status: &'static str,
    #[llm(output)]
    pub text: Box<str>,
    #[llm(response)]
    pub usage: T,
    #[llm(dimension_count)]
    pub dimensions: usize,
    #[llm(compacted)]
    pub compacted: bool,
    #[llm(openai_api_type)]
    #[llm(openai_service_tier)]
    #[llm(openai_system_fingerprint)]
    pub openai: Option<String>,
}

#[derive(LlmResponse)]
pub struct Tokens {
    #[llm(input_tokens)]
    #[llm(output_tokens)]
    pub total: u64,
    #[llm(cache_read_input_tokens)]
    #[llm(cache_write_input_tokens)]
    #[llm(reasoning_output_tokens)]
    pub parts: Option<i32>,
    #[llm(text_input_tokens)]
    #[llm(text_output_tokens)]
    #[llm(text_cache_read_input_tokens)]
    pub text: u32,
    #[llm(image_input_tokens)]
    #[llm(image_output_tokens)]
    #[llm(image_cache_read_input_tokens)]
    pub image: u32,
    #[llm(audio_input_tokens)]
    #[llm(audio_output_tokens)]
    #[llm(audio_cache_read_input_tokens)]
    pub audio: u32,
}

#[derive(LlmChunk)]
pub struct Piece<'a, T: LlmChunk> {
    #[llm(id)]
    pub id: String,
    #[llm(model)]
    pub model: Arc<str>,
    #[llm(finish_reason)]
    pub stop: Option<&'a str>,
    #[llm(output_text)]
    pub text: Cow<'a, str>,
    #[llm(chunk)]
    pub tokens: T,
    #[llm(chunk)]
    pub usage: Option<Usage>,
    #[llm(openai_service_tier)]
    #[llm(openai_system_fingerprint)]
    pub openai: Option<String>,
}

#[derive(LlmChunk)]
pub struct TokensSoFar {
    #[llm(input_tokens)]
    #[llm(output_tokens)]
    pub total: u64,
    #[llm(cache_read_input_tokens)]
    #[llm(cache_write_input_tokens)]
    #[llm(reasoning_output_tokens)]
    pub parts: Option<i32>,
    #[llm(text_input_tokens)]
    #[llm(text_output_tokens)]
    #[llm(text_cache_read_input_tokens)]
    pub text: u32,
    #[llm(image_input_tokens)]
    #[llm(image_output_tokens)]
    #[llm(image_cache_read_input_tokens)]
    pub image: u32,
    #[llm(audio_input_tokens)]
    #[llm(audio_output_tokens)]
    #[llm(audio_cache_read_input_tokens)]
    pub audio: u32,
}

#[llm_call(provider = "openai", model = "gpt-4o")]
pub fn pieces() -> impl Stream<Item = Piece<'static, TokensSoFar>> {
    futures::stream::empty()
}

#[llm_call(provider = "openai", request = request)]
pub async fn complete(request: &Ask<'_>, tokens: Tokens) -> Option<Answer<Tokens>> {
    let _ = (request, tokens);
    None
}

fn main() {}
