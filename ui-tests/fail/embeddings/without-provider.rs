use agent_otel::embeddings;

#[embeddings(model = "small", usage = manual)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
