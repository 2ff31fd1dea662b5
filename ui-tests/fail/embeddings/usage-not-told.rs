use agent_otel::embeddings;

#[embeddings(provider = "openai", model = "small")]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
