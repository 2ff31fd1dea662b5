use std::future::Future;

use agent_otel::llm_call;

#[llm_call(provider = "openai")]
fn complete(prompt: &str) -> impl Future<Output = String> {
    let prompt = prompt.to_owned();
    async move { prompt }
}

fn main() {}
