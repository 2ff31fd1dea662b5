#![deny(unused_mut)]

use agent_otel::tool;

#[tool]
pub fn number(mut order_id: u64) -> u64 {
    order_id
}

#[tool]
pub async fn text(mut text: String, mut used: String) -> String {
    used.push_str(&text);
    used
}

#[tool]
pub fn local() -> u64 {
    let mut number = 1;
    number
}

fn main() {}
