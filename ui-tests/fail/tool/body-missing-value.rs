use agent_otel::tool;

#[tool]
async fn order_status(order_id: u64) -> u64 {
    order_id + 1;
}

fn main() {}
