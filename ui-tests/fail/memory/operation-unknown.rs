use agent_otel::memory;

#[memory(operation = "find_memory")]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
