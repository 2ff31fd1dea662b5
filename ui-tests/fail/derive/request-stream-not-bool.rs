use agent_otel::LlmRequest;

#[derive(LlmRequest)]
struct Ask {
    #[llm(stream)]
    stream: String,
}

fn main() {}
