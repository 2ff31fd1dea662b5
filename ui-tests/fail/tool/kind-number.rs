use agent_otel::tool;

#[tool(kind = 5)]
fn order_status() -> u64 {
    1
}

fn main() {
    order_status();
}
