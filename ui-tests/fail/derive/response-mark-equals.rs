use agent_otel::LlmResponse;

#[derive(LlmResponse)]
struct Tokens {
    #[llm = "input_tokens"]
    prompt: u64,
}

fn main() {}
