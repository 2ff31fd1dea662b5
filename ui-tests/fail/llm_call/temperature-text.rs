use agent_otel::{Usage, llm_call};

#[llm_call(provider = "openai", temperature = heat)]
async fn complete(heat: &str) -> Usage {
    Usage::new(heat.len() as u64, 1)
}

fn main() {}
