#![deny(warnings)]
#![forbid(unsafe_code)]

//! Nothing but the attribute, sync and async, with every kind of plain return type.

use agent_otel::tool;

#[tool]
pub fn unit() {}

#[tool]
pub async fn unit_async() {}

#[tool]
pub fn explicit_unit() -> () {}

#[tool]
pub fn number(order_id: u64) -> u64 {
    order_id
}

#[tool]
pub async fn text(order_id: u64) -> String {
    format!("order {order_id}")
}

#[tool]
pub async fn waits(order_id: u64) -> Option<u64> {
    std::future::ready(order_id).await.checked_add(1)
}

#[tool]
pub fn question_mark(text: &str) -> Option<u32> {
    let first = text.chars().next()?;
    first.to_digit(10)
}

#[tool]
pub async fn early(text: &str) -> Result<u32, std::num::ParseIntError> {
    if text.is_empty() {
        return Ok(0);
    }
    let number = text.parse::<u32>()?;
    text.parse().map(|again: u32| again + number)
}

fn main() {
    unit();
    explicit_unit();
    assert_eq!(number(7), 7);
    assert_eq!(question_mark("7"), Some(7));
}
