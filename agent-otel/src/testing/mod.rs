//! Capture the spans of your own code in your own tests, and read them as a tree.
//!
//! ```
//! # #[agent_otel::tool]
//! # fn order_status(order_id: u64) -> Result<String, std::fmt::Error> {
//! #     if order_id == 9999 { Err(std::fmt::Error) } else { Ok("shipped".into()) }
//! # }
//! let spans = agent_otel::testing::capture(|| {
//!     let _ = order_status(1042);
//! });
//! assert_eq!(
//!     spans.to_string(),
//!     r#"
//! execute_tool order_status [internal]
//!     gen_ai.operation.name: "execute_tool"
//!     gen_ai.tool.name: "order_status"
//! "#
//! );
//! ```
//!
//! Captures do not mix: each sees the spans that were started below it, however many run at a time. Ids and times are
//! left out of the text, since they differ from run to run; [`Spans`] derefs to the exported spans for those who need
//! them, whose types are those of the crates `opentelemetry` and `opentelemetry_sdk`.
//!
//! Content is off in tests as well: a test that looks at messages or arguments first installs a policy that captures them,
//! once a process ([`ContentPolicy`](crate::ContentPolicy)).

mod metrics;
mod recorder;
mod spans;

use std::future::Future;

use opentelemetry::trace::FutureExt;

pub use metrics::{Metrics, Point};
use recorder::Recorder;
pub use spans::{Log, Spans};

/// Runs `body` and gives the spans that ended meanwhile below it.
///
/// The first capture of a process installs a tracer provider that records everything.
pub fn capture<T>(body: impl FnOnce() -> T) -> Spans {
    capture_with(body).1
}

/// As [`capture`], with what `body` returned.
pub fn capture_with<T>(body: impl FnOnce() -> T) -> (T, Spans) {
    let recorder = Recorder::begin();
    let attached = recorder.context().attach();
    let returned = body();
    drop(attached);
    (returned, recorder.spans())
}

/// As [`capture`], for a future.
///
/// ```
/// # use agent_otel::{agent, tool, testing};
/// # #[tool] async fn lookup() {}
/// # #[agent] async fn answer() { lookup().await }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let spans = testing::capture_async(answer()).await;
/// assert_eq!(spans.tree(), "invoke_agent answer\n└ execute_tool lookup\n");
/// # }
/// ```
pub async fn capture_async<F: Future>(body: F) -> Spans {
    capture_async_with(body).await.1
}

/// As [`capture_async`], with what `body` returned.
pub async fn capture_async_with<F: Future>(body: F) -> (F::Output, Spans) {
    let recorder = Recorder::begin();
    let returned = body.with_context(recorder.context()).await;
    (returned, recorder.spans())
}

/// What was measured in this process since its first capture; see [`Metrics`].
pub fn metrics() -> Metrics {
    recorder::metrics()
}
