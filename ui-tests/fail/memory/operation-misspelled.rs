use agent_otel::memory;

#[memory(operation = "search_memroy", store = "preferences")]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
