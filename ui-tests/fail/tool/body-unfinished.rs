use agent_otel::tool;

#[tool]
async fn order_status(order_id: u64) -> u64 {
    let order = order_id.;
    order
}

fn main() {}
