use agent_otel::{Usage, llm_call};

#[llm_call(provider = "openai", stop_sequences = stop)]
async fn complete(stop: u32) -> Usage {
    Usage::new(stop.into(), 1)
}

fn main() {}
