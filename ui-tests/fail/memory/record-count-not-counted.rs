use agent_otel::memory;

#[memory(operation = "search_memory", record_count)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
