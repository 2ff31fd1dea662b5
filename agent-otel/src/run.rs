//! The futures that carry an operation: its context is attached for each poll and never longer.
//!
//! They are sound without a word of `unsafe`: pinning is projected by `pin_project_lite`, which also keeps `Drop` from
//! moving a pinned field, and the future is dropped in place by `Pin::set`, so there is no `mem::forget` and no pointer
//! that a leak could leave behind. A future that is never dropped leaves its span open and nothing else.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use futures_core::future::FusedFuture;
use pin_project_lite::pin_project;

use crate::context::Attached;
use crate::form::{self, Form};
use crate::operation::Operation;
use crate::outcome::Outcome;
use crate::start::{Start, once};
use crate::stream::Read;

/// What has begun: nothing, where there is nothing to attach or to end.
#[derive(Debug)]
#[must_use = "an operation does nothing until it runs"]
pub struct Begun(pub(crate) Option<Operation>);

impl Begun {
    /// Runs the body of an `async fn`.
    // What has begun stays where it is, so that nothing of it is moved.
    #[inline]
    pub fn run<F, O>(&mut self, body: F, outcome: O) -> Run<'_, F, O>
    where
        F: Future,
        O: FnOnce(&F::Output, &mut Outcome),
    {
        Run {
            begun: self,
            outcome: Some(outcome),
            future: Some(body),
        }
    }

    /// Polls a future inside the operation, which ends when the future has given what it gives.
    #[inline]
    fn poll<F, O>(
        &mut self,
        future: Pin<&mut Option<F>>,
        outcome: &mut Option<O>,
        cx: &mut Context<'_>,
    ) -> Poll<F::Output>
    where
        F: Future,
        O: FnOnce(&F::Output, &mut Outcome),
    {
        let Some(future) = future.as_pin_mut() else {
            return Poll::Pending;
        };
        let Some(operation) = &mut self.0 else {
            return future.poll(cx);
        };
        let polled = operation.run(|| future.poll(cx));
        if let Poll::Ready(returned) = &polled {
            if let Some(outcome) = outcome.take() {
                operation.returned(&mut once(|told| outcome(returned, told)));
            }
            if operation.is_spent() {
                // To drop nothing, piece by piece, costs more than to see that nothing is left.
                mem::forget(self.0.take());
            }
        }
        polled
    }

    /// Drops what a future still holds inside the operation, which ends after it.
    #[inline]
    fn let_go<F>(&self, mut future: Pin<&mut Option<F>>) {
        if let Some(operation) = &self.0 {
            let _attached = operation.attach();
            future.set(None);
        }
    }
}

pin_project! {
    /// A future inside an operation that has begun.
    #[must_use = "futures do nothing unless polled"]
    pub struct Run<'a, F, O> {
        begun: &'a mut Begun,
        outcome: Option<O>,
        #[pin]
        future: Option<F>,
    }

    impl<F, O> PinnedDrop for Run<'_, F, O> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            this.begun.let_go(this.future);
        }
    }
}

impl<F, O> Future for Run<'_, F, O>
where
    F: Future,
    O: FnOnce(&F::Output, &mut Outcome),
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.begun.poll(this.future, this.outcome, cx)
    }
}

pin_project! {
    /// A future inside an operation that goes on until the stream ends which the future gives.
    #[must_use = "futures do nothing unless polled"]
    pub struct RunStream<F, M, O>
    where
        F: Future,
        M: Form<F::Output>,
    {
        // Taken together, when the stream is there.
        rest: Option<(Beginning, M, O)>,
        read: Read<M::Item>,
        #[pin]
        future: Option<F>,
    }

    impl<F, M, O> PinnedDrop for RunStream<F, M, O>
    where
        F: Future,
        M: Form<F::Output>,
    {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let _attached = this.rest.as_ref().and_then(|(begun, ..)| begun.attach());
            this.future.set(None);
        }
    }
}

impl<F, M, O> RunStream<F, M, O>
where
    F: Future,
    M: Form<F::Output>,
{
    pub(crate) fn new(
        begun: Beginning,
        future: F,
        form: M,
        outcome: O,
        read: Read<M::Item>,
    ) -> Self {
        Self {
            rest: Some((begun, form, outcome)),
            read,
            future: Some(future),
        }
    }
}

impl<F, M, O> Future for RunStream<F, M, O>
where
    F: Future,
    M: Form<F::Output>,
    O: FnOnce(&F::Output, &mut Outcome),
{
    type Output = M::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<M::Output> {
        let this = self.project();
        let (Some(future), Some((begun, ..))) = (this.future.as_pin_mut(), &mut *this.rest) else {
            return Poll::Pending;
        };
        begun.begin();
        let Beginning::Now(operation, _) = begun else {
            return Poll::Pending;
        };
        let returned = ready!(operation.run(|| future.poll(cx)));
        let Some((Beginning::Now(mut operation, begun), form, outcome)) = this.rest.take() else {
            return Poll::Pending;
        };
        operation.returned_stream(&mut once(|told| outcome(&returned, told)));
        Poll::Ready(form::trace(form, returned, operation, begun, *this.read))
    }
}

/// An operation that has begun, or one that begins with the first poll.
#[derive(Debug)]
pub(crate) enum Beginning {
    Now(Operation, Instant),
    Later(Box<Start>),
}

impl Beginning {
    /// Has begun now, which is when the request is issued.
    pub(crate) fn now(operation: Operation) -> Self {
        Beginning::Now(operation, Instant::now())
    }

    fn begin(&mut self) {
        if let Beginning::Later(start) = self {
            *self = Beginning::now(start.begun_or_idle());
        }
    }

    fn attach(&self) -> Option<Attached> {
        match self {
            Beginning::Now(operation, _) => operation.attach(),
            Beginning::Later(_) => None,
        }
    }
}

pin_project! {
    /// A future whose operation begins with the first poll; never polled, it leaves no span.
    #[must_use = "futures do nothing unless polled"]
    pub struct Lazy<F, O> {
        start: Option<Start>,
        begun: Begun,
        outcome: Option<O>,
        #[pin]
        future: Option<F>,
    }

    impl<F, O> PinnedDrop for Lazy<F, O> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            this.begun.let_go(this.future);
        }
    }
}

impl<F, O> Lazy<F, O> {
    pub(crate) fn new(start: Start, future: F, outcome: O) -> Self {
        Self {
            start: Some(start),
            begun: Begun(None),
            outcome: Some(outcome),
            future: Some(future),
        }
    }
}

impl<F, O> Future for Lazy<F, O>
where
    F: Future,
    O: FnOnce(&F::Output, &mut Outcome),
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if let Some(mut start) = this.start.take() {
            *this.begun = start.begun();
        }
        this.begun.poll(this.future, this.outcome, cx)
    }
}

impl<F, O> FusedFuture for Lazy<F, O>
where
    F: FusedFuture,
    O: FnOnce(&F::Output, &mut Outcome),
{
    fn is_terminated(&self) -> bool {
        self.future.as_ref().is_none_or(FusedFuture::is_terminated)
    }
}

impl<F, O> std::fmt::Debug for Run<'_, F, O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run").finish_non_exhaustive()
    }
}

impl<F, O> std::fmt::Debug for Lazy<F, O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lazy").finish_non_exhaustive()
    }
}
