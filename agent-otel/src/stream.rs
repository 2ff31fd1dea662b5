//! Streams that carry an operation: one span from the request to the last item, however the stream ends.

use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use futures_core::Stream;
use futures_core::stream::FusedStream;
use pin_project_lite::pin_project;

use crate::context;
use crate::operation::Operation;
use crate::outcome::{Failure, Outcome};
use crate::response::Response;

/// Reads one item: what a chunk of a model tells, and whether the item is an error.
pub(crate) type Read<T> = fn(&T, &mut Response) -> Outcome;

/// What has been seen of a stream so far. Of constant size, whatever the number of items.
#[derive(Debug)]
pub(crate) struct Progress {
    begun: Instant,
    first: Option<Instant>,
    last: Instant,
    chunks: u64,
    response: Response,
    failure: Option<Failure>,
}

/// Times and number of the chunks of one stream.
#[derive(Debug)]
pub(crate) struct Timing {
    /// Seconds from the request to the first chunk.
    pub(crate) to_first_chunk: Option<f64>,
    /// Seconds from one chunk to the next, on average.
    pub(crate) per_output_chunk: Option<f64>,
    pub(crate) chunks: u64,
}

impl Progress {
    fn new(begun: Instant) -> Self {
        Self {
            begun,
            first: None,
            last: begun,
            chunks: 0,
            response: Response::default(),
            failure: None,
        }
    }

    fn item<T>(&mut self, item: &T, read: Read<T>) {
        // `LlmChunk` and `Display` are code of the user.
        let read = catch_unwind(AssertUnwindSafe(|| read(item, &mut self.response)));
        if let Some(failure) = read.ok().and_then(|outcome| outcome.failure) {
            self.failure.get_or_insert(failure);
            return;
        }
        self.last = Instant::now();
        self.first.get_or_insert(self.last);
        self.chunks += 1;
    }

    fn outcome(&mut self) -> Outcome {
        let to_first_chunk = self.first.map(|first| (first - self.begun).as_secs_f64());
        let per_output_chunk = self.first.filter(|_| self.chunks > 1).map(|first| {
            #[expect(
                clippy::cast_precision_loss,
                reason = "an average of fewer than 2^53 chunks"
            )]
            let intervals = (self.chunks - 1) as f64;
            (self.last - first).as_secs_f64() / intervals
        });
        Outcome {
            failure: self.failure.take(),
            response: Some(std::mem::take(&mut self.response)),
            content: Vec::new(),
            timing: Some(Timing {
                to_first_chunk,
                per_output_chunk,
                chunks: self.chunks,
            }),
        }
    }
}

pin_project! {
    /// A stream inside an operation, which ends with the last item or when the stream is dropped.
    #[must_use = "streams do nothing unless polled"]
    pub struct Traced<S>
    where
        S: Stream,
    {
        operation: Option<Operation>,
        progress: Progress,
        read: Read<S::Item>,
        #[pin]
        stream: Option<S>,
    }

    impl<S> PinnedDrop for Traced<S>
    where
        S: Stream,
    {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let attached = this.operation.as_ref().and_then(Operation::attach);
            // Even if the stream panics while it is dropped, the operation ends as what it is.
            let dropped = catch_unwind(AssertUnwindSafe(|| this.stream.set(None)));
            drop(attached);
            if let Some(operation) = this.operation {
                operation.abandoned(|| this.progress.outcome());
            }
            if let Err(payload) = dropped {
                resume_unwind(payload);
            }
        }
    }
}

impl<S: Stream> Traced<S> {
    fn new(tracer: &mut Tracer<'_, S::Item>, stream: S) -> Self {
        Self {
            operation: tracer.operation.take(),
            progress: Progress::new(tracer.begun),
            read: tracer.read,
            stream: Some(stream),
        }
    }
}

impl<S: Stream> Stream for Traced<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        let Some(stream) = this.stream.as_pin_mut() else {
            return Poll::Ready(None);
        };
        let attached = this.operation.as_ref().and_then(Operation::attach);
        let polled = catch_unwind(AssertUnwindSafe(|| stream.poll_next(cx)));
        drop(attached);
        let operation = this
            .operation
            .as_mut()
            .filter(|operation| operation.is_live());
        match polled {
            Ok(polled) => {
                let item = ready!(polled);
                match (&item, operation) {
                    (Some(item), Some(_)) => this.progress.item(item, *this.read),
                    (None, Some(operation)) => operation.returned(|| this.progress.outcome()),
                    (_, None) => {}
                }
                Poll::Ready(item)
            }
            Err(payload) => {
                if let Some(operation) = operation {
                    operation.panicked(&*payload);
                }
                resume_unwind(payload)
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.as_ref().map_or((0, Some(0)), Stream::size_hint)
    }
}

impl<S: FusedStream> FusedStream for Traced<S> {
    fn is_terminated(&self) -> bool {
        self.stream.as_ref().is_none_or(FusedStream::is_terminated)
    }
}

impl<S: Stream> std::fmt::Debug for Traced<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Traced").finish_non_exhaustive()
    }
}

/// Puts the stream of a return value inside an operation.
pub(crate) fn trace<R, M: Form<R>>(
    form: M,
    returned: R,
    operation: Operation,
    begun: Instant,
    read: Read<M::Item>,
) -> M::Output {
    let mut operation = Some(operation);
    let tracer = Tracer {
        operation: &mut operation,
        begun,
        read,
    };
    let output = form.trace(returned, tracer);
    if let Some(mut operation) = operation {
        // There was no stream: `Err` has ended the operation already, `None` ends it now.
        operation.returned(Outcome::default);
    }
    output
}

/// How a stream sits in the return value; told by the declared return type.
pub trait Form<R> {
    /// What the items are.
    type Item;
    /// The return value with its stream inside the operation.
    type Output;

    /// Puts the stream of `returned` inside the operation.
    fn trace(self, returned: R, tracer: Tracer<'_, Self::Item>) -> Self::Output;
}

/// `impl Stream`
#[derive(Debug)]
pub struct Opaque;

impl<S: Stream> Form<S> for Opaque {
    type Item = S::Item;
    type Output = Traced<S>;

    fn trace(self, stream: S, mut tracer: Tracer<'_, S::Item>) -> Traced<S> {
        Traced::new(&mut tracer, stream)
    }
}

/// `Result<impl Stream, E>`
#[derive(Debug)]
pub struct OpaqueResult;

impl<S: Stream, E> Form<Result<S, E>> for OpaqueResult {
    type Item = S::Item;
    type Output = Result<Traced<S>, E>;

    fn trace(self, returned: Result<S, E>, mut tracer: Tracer<'_, S::Item>) -> Self::Output {
        returned.map(|stream| Traced::new(&mut tracer, stream))
    }
}

/// A type that holds a stream and keeps its own name: a boxed stream, or a type of the user's.
#[derive(Debug)]
pub struct Held;

impl<R: HoldsStream> Form<R> for Held {
    type Item = R::Item;
    type Output = R;

    fn trace(self, returned: R, tracer: Tracer<'_, R::Item>) -> R {
        returned.map_stream(tracer)
    }
}

/// A value that holds a stream of items, for `#[llm_call(stream)]` and the other attributes.
///
/// Implemented for boxed streams, and for `Result` and `Option` of what holds one. Implement it for a type of your own
/// that carries a stream beside other things.
///
/// # Examples
///
/// ```
/// use std::pin::Pin;
/// use agent_otel::{HoldsStream, StreamTracer};
/// use futures_core::Stream;
///
/// struct Reply {
///     status: u16,
///     chunks: Pin<Box<dyn Stream<Item = String> + Send>>,
/// }
///
/// impl HoldsStream for Reply {
///     type Item = String;
///
///     fn map_stream(mut self, tracer: StreamTracer<'_, String>) -> Self {
///         self.chunks = self.chunks.map_stream(tracer);
///         self
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no stream whose items can be watched",
    label = "not a boxed stream",
    note = "return `impl Stream`, a boxed stream, a `Result` of one, or implement `agent_otel::HoldsStream`"
)]
pub trait HoldsStream: Sized {
    /// What the stream gives.
    type Item;

    /// Puts the stream inside the operation that `tracer` stands for.
    fn map_stream(self, tracer: Tracer<'_, Self::Item>) -> Self;
}

/// An operation that goes on until a stream ends; see [`HoldsStream`].
#[derive(Debug)]
pub struct Tracer<'a, T> {
    operation: &'a mut Option<Operation>,
    begun: Instant,
    read: Read<T>,
}

macro_rules! boxed {
    ($($bounds:tt)*) => {
        impl<'a, T: 'a> HoldsStream for Pin<Box<dyn Stream<Item = T> $($bounds)* + 'a>> {
            type Item = T;

            fn map_stream(self, mut tracer: Tracer<'_, T>) -> Self {
                Box::pin(Traced::new(&mut tracer, self))
            }
        }
    };
}

boxed!();
boxed!(+ Send);
boxed!(+ Send + Sync);

impl<H: HoldsStream, E> HoldsStream for Result<H, E> {
    type Item = H::Item;

    fn map_stream(self, tracer: Tracer<'_, H::Item>) -> Self {
        self.map(|held| held.map_stream(tracer))
    }
}

impl<H: HoldsStream> HoldsStream for Option<H> {
    type Item = H::Item;

    fn map_stream(self, tracer: Tracer<'_, H::Item>) -> Self {
        self.map(|held| held.map_stream(tracer))
    }
}

pin_project! {
    /// A future or a stream in the context that was current when it was wrapped; see [`in_context`] and [`stream`].
    #[derive(Debug)]
    #[must_use = "futures and streams do nothing unless polled"]
    pub struct InContext<S> {
        context: opentelemetry::Context,
        #[pin]
        inner: S,
    }
}

/// Polls a future in the context that is current now, wherever it is polled later: a task that is spawned belongs to
/// the span that spawned it.
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
    InContext {
        context: context::current(),
        inner: future,
    }
}

impl<F: Future> Future for InContext<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _attached = context::attach(this.context.clone());
        this.inner.poll(cx)
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
    InContext {
        context: context::current(),
        inner: stream,
    }
}

// A context may hold anything, and nothing of it is touched while a panic unwinds.
impl<S: UnwindSafe> UnwindSafe for InContext<S> {}
impl<S: RefUnwindSafe> RefUnwindSafe for InContext<S> {}

impl<S: Stream> Stream for InContext<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        let _attached = context::attach(this.context.clone());
        this.inner.poll_next(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}
