use agent_otel::LlmRequest;

#[derive(LlmRequest)]
struct Ask {
    #[llm(temperature)]
    heat: String,
}

fn main() {}
