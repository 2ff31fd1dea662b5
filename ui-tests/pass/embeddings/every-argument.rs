#![deny(warnings)]
#![forbid(unsafe_code)]

//! Every argument at once, in every form it has.

use agent_otel::{LlmRequest, LlmResponse, Usage, embeddings, llm_call};

#[derive(LlmResponse)]
pub struct Embedded {
    #[llm(response)]
    pub usage: Usage,
    pub vectors: Vec<Vec<f32>>,
}

#[derive(LlmRequest)]
pub struct Request {
    #[llm(model)]
    pub model: &'static str,
}

#[embeddings(
    provider = "openai",
    model = model,
    dimensions = dimensions,
    encoding_formats = ["float", "base64"],
    url = "https://api.openai.com",
    conversation_id = 42,
    user_id = 1,
    session_id = "s",
    attributes("app.tier" = "gold"),
)]
pub async fn embed(model: &str, dimensions: Option<u32>, texts: &[String]) -> Result<Embedded, std::fmt::Error> {
    let _ = (model, dimensions, texts);
    Ok(Embedded { usage: Usage::new(1, 0), vectors: Vec::new() })
}

#[embeddings(provider = provider, request = request)]
pub fn by_request(provider: &str, request: &Request) -> Option<Usage> {
    let _ = (provider, request);
    Some(Usage::new(1, 0))
}

#[embeddings(provider = "local", encoding_formats = "float", usage = manual)]
pub fn by_hand(text: &str) -> Vec<f32> {
    agent_otel::current().usage(Usage::new(text.len() as u64, 0));
    Vec::new()
}

#[llm_call(provider = "openai", operation = embeddings, model = "small", dimensions = 2, usage = manual)]
pub fn by_the_front_door(text: &str) -> Vec<f32> {
    vec![text.len() as f32]
}

fn main() {
    assert!(by_hand("a").is_empty());
    assert_eq!(by_the_front_door("a"), [1.0]);
}
