#![deny(warnings)]
#![forbid(unsafe_code)]

//! Every argument at once, in every form it has.

use agent_otel::{Usage, llm_call};

#[derive(Default)]
pub struct Request {
    pub model: String,
    pub temperature: Option<f32>,
    pub stop: Vec<String>,
    pub limit: u32,
}

#[llm_call(
    provider = "openai",
    operation = "chat",
    model = request.model,
    temperature = request.temperature,
    top_p = 0.9,
    top_k = 40,
    max_tokens = request.limit,
    seed = seed,
    stop_sequences = request.stop,
    frequency_penalty = 0.5_f32,
    presence_penalty = -0.5,
    choice_count = 1,
    reasoning_level = "low",
    output_type = json,
    url = "https://api.openai.com/v1",
    prompt("greeting", version),
    input = messages,
    system = "You answer.",
    tools = tools,
    output,
    conversation_id = version,
    attributes("app.tier" = "gold"),
)]
pub async fn complete(
    request: &Request,
    seed: Option<i64>,
    version: u32,
    messages: &[&str],
    tools: serde_json::Value,
) -> Result<serde_json::Value, std::fmt::Error> {
    let _ = (request, seed, version, messages);
    Ok(tools)
}

#[llm_call(provider = "openai", operation = embeddings, stop_sequences = "end", usage = manual)]
pub fn embed(text: &str) -> Vec<f32> {
    vec![text.len() as f32]
}

#[llm_call(provider = provider, request = request)]
pub async fn by_request(provider: &str, request: &serde_json::Value) -> (serde_json::Value, Usage) {
    let _ = provider;
    (request.clone(), Usage::new(1, 1))
}

fn main() {
    assert_eq!(embed("a"), [1.0]);
}
