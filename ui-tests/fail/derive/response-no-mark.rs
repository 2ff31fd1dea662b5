use agent_otel::LlmResponse;

#[derive(LlmResponse)]
struct Completion {
    text: String,
}

fn main() {}
