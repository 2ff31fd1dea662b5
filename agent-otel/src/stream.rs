//! Streams that carry an operation: one span from the request to the last item, however the stream ends.

use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_core::Stream;
use futures_core::stream::FusedStream;
use opentelemetry::KeyValue;
use pin_project_lite::pin_project;

use crate::form::Tracer;
use crate::metrics;
use crate::operation::Operation;
use crate::outcome::Outcome;
use crate::response::Response;

/// Reads one item: what a chunk of a model tells, and whether the item is an error.
pub(crate) type Read<T> = fn(&T, &mut Outcome);

/// What has been seen of a stream so far. Of constant size, whatever the number of items.
#[derive(Debug)]
pub(crate) struct Progress {
    begun: Instant,
    first: Option<Instant>,
    last: Instant,
    chunks: u64,
    /// What the items have told.
    outcome: Outcome,
    /// Where metrics are recorded.
    measured: Option<Measured>,
}

// Instruments are code of others, and nothing of them is touched while a panic unwinds.
impl UnwindSafe for Progress {}
impl RefUnwindSafe for Progress {}

/// The times between the chunks, as metrics.
#[derive(Debug)]
struct Measured {
    chunks: metrics::Chunks,
    /// `gen_ai.response.model`, by which they are counted.
    model: Option<KeyValue>,
}

impl Measured {
    /// A chunk, `since_last` after another one; what a stream takes it takes at the first.
    fn chunk(&mut self, since_last: Option<Duration>, response: &Response) {
        if self.model.is_none() {
            self.model = response.model_attribute();
            if self.model.is_some() {
                self.chunks.rebind();
            }
        }
        if let Some(since_last) = since_last {
            let seconds = since_last.as_secs_f64();
            self.chunks.record(seconds, self.model.as_ref());
        }
    }
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
    fn new(begun: Instant, operation: Option<&Operation>) -> Self {
        Self {
            begun,
            first: None,
            last: begun,
            chunks: 0,
            outcome: Outcome::of_stream(),
            measured: operation
                .and_then(Operation::chunks)
                .map(|chunks| Measured {
                    chunks,
                    model: None,
                }),
        }
    }

    fn item<T>(&mut self, item: &T, read: Read<T>) {
        // `LlmChunk` and `Display` are code of the user.
        let before = self.outcome.failure.take();
        let _ = catch_unwind(AssertUnwindSafe(|| read(item, &mut self.outcome)));
        if self.outcome.failure.is_some() {
            // The first one counts.
            self.outcome.failure = before.or(self.outcome.failure.take());
            return;
        }
        self.outcome.failure = before;
        let now = Instant::now();
        if let Some(measured) = &mut self.measured {
            let since_last = self.first.map(|_| now - self.last);
            // Instruments are code of others.
            let _ = catch_unwind(AssertUnwindSafe(|| {
                measured.chunk(since_last, &self.outcome.response);
            }));
        }
        self.first.get_or_insert(now);
        self.last = now;
        self.chunks += 1;
    }

    /// Whether a model has said that it is done, and nothing has failed.
    fn is_whole(&self) -> bool {
        self.outcome.failure.is_none() && self.outcome.response.is_whole()
    }

    /// What there is to tell at the end.
    fn end(&mut self) -> &mut Outcome {
        let to_first_chunk = self.first.map(|first| (first - self.begun).as_secs_f64());
        let per_output_chunk = self.first.filter(|_| self.chunks > 1).map(|first| {
            #[expect(
                clippy::cast_precision_loss,
                reason = "an average of fewer than 2^53 chunks"
            )]
            let intervals = (self.chunks - 1) as f64;
            (self.last - first).as_secs_f64() / intervals
        });
        self.outcome.timing = Some(Timing {
            to_first_chunk,
            per_output_chunk,
            chunks: self.chunks,
        });
        &mut self.outcome
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
                if this.progress.is_whole() {
                    // Nothing was left: who knows the last chunk need not ask whether there is one more.
                    operation.finished(this.progress.end());
                } else {
                    operation.abandoned(this.progress.end());
                }
            }
            if let Err(payload) = dropped {
                resume_unwind(payload);
            }
        }
    }
}

impl<S: Stream> Traced<S> {
    pub(crate) fn new(tracer: &mut Tracer<'_, S::Item>, stream: S) -> Self {
        let operation = tracer.operation.take();
        let operation = operation.filter(|operation| !operation.is_idle());
        Self {
            progress: Progress::new(tracer.begun, operation.as_ref()),
            operation,
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
        let Some(operation) = this.operation else {
            return stream.poll_next(cx);
        };
        let polled = match operation.run_caught(|| stream.poll_next(cx)) {
            Ok(polled) => polled,
            Err(payload) => operation.panicked_after(this.progress.end(), payload),
        };
        match &polled {
            Poll::Ready(Some(item)) if operation.is_live() => this.progress.item(item, *this.read),
            Poll::Ready(None) => operation.finished(this.progress.end()),
            _ => {}
        }
        polled
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
