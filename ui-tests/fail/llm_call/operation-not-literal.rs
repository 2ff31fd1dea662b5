use agent_otel::{Usage, llm_call};

#[llm_call(provider = "openai", operation = if text.is_empty() { "chat" } else { "embeddings" })]
async fn embed(text: &str) -> Usage {
    Usage::new(text.len() as u64, 0)
}

fn main() {}
