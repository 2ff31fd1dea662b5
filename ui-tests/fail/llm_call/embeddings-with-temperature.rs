use agent_otel::llm_call;

#[llm_call(provider = "openai", operation = "embeddings", temperature = 0.5, usage = manual)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
