use agent_otel::llm_call;

#[llm_call(provider = "openai")]
async fn complete(prompt: &str) -> Result<impl AsRef<str>, std::fmt::Error> {
    Ok(prompt.to_owned())
}

fn main() {}
