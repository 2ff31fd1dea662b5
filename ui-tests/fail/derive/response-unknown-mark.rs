use agent_otel::LlmResponse;

#[derive(LlmResponse)]
struct Tokens {
    #[llm(input_token)]
    prompt: u64,
}

fn main() {}
