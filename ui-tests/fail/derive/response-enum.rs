use agent_otel::LlmResponse;

#[derive(LlmResponse)]
enum Completion {
    Text(String),
}

fn main() {}
