//! Attempts of one logical call: they are events of its span, since the conventions count a call with its retries as one.

use std::fmt::Display;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TraceContextExt;

use crate::current::{Current, current};
use crate::value::ToAttribute;
use crate::{content, semconv};

impl Current {
    /// Records that an attempt has failed and that the next one follows after `delay`: an event
    /// [`agent_otel.retry`](semconv::RETRY_EVENT), and the number of retries so far on the span: that of the last call,
    /// where one span has several that are retried.
    ///
    /// `attempt` is the one that failed, counted from 1. The reason may be seen by whoever sees the trace.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// agent_otel::current().retry(1, "rate_limit", Duration::from_millis(200));
    /// ```
    pub fn retry(&self, attempt: u32, reason: impl Display, delay: Duration) -> &Self {
        let span = self.context().span();
        // A redactor is waited for, so only where somebody sees what it leaves.
        if span.is_recording() {
            let reason = content::display(&reason);
            span.add_event(
                semconv::RETRY_EVENT,
                vec![
                    KeyValue::new(semconv::RETRY_ATTEMPT, i64::from(attempt)),
                    KeyValue::new(semconv::RETRY_REASON, reason),
                    KeyValue::new(semconv::RETRY_DELAY, delay.as_secs_f64()),
                ],
            );
        }
        span.set_attribute(KeyValue::new(semconv::RETRY_COUNT, i64::from(attempt)));
        self
    }

    /// Records that the call goes on with another model: an event [`agent_otel.fallback`](semconv::FALLBACK_EVENT) with
    /// the model that is given up, and `gen_ai.response.model` of the one that answers instead.
    pub fn fallback(&self, from: impl ToAttribute, to: impl Into<String>) -> &Self {
        let to = to.into();
        let attributes = [
            from.to_attribute()
                .map(|from| KeyValue::new(semconv::FALLBACK_FROM, from)),
            Some(KeyValue::new(semconv::FALLBACK_TO, to.clone())),
        ];
        let attributes = attributes.into_iter().flatten().collect();
        self.context()
            .span()
            .add_event(semconv::FALLBACK_EVENT, attributes);
        self.response_model(to)
    }
}

/// Calls until it succeeds, `attempts` times at most and at least once, and shows each attempt that is followed by another
/// on the current span.
///
/// `call` gets the number of the attempt, counted from 1. Before the next attempt `delay` tells how long to wait, or
/// `None` to give up at once, and `sleep` waits: pass `tokio::time::sleep` or that of your runtime. The error is the one
/// of the last attempt.
///
/// What the attempts borrow may be borrowed in a task that is spawned. An `async` closure that changes what it captures is
/// written as a closure that gives a future.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use agent_otel::{Usage, llm_call, retry};
///
/// #[llm_call(provider = "openai", model = "gpt-4o-mini")]
/// async fn complete(prompt: &str) -> Result<Usage, std::io::Error> {
///     retry(
///         3,
///         async |attempt| match attempt {
///             1 => Err(std::io::ErrorKind::TimedOut.into()),
///             _ => Ok(Usage::new(prompt.len() as u64, 1)),
///         },
///         |_error, attempt| Some(Duration::from_millis(10 << attempt)),
///         tokio::time::sleep,
///     )
///     .await
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() { assert!(complete("hello").await.is_ok()); }
/// ```
pub async fn retry<T, E: Display, F: Future<Output = Result<T, E>>, S: Future<Output = ()>>(
    attempts: u32,
    mut call: impl FnMut(u32) -> F,
    mut delay: impl FnMut(&E, u32) -> Option<Duration>,
    mut sleep: impl FnMut(Duration) -> S,
) -> Result<T, E> {
    let mut attempt = 1;
    loop {
        let error = match call(attempt).await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let wait = if attempt < attempts {
            delay(&error, attempt)
        } else {
            None
        };
        let Some(wait) = wait else {
            return Err(error);
        };
        current().retry(attempt, &error, wait);
        sleep(wait).await;
        attempt += 1;
    }
}
