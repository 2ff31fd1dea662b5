use agent_otel::llm_call;

#[llm_call(provider = "openai", operation = "embedings", dimensions = 512, usage = manual)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
