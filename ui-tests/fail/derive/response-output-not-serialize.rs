use agent_otel::LlmResponse;

struct Text(String);

#[derive(LlmResponse)]
struct Completion {
    #[llm(output)]
    text: Text,
}

fn main() {}
