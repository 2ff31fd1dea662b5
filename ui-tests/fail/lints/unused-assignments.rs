#![deny(unused_assignments)]

use agent_otel::tool;

#[tool]
pub fn number(mut order_id: u64) -> u64 {
    order_id = 2;
    order_id = 3;
    order_id
}

#[tool]
pub async fn text(mut text: String) -> usize {
    let length = text.len();
    text = String::new();
    length
}

fn main() {}
