//! What the declared return type decides in a plain function, it decides in an annotated one.

use std::error::Error;
use std::fmt::Display;
use std::future::Future;

use agent_otel::testing::capture_async;
use agent_otel::tool;
use futures::future::FusedFuture;
use futures::stream::{self, FusedStream};
use futures::{FutureExt, Stream, StreamExt};

fn fails() -> Result<u8, std::num::ParseIntError> {
    "x".parse()
}

#[tool]
fn converted() -> impl Future<Output = Result<u8, Box<dyn Error>>> {
    async { Ok(fails()?) }
}

#[tool]
fn collected() -> impl Future<Output = Vec<u8>> {
    async { "a".bytes().collect() }
}

#[tool]
fn parsed() -> impl Future<Output = u64> {
    async { "1".parse().unwrap() }
}

#[tool]
fn coerced() -> impl Future<Output = Box<dyn Display>> {
    async { Box::new(1) as _ }
}

#[tool]
fn empty() -> impl Stream<Item = u8> {
    stream::empty()
}

#[tool]
async fn empty_after_a_check() -> Result<impl Stream<Item = u8>, std::num::ParseIntError> {
    "1".parse::<u8>()?;
    Ok(stream::empty())
}

#[tool]
fn fused_stream() -> impl FusedStream<Item = u8> {
    stream::iter([1]).fuse()
}

#[tool]
fn fused_future() -> impl FusedFuture<Output = u8> {
    async { 1 }.fuse()
}

#[tokio::test]
async fn nothing_has_to_be_said_twice() {
    let spans = capture_async(async {
        assert!(converted().await.is_err());
        assert_eq!(collected().await, [97]);
        assert_eq!(parsed().await, 1);
        assert_eq!(coerced().await.to_string(), "1");
        assert_eq!(empty().count().await, 0);
        assert_eq!(empty_after_a_check().await.unwrap().count().await, 0);
        let mut fused = Box::pin(fused_stream());
        while fused.next().await.is_some() {}
        assert!(fused.is_terminated());
        assert_eq!(fused_future().await, 1);
    })
    .await;
    assert_eq!(spans.len(), 8, "{}", spans.tree());
}

#[tokio::test]
async fn a_panic_can_be_caught_around_an_annotated_future() {
    let caught = parsed().catch_unwind().await;
    assert_eq!(caught.unwrap(), 1);
}
