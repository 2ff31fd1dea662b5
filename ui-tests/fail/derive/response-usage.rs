use agent_otel::{LlmResponse, Usage};

#[derive(LlmResponse)]
struct Reply {
    #[llm(model)]
    model: String,
    #[llm(usage)]
    usage: Usage,
}

fn main() {}
