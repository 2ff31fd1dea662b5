use agent_otel::LlmResponse;

#[derive(LlmResponse)]
struct Tokens {
    #[llm]
    prompt: u64,
}

fn main() {}
