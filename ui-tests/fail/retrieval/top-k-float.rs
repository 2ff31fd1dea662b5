use agent_otel::retrieval;

#[retrieval(top_k = 0.5)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
