use agent_otel::llm_call;

#[llm_call(provider = "openai")]
fn complete(prompt: &str) -> impl Iterator<Item = char> + '_ {
    prompt.chars()
}

fn main() {}
