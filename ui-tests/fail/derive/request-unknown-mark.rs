use agent_otel::LlmRequest;

#[derive(LlmRequest)]
struct Ask {
    #[llm(temprature)]
    heat: f64,
}

fn main() {}
