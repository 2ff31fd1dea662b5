use agent_otel::LlmRequest;

struct Message(String);

#[derive(LlmRequest)]
struct Ask {
    #[llm(input)]
    messages: Vec<Message>,
}

fn main() {}
