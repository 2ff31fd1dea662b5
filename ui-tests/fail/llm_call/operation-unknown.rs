use agent_otel::{Usage, llm_call};

#[llm_call(provider = "openai", operation = "embedings")]
async fn embed(text: &str) -> Usage {
    Usage::new(text.len() as u64, 0)
}

fn main() {}
