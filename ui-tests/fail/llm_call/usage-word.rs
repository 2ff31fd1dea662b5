use agent_otel::llm_call;

#[llm_call(provider = "openai", usage)]
async fn complete(prompt: &str) -> String {
    prompt.to_owned()
}

fn main() {}
