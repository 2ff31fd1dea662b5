use agent_otel::retrieval;

#[retrieval(documents = question)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
