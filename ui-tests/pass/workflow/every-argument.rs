#![deny(warnings)]
#![forbid(unsafe_code)]

//! Every argument at once, in every form it has.

use agent_otel::workflow;
use futures::{Stream, stream};
use http::HeaderMap;

/// Publishes.
#[workflow(
    name = "newsroom",
    extract = headers,
    input = topic,
    output,
    conversation_id = 42,
    user_id = "u-1",
    session_id = topic,
    error_if = |ret: &Result<String, std::fmt::Error>| ret.is_ok(),
    ok_if = |_| true,
    attributes(app.tier = "gold"),
    crate = ::agent_otel,
)]
pub async fn publish(headers: &HeaderMap, topic: &str) -> Result<String, std::fmt::Error> {
    let _ = headers;
    Ok(topic.to_owned())
}

#[workflow(name = name, link = headers)]
pub fn at_run_time(headers: HeaderMap, name: &str) -> usize {
    headers.len() + name.len()
}

#[workflow]
pub fn streamed() -> impl Stream<Item = u8> {
    stream::iter([1])
}

#[workflow]
fn main() {
    assert_eq!(at_run_time(HeaderMap::new(), "a"), 1);
}
