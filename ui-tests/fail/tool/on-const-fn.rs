use agent_otel::tool;

#[tool]
const fn order_status(order_id: u64) -> u64 {
    order_id
}

const STATUS: u64 = order_status(1);

fn main() {
    let _ = STATUS;
}
