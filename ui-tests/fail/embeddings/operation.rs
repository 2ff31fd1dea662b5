use agent_otel::embeddings;

#[embeddings(provider = "openai", operation = "embeddings", usage = manual)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
