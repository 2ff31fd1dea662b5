use agent_otel::{Usage, llm_call};

#[llm_call(provider = "openai", prompt("greeting", verson))]
async fn complete(prompt: &str, version: u32) -> Usage {
    Usage::new(prompt.len() as u64, version.into())
}

fn main() {}
