use agent_otel::memory;

#[memory(operation = "search_memory", stor = "preferences")]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
