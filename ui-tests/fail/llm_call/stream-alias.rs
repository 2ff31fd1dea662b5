use std::pin::Pin;

use agent_otel::llm_call;
use futures::Stream;

type Chunks = Pin<Box<dyn Stream<Item = serde_json::Value>>>;

#[llm_call(provider = "openai", model = "gpt-4o")]
fn complete() -> Chunks {
    todo!()
}

fn main() {}
