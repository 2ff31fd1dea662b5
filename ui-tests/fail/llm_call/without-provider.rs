use agent_otel::{Usage, llm_call};

#[llm_call(model = "gpt-4o-mini")]
async fn complete(prompt: &str) -> Usage {
    Usage::new(prompt.len() as u64, 1)
}

fn main() {}
