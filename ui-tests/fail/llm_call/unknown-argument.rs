use agent_otel::{Usage, llm_call};

#[llm_call(provider = "openai", temprature = 0.7)]
async fn complete(prompt: &str) -> Usage {
    Usage::new(prompt.len() as u64, 1)
}

fn main() {}
