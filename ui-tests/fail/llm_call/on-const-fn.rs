use agent_otel::{Usage, llm_call};

#[llm_call(provider = "openai")]
const fn complete(usage: Usage) -> Usage {
    usage
}

fn main() {}
