use agent_otel::tool;

#[tool]
const LIMIT: usize = 10;

fn main() {
    let _ = LIMIT;
}
