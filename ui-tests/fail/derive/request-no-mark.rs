use agent_otel::LlmRequest;

#[derive(LlmRequest)]
struct Ask {
    question: String,
}

fn main() {}
