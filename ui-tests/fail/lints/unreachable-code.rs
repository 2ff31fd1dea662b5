#![deny(unreachable_code)]

use agent_otel::tool;

#[tool]
pub fn after_return() -> u64 {
    return 1;
    2
}

#[tool]
pub async fn after_panic(order_id: u64) -> u64 {
    panic!("no order {order_id}");
    order_id
}

fn main() {}
