use agent_otel::llm_call;

#[llm_call(provider = "openai")]
fn complete(prompt: &str) -> Result<String, std::fmt::Error> {
    Ok(prompt.to_owned())
}

fn main() {}
