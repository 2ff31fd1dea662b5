use agent_otel::memory;

#[memory(operation = "search", store = "memories")]
fn recall(query: &str) -> usize {
    query.len()
}

fn main() {}
