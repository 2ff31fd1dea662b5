use agent_otel::tool;

#[tool(arguments[order_id])]
fn order_status(order_id: u64) -> u64 {
    order_id
}

fn main() {}
