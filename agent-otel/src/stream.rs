//! Streams that carry an operation: one span from the request to the last item, however the stream ends.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use futures_core::Stream;
use futures_core::stream::FusedStream;
use opentelemetry::KeyValue;
use pin_project_lite::pin_project;

use crate::failure::Failure;
use crate::form::Tracer;
use crate::operation::Operation;
use crate::outcome::Outcome;
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
    /// `gen_ai.response.model`, by which the time between chunks is counted.
    model: Option<KeyValue>,
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
            model: None,
            failure: None,
        }
    }

    fn item<T>(&mut self, item: &T, read: Read<T>, operation: &Operation) {
        // `LlmChunk` and `Display` are code of the user.
        let read = catch_unwind(AssertUnwindSafe(|| read(item, &mut self.response)));
        if let Some(failure) = read.ok().and_then(|outcome| outcome.failure) {
            self.failure.get_or_insert(failure);
            return;
        }
        let now = Instant::now();
        if self.model.is_none() && operation.is_measured() {
            self.model = self.response.model_attribute();
        }
        if self.first.is_none() {
            self.first = Some(now);
        } else {
            operation.chunk(now - self.last, self.model.as_slice());
        }
        self.last = now;
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
            timing: Some(Timing {
                to_first_chunk,
                per_output_chunk,
                chunks: self.chunks,
            }),
            ..Outcome::default()
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
    pub(crate) fn new(tracer: &mut Tracer<'_, S::Item>, stream: S) -> Self {
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
                    (Some(item), Some(operation)) => {
                        this.progress.item(item, *this.read, operation);
                    }
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
