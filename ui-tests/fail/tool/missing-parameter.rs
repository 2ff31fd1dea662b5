use agent_otel::tool;

#[tool(arguments(limt))]
fn search(query: &str, limit: usize) -> usize {
    query.len().min(limit)
}

fn main() {}
