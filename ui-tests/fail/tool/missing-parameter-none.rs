use agent_otel::tool;

#[tool(arguments(limit))]
fn search() -> usize {
    0
}

fn main() {}
