use agent_otel::tool;

#[tool(arguments(query, query))]
fn search(query: &str) -> usize {
    query.len()
}

fn main() {}
