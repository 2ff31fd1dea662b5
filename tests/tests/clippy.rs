//! The strictest lints of the compiler and of clippy find nothing in what the attributes make.

#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    let_underscore_drop
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
#![allow(
    clippy::must_use_candidate,
    clippy::missing_errors_doc,
    reason = "so the plain functions would have them"
)]
#![forbid(unsafe_code)]

use std::fmt;
use std::pin::Pin;

use agent_otel::{a2a_call, agent, llm_call, tool, tools};
use async_trait::async_trait;
use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt};

/// Says hello.
#[tool(arguments(name), result, error_if = |greeting: &String| greeting.is_empty())]
pub fn greets(name: &str, mut greeting: String, unused: Option<String>) -> String {
    drop(unused);
    greeting.push_str(name);
    greeting
}

/// Answers.
#[agent(name = name, attributes("app.size" = size), input = question, output)]
pub async fn answers(name: &str, size: usize, question: String) -> Result<String, fmt::Error> {
    if size == 0 {
        return Err(fmt::Error);
    }
    Ok(greets(name, question, None))
}

/// Completes.
#[llm_call(provider = "local", model = "tiny", temperature = 0.5, usage = manual)]
pub async fn completes(prompt: String) -> String {
    answers("a", prompt.len(), prompt).await.unwrap_or_default()
}

/// Asks.
#[a2a_call(agent = "remote", url = "http://127.0.0.1", inject = headers)]
pub async fn asks(headers: &mut http::HeaderMap, prompt: String) -> usize {
    completes(prompt).await.len() + headers.len()
}

/// Streams.
#[agent]
pub fn streams(count: u8) -> impl Stream<Item = u8> {
    stream::iter(0..count)
}

/// Streams from a box.
#[agent]
pub async fn streams_boxed(count: u8) -> Result<BoxStream<'static, u8>, fmt::Error> {
    Ok(streams(count).boxed())
}

/// Is boxed.
#[tool]
pub fn boxed(count: u8) -> Pin<Box<dyn Future<Output = u8> + Send>> {
    Box::pin(async move { count })
}

/// Is a future.
#[tool]
pub fn future(count: u8) -> impl Future<Output = u8> + Send {
    async move { count }
}

/// Is a trait.
#[async_trait]
pub trait Agent {
    /// Runs.
    async fn run(&self, input: &str) -> usize;
}

/// Is a type.
#[derive(Debug)]
pub struct Shop(String);

#[async_trait]
impl Agent for Shop {
    #[agent]
    async fn run(&self, input: &str) -> usize {
        self.0.len() + input.len()
    }
}

#[tools]
impl Shop {
    /// Is owned.
    #[must_use]
    pub fn owned(self) -> String {
        self.0
    }

    /// Is exclusive.
    pub fn exclusive(&mut self, text: &str) -> &mut str {
        self.0.push_str(text);
        &mut self.0
    }
}

#[tokio::test]
async fn they_run_as_well() {
    assert!(asks(&mut http::HeaderMap::new(), "a".to_owned()).await >= 2);
    assert_eq!(streams_boxed(2).await.expect("a stream").count().await, 2);
    assert_eq!(boxed(1).await + future(2).await, 3);
    let mut shop = Shop("a".to_owned());
    assert_eq!(shop.run("b").await, 2);
    assert_eq!(shop.exclusive("b"), "ab");
    assert_eq!(shop.owned(), "ab");
}

/// Has items of its own, and a parameter that is meant for nobody.
#[tool]
pub fn items(_context: Vec<u8>, text: &str) -> String {
    use std::fmt::Write as _;

    const MARK: char = '!';

    let mut marked = String::new();
    let _ = write!(marked, "{text}{MARK}");
    marked
}

/// Has items of its own, where a line is put before them.
#[tool]
pub async fn items_async(_context: Vec<u8>, count: usize) -> String {
    const MARK: &str = "!";

    future(1).await;
    MARK.repeat(count)
}

#[tokio::test]
async fn those_with_items_run_as_well() {
    assert_eq!(items(Vec::new(), "a"), "a!");
    assert_eq!(items_async(Vec::new(), 2).await, "!!");
}

/// Gives a task that is to be waited for.
#[tool]
pub async fn spawns(count: u8) -> tokio::task::JoinHandle<u8> {
    tokio::task::yield_now().await;
    tokio::spawn(future(count))
}

/// Gives a future that is to be waited for.
#[tool]
pub async fn postpones(count: u8) -> Pin<Box<dyn Future<Output = u8> + Send>> {
    tokio::task::yield_now().await;
    Box::pin(future(count))
}

/// Gives a future that stays where it is.
#[tool]
pub async fn is_done(count: u8) -> Box<dyn Future<Output = u8> + Send + Unpin> {
    tokio::task::yield_now().await;
    Box::new(std::future::ready(count))
}

#[tokio::test]
async fn what_gives_futures_runs_as_well() {
    assert_eq!(spawns(2).await.await.expect("a task that ends"), 2);
    assert_eq!(postpones(2).await.await, 2);
    assert_eq!(is_done(2).await.await, 2);
}
