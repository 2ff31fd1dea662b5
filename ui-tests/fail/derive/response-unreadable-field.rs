use agent_otel::LlmResponse;

#[derive(LlmResponse)]
struct Tokens {
    #[llm(input_tokens)]
    prompt: std::time::Duration,
}

fn main() {}
