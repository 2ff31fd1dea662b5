#![deny(dead_code)]

use agent_otel::{agent, tool};

#[tool]
fn never_called(order_id: u64) -> u64 {
    order_id
}

struct Shop;

impl Shop {
    #[agent]
    async fn never_called(&self) {}
}

fn main() {
    let _ = Shop;
}
