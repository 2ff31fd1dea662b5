use agent_otel::llm_call;

#[llm_call(provider = "openai")]
async fn complete<T: From<String>>(prompt: String) -> T {
    prompt.into()
}

fn main() {}
