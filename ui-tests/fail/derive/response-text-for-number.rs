use agent_otel::LlmResponse;

#[derive(LlmResponse)]
struct Tokens {
    #[llm(output_tokens)]
    completion: String,
}

fn main() {}
