use agent_otel::tool;

#[tool(attributes(app.tier = , app.region = "eu"))]
fn order_status(order_id: u64) -> u64 {
    order_id
}

fn main() {}
