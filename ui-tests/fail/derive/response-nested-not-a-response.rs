use agent_otel::LlmResponse;

struct Tokens(u64);

#[derive(LlmResponse)]
struct Completion {
    #[llm(model)]
    model: String,
    #[llm(response)]
    tokens: Tokens,
}

fn main() {}
