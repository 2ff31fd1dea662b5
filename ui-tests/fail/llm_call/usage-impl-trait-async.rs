use agent_otel::llm_call;

#[llm_call(provider = "openai")]
async fn complete(prompt: &str) -> impl Iterator<Item = char> {
    prompt.chars().collect::<Vec<_>>().into_iter()
}

fn main() {}
