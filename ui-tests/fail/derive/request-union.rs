use agent_otel::LlmRequest;

#[derive(LlmRequest)]
union Ask {
    question: u64,
}

fn main() {}
