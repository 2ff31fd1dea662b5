use agent_otel::tool;

struct Query(String);

#[tool(arguments(query))]
fn search(query: &Query) -> usize {
    query.0.len()
}

fn main() {}
