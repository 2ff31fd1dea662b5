use agent_otel::tool;

#[tool]
pub struct OrderStatus {
    pub order_id: u64,
}

fn main() {
    let _ = OrderStatus { order_id: 1 };
}
