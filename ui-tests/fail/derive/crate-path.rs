use agent_otel::LlmResponse;

#[derive(LlmResponse)]
#[llm(crate = facade::agent_otel)]
struct Relative {
    #[llm(model)]
    model: String,
}

#[derive(LlmResponse)]
#[llm(crate)]
struct Bare {
    #[llm(model)]
    model: String,
}

#[derive(LlmResponse)]
#[llm(model)]
struct Misplaced {
    #[llm(model)]
    model: String,
}

fn main() {}
