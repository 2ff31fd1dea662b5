#![deny(warnings)]
#![forbid(unsafe_code)]

//! `impl Trait` as argument and as return type, sync, async and nested.

use std::fmt::{Debug, Display};

use agent_otel::tool;

#[tool]
pub fn argument(text: impl AsRef<str>) -> usize {
    text.as_ref().len()
}

#[tool]
pub async fn argument_async(text: impl Into<String> + Send) -> String {
    text.into()
}

#[tool]
pub fn returned(limit: u32) -> impl Iterator<Item = u32> {
    (0..limit).map(|number| number * 2)
}

#[tool]
pub async fn returned_async(limit: u32) -> impl Iterator<Item = u32> + Send {
    std::future::ready(()).await;
    0..limit
}

#[tool]
pub fn borrowing<'a>(text: &'a str) -> impl Iterator<Item = &'a str> + 'a {
    text.split(' ')
}

#[tool]
pub fn precise<'a, T>(text: &'a str, _other: T) -> impl Iterator<Item = &'a str> + use<'a, T> {
    text.split(' ')
}

#[tool]
pub fn in_result(text: &str) -> Result<impl Display + Debug, std::num::ParseIntError> {
    text.parse::<u64>()
}

#[tool]
pub async fn in_result_async(text: &str) -> Result<impl Display + use<>, std::num::ParseIntError> {
    if text.is_empty() {
        return Ok(0);
    }
    let number: u64 = text.parse()?;
    Ok(number)
}

#[tool]
pub fn in_tuple() -> (impl Fn(u8) -> u8, Option<impl Display>) {
    (|number| number + 1, Some("text"))
}

#[tool]
pub fn closure(step: u8) -> impl Fn(u8) -> u8 {
    move |number| number + step
}

fn main() {
    assert_eq!(argument("abc"), 3);
    assert_eq!(returned(2).sum::<u32>(), 2);
    assert_eq!(borrowing("a b").count(), 2);
    assert_eq!(precise("a b", 1).count(), 2);
    assert!(in_result("x").is_err());
    assert_eq!(in_tuple().0(1), 2);
    assert_eq!(closure(1)(1), 2);
}
