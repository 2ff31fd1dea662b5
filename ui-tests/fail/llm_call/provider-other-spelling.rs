use agent_otel::llm_call;

#[llm_call(provider = "x-ai", usage = manual)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
