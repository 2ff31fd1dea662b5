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
    stream = true,
    previous_response_id = Some("resp_1"),
    compacted = false,
    service_tier = "flex",
    api_type = chat_completions,
    prompt("greeting", version),
    prompt_variables(tone = "warm", "seed" = seed),
    input = messages,
    system = "You answer.",
    tools = tools,
    output,
    conversation_id = version,
    user_id = version,
    session_id = "s-1",
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

#[llm_call(provider = "openai", operation = text_completion, stop_sequences = "end", usage = manual)]
pub fn embed(text: &str) -> Vec<f32> {
    vec![text.len() as f32]
}

#[llm_call(provider = "aws.bedrock", guardrail_id = "g-1", knowledge_base_id = Some("k-1"), usage = manual)]
pub fn guarded(text: &str) -> usize {
    text.len()
}

#[llm_call(
    provider = "openai",
    operation = fetch_response,
    response_id = id,
    stream_cursor = 42,
    api_type = responses,
    url = "https://api.openai.com",
    system = "You answer.",
    tools = [id],
    output,
)]
pub async fn fetch(id: &str) -> Result<String, std::fmt::Error> {
    Ok(id.to_owned())
}

#[llm_call(provider = provider, request = request)]
pub async fn by_request(provider: &str, request: &serde_json::Value) -> (serde_json::Value, Usage) {
    let _ = provider;
    (request.clone(), Usage::new(1, 1))
}

fn main() {
    assert_eq!(embed("a"), [1.0]);
}
