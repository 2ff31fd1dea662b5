use agent_otel::tool;

#[tool(temperature = 0.7)]
fn order_status(order_id: u64) -> u64 {
    order_id
}

fn main() {}
