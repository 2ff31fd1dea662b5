use agent_otel::embeddings;

#[embeddings(provider = "openai", dimensions = 0.5, usage = manual)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
