use agent_otel::{Usage, llm_call};

#[llm_call(provider = "openai", output_type = jsn)]
async fn complete(prompt: &str) -> Usage {
    Usage::new(prompt.len() as u64, 1)
}

fn main() {}
