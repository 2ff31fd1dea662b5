use agent_otel::LlmRequest;

#[derive(LlmRequest)]
enum Ask {
    Question(String),
}

fn main() {}
