use agent_otel::{Usage, llm_call};

#[llm_call(provider = openai, model = gpt, attributes("app.tier" = gold))]
async fn complete(prompt: &str) -> Usage {
    Usage::new(prompt.len() as u64, 1)
}

fn main() {}
