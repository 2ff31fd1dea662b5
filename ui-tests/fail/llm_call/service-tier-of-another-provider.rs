use agent_otel::llm_call;

#[llm_call(provider = "anthropic", service_tier = "flex", usage = manual)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
