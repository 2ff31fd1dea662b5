use agent_otel::llm_call;

#[llm_call(provider = "openai", operation = "fetch_response")]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
