use agent_otel::llm_call;

#[llm_call(provider = "openai", guardrail_id = "g-1", usage = manual)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
