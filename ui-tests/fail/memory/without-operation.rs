use agent_otel::memory;

#[memory(store = "preferences")]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
