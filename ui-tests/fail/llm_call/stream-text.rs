use agent_otel::llm_call;

#[llm_call(provider = "openai", stream = "yes", usage = manual)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
