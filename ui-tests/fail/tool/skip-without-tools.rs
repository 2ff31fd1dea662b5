use agent_otel::tool;

#[tool(skip)]
fn order_status(order_id: u64) -> u64 {
    order_id
}

fn main() {}
