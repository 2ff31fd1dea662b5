use agent_otel::{Usage, llm_call};

#[llm_call(provider = "openai", max_tokens = limit)]
async fn complete(limit: f64) -> Usage {
    Usage::new(limit as u64, 1)
}

fn main() {}
