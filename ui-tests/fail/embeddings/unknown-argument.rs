use agent_otel::embeddings;

#[embeddings(provider = "openai", dimension = 512, usage = manual)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
