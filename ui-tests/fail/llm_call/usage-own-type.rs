use agent_otel::llm_call;

struct Completion {
    text: String,
}

#[llm_call(provider = "openai")]
async fn complete(prompt: &str) -> Result<Completion, std::fmt::Error> {
    Ok(Completion {
        text: prompt.to_owned(),
    })
}

fn main() {
    let _ = async { complete("").await.map(|completion| completion.text) };
}
