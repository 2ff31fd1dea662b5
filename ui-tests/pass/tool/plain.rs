use agent_otel::tool;
#[tool]
fn f() {}
fn main() { f() }
