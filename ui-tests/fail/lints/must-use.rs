#![deny(unused_must_use)]

use std::future::Future;

use agent_otel::tool;

#[must_use]
#[tool]
fn marked() -> u64 {
    1
}

#[tool]
#[must_use = "the order is not placed before"]
async fn marked_async() -> u64 {
    1
}

#[tool]
fn fallible() -> Result<u64, std::fmt::Error> {
    Ok(1)
}

#[tool]
async fn later() {}

#[tool]
async fn later_fallible() -> Result<u64, std::fmt::Error> {
    Ok(1)
}

#[tool]
fn future() -> impl Future<Output = u64> {
    async { 1 }
}

pub async fn calls() {
    marked();
    marked_async().await;
    fallible();
    later();
    later_fallible().await;
    future();
}

fn main() {}
