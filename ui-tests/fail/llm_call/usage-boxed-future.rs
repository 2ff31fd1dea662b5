use std::future::Future;

use agent_otel::llm_call;

#[llm_call(provider = "openai")]
fn complete(prompt: &str) -> std::pin::Pin<Box<dyn Future<Output = String> + '_>> {
    Box::pin(async move { prompt.to_owned() })
}

fn main() {}
