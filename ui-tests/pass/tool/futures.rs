#![deny(warnings)]
#![forbid(unsafe_code)]

//! Functions that return a future: `impl Future`, a pinned box, an alias of one.

use std::future::{Future, IntoFuture, Ready, ready};
use std::pin::Pin;

use agent_otel::tool;

pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[tool]
pub fn plain(text: String) -> impl Future<Output = usize> {
    async move { text.len() }
}

#[tool]
pub fn sends(text: String) -> impl Future<Output = Result<usize, std::fmt::Error>> + Send {
    let length = text.len();
    async move {
        if length == 0 {
            return Err(std::fmt::Error);
        }
        Ok(length)
    }
}

#[tool]
pub fn borrows<'a>(text: &'a str) -> impl Future<Output = &'a str> + Send + 'a {
    async move { text.trim() }
}

#[tool]
pub fn elided(text: &str) -> impl Future<Output = &str> + Send {
    async move { text.trim() }
}

#[tool]
pub fn path_of_future(text: &str) -> impl core::future::Future<Output = usize> + use<> {
    ready(text.len())
}

#[tool]
pub fn boxed(text: &str) -> Pin<Box<dyn Future<Output = usize> + '_>> {
    Box::pin(async move { text.len() })
}

#[tool]
pub fn boxed_sends<'a>(text: &'a str) -> Pin<Box<dyn Future<Output = Option<&'a str>> + Send + 'a>> {
    if text.is_empty() {
        return Box::pin(async { None });
    }
    Box::pin(async move { Some(text) })
}

#[tool]
pub fn aliased(text: &str) -> BoxFuture<'_, Result<usize, std::fmt::Error>> {
    Box::pin(async move { Ok(text.len()) })
}

#[tool]
pub fn boxed_ready(number: u64) -> std::pin::Pin<std::boxed::Box<dyn std::future::Future<Output = u64> + Send + Sync>> {
    Box::pin(ready(number))
}

#[tool]
pub fn recursive(depth: u64) -> BoxFuture<'static, u64> {
    Box::pin(async move {
        if depth == 0 {
            return 0;
        }
        recursive(depth - 1).await + 1
    })
}

#[tool]
pub async fn recursive_async(depth: u64) -> u64 {
    if depth == 0 {
        return 0;
    }
    Box::pin(recursive_async(depth - 1)).await + 1
}

// A future by another name is a value like any other.
#[tool]
pub fn concrete(number: u64) -> Ready<u64> {
    ready(number)
}

#[tool]
pub fn into_future(number: u64) -> impl IntoFuture<Output = u64> {
    ready(number)
}

/// What becomes a future, and is none yet.
pub struct Later(u64);

impl IntoFuture for Later {
    type Output = u64;
    type IntoFuture = Ready<u64>;

    fn into_future(self) -> Ready<u64> {
        ready(self.0)
    }
}

#[tool]
pub fn becomes_future(number: u64) -> impl IntoFuture<Output = u64> {
    Later(number)
}

/// A trait whose name ends like another one's.
pub trait DataStream {
    type Item;

    fn next(&mut self) -> Self::Item;
}

impl DataStream for Later {
    type Item = u64;

    fn next(&mut self) -> u64 {
        self.0
    }
}

#[tool]
pub fn data_stream(number: u64) -> impl DataStream<Item = u64> {
    Later(number)
}

fn assert_send(_: impl Send) {}

fn main() {
    assert_send(sends(String::new()));
    assert_send(borrows(""));
    assert_send(elided(""));
    assert_send(boxed_sends(""));
    assert_send(aliased(""));
    assert_send(recursive(1));
    assert_send(recursive_async(1));
    drop((plain(String::new()), boxed("")));
    drop((concrete(1), into_future(1), becomes_future(1)));
    assert_eq!(data_stream(1).next(), 1);
}
