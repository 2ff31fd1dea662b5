use agent_otel::embeddings;

#[embeddings(provider = "openai", request = question, model = "small", usage = manual)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
