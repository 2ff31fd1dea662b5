use agent_otel::memory;

#[memory(operation = question)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
