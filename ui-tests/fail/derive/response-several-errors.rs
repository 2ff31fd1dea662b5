use agent_otel::LlmResponse;

#[derive(LlmResponse)]
struct Tokens {
    #[llm(prompt_tokens)]
    prompt: u64,
    #[llm(output_token)]
    completion: u64,
}

fn told(_: impl LlmResponse) {}

fn main() {
    told(Tokens {
        prompt: 1,
        completion: 1,
    });
}
