#![deny(warnings)]
#![forbid(unsafe_code)]

//! Types that flow from the declared return type into the body.

use std::error::Error;
use std::fmt::Display;

use agent_otel::tool;

#[tool]
pub fn boxed_display(number: u64) -> Box<dyn Display> {
    if number == 0 {
        return Box::new("none");
    }
    Box::new(number)
}

#[tool]
pub async fn boxed_display_async(number: u64) -> Box<dyn Display + Send> {
    if number == 0 {
        return Box::new("none");
    }
    Box::new(number)
}

#[tool]
pub fn boxed_error(text: &str) -> Result<u64, Box<dyn Error>> {
    if text.is_empty() {
        return Err("empty".into());
    }
    Ok(text.parse()?)
}

#[tool]
pub async fn boxed_error_async(text: &str) -> Result<u64, Box<dyn Error + Send + Sync>> {
    if text.is_empty() {
        return Err("empty".into());
    }
    Ok(text.parse()?)
}

#[tool]
pub fn boxed_functions(step: u64) -> Vec<Box<dyn Fn(u64) -> u64>> {
    vec![Box::new(|number| number), Box::new(move |number| number + step)]
}

#[tool]
pub async fn boxed_function(step: u64) -> Result<Box<dyn Fn(u64) -> u64>, std::fmt::Error> {
    Ok(Box::new(move |number| number + step))
}

#[tool]
pub async fn inferred_from_return(text: &str) -> Result<Vec<u64>, std::num::ParseIntError> {
    text.split(',').map(str::parse).collect()
}

#[tool]
pub async fn parsed(text: &str) -> Option<u16> {
    text.parse().ok()
}

#[tool]
pub async fn default_value() -> Vec<String> {
    Default::default()
}

#[tool]
pub async fn slice(bytes: &[u8; 4]) -> &[u8] {
    bytes
}

#[tool]
pub fn function_pointer() -> fn(u8) -> u8 {
    |number| number + 1
}

pub type Aliased<T> = std::result::Result<T, std::num::ParseIntError>;

#[tool]
pub async fn aliased(text: &str) -> Aliased<u8> {
    text.parse()
}

fn main() {
    assert_eq!(boxed_display(0).to_string(), "none");
    assert!(boxed_error("").is_err());
    assert_eq!(boxed_functions(1)[1](1), 2);
    assert_eq!(function_pointer()(1), 2);
}
