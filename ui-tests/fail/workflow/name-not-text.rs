use agent_otel::workflow;

#[workflow(name = question.as_bytes())]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
