//! Futures and streams that keep the context in which they were made, wherever they are polled.

use std::future::Future;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use pin_project_lite::pin_project;

use crate::context;

pin_project! {
    /// A future or a stream in the context that was current when it was wrapped; see [`in_context`] and [`stream`].
    #[derive(Debug)]
    #[must_use = "futures and streams do nothing unless polled"]
    pub struct InContext<S> {
        context: opentelemetry::Context,
        #[pin]
        inner: Option<S>,
    }

    impl<S> PinnedDrop for InContext<S> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // What the future still holds may call functions when it is dropped: they belong here as well.
            let _attached = context::attach(this.context);
            this.inner.set(None);
        }
    }
}

impl<S> InContext<S> {
    pub(crate) fn new(context: opentelemetry::Context, inner: S) -> Self {
        Self {
            context,
            inner: Some(inner),
        }
    }
}

/// Polls a future in the context that is current now, wherever it is polled later, and drops it there: a task that is
/// spawned belongs to the span that spawned it.
///
/// # Examples
///
/// ```
/// use agent_otel::{agent, in_context, tool};
///
/// #[tool]
/// async fn lookup(n: u8) -> u8 {
///     n + 1
/// }
///
/// #[agent]
/// async fn answer() -> u8 {
///     let task = tokio::spawn(in_context(lookup(1)));
///     task.await.unwrap_or_default()
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # let spans = agent_otel::testing::capture_async(answer()).await;
/// # assert_eq!(spans.tree(), "invoke_agent answer\n└ execute_tool lookup\n");
/// # }
/// ```
///
/// On a thread, attach the context instead: `let context = agent_otel::current().context().clone();` before, and
/// `let _attached = context.attach();` on it.
pub fn in_context<F: Future>(future: F) -> InContext<F> {
    InContext::new(context::current(), future)
}

impl<F: Future> Future for InContext<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let Some(inner) = this.inner.as_pin_mut() else {
            return Poll::Pending;
        };
        let _attached = context::attach(this.context);
        inner.poll(cx)
    }
}

/// Polls a stream in the context that is current now, wherever it is polled later: what it calls nests under the current
/// span.
///
/// For streams that outlive the function that makes them; a function that returns a stream needs only its attribute.
///
/// # Examples
///
/// ```
/// # use futures::StreamExt;
/// # #[agent_otel::tool] fn step(_: u8) {}
/// let steps = agent_otel::stream(futures::stream::iter([1, 2]).inspect(|n| step(*n)));
/// # drop(steps);
/// ```
pub fn stream<S: Stream>(stream: S) -> InContext<S> {
    InContext::new(context::current(), stream)
}

// A context may hold anything, and nothing of it is touched while a panic unwinds.
impl<S: UnwindSafe> UnwindSafe for InContext<S> {}
impl<S: RefUnwindSafe> RefUnwindSafe for InContext<S> {}

impl<S: Stream> Stream for InContext<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        let Some(inner) = this.inner.as_pin_mut() else {
            return Poll::Ready(None);
        };
        let _attached = context::attach(this.context);
        inner.poll_next(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.as_ref().map_or((0, Some(0)), S::size_hint)
    }
}
