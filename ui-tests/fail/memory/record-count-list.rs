use agent_otel::memory;

#[memory(operation = "search_memory", record_count(1))]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
