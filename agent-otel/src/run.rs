//! The futures that carry an operation: its context is attached for each poll and never longer.
//!
//! They are sound without a word of `unsafe`: pinning is projected by `pin_project_lite`, which also keeps `Drop` from
//! moving a pinned field, and a future is dropped in place: by `Pin::set`, or as a field whose context is attached before
//! and detached by the field after it. There is no pointer that a leak could leave behind: a future that is never dropped
//! leaves its span open and nothing else.

use std::future::Future;
use std::mem;
use std::panic::UnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use futures_core::future::FusedFuture;
use pin_project_lite::pin_project;

use crate::context::{self, Attached};
use crate::form::{self, Form};
use crate::operation::Operation;
use crate::outcome::Outcome;
use crate::start::Start;
use crate::stream::Read;
use crate::tell::Tell;

/// What has begun: nothing, where there is nothing to attach or to end.
#[derive(Debug)]
#[must_use = "an operation does nothing until it runs"]
pub struct Begun(pub(crate) Option<Operation>);

/// Runs the body of an `async fn`.
// What has begun stays where it is, so that nothing of it is moved.
#[inline]
pub fn run<F: Future>(operation: &mut Begun, body: F) -> Run<'_, F> {
    Run {
        begun: Some(operation),
        future: body,
        inside: Inside::default(),
    }
}

/// Ends the operation of a body that has returned, with what its return value tells.
#[inline]
pub fn end(operation: &mut Begun, tell: impl FnOnce(&mut Outcome)) {
    if operation.0.is_some() {
        operation.returned(&mut Some(tell));
    }
}

impl Begun {
    fn returned(&mut self, tell: &mut dyn Tell<Outcome>) {
        let Some(operation) = &mut self.0 else {
            return;
        };
        operation.returned(tell);
        if operation.is_spent() {
            // To drop nothing, piece by piece, costs more than to see that nothing is left.
            mem::forget(self.0.take());
        }
    }

    /// Polls a future inside the operation.
    #[inline]
    fn poll<F: Future>(&mut self, future: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match &mut self.0 {
            None => future.poll(cx),
            Some(operation) => poll_inside(operation, future, cx),
        }
    }

    /// What is dropped before `inside` is dropped inside the operation.
    #[inline]
    fn enter(&self, inside: &mut Inside) {
        if let Some(operation) = &self.0 {
            inside.enter(operation);
        }
    }
}

/// Polls a future inside an operation.
// Of the future only what it gives, so that it is compiled once for all functions that return the same.
#[inline(never)]
fn poll_inside<T>(
    operation: &mut Operation,
    future: Pin<&mut (dyn Future<Output = T> + '_)>,
    cx: &mut Context<'_>,
) -> Poll<T> {
    operation.run(|| future.poll(cx))
}

/// Whether the context of an operation is attached while the field before this one is dropped.
#[derive(Debug, Default)]
struct Inside(bool);

impl Inside {
    // Of no type of the user's, so that it is compiled once.
    #[inline(never)]
    fn enter(&mut self, operation: &Operation) {
        self.0 = operation.attach().is_some_and(context::hold);
    }
}

impl Drop for Inside {
    #[inline]
    fn drop(&mut self) {
        if self.0 {
            context::release();
        }
    }
}

pin_project! {
    /// A future inside an operation that has begun.
    #[must_use = "futures do nothing unless polled"]
    pub struct Run<'a, F> {
        // Gone while the future is polled, and once it has given what it gives.
        begun: Option<&'a mut Begun>,
        #[pin]
        future: F,
        inside: Inside,
    }

    impl<F> PinnedDrop for Run<'_, F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if let Some(begun) = this.begun {
                begun.enter(this.inside);
            }
        }
    }
}

// As the body alone: of what has begun, nothing is touched while a panic unwinds.
impl<F: UnwindSafe> UnwindSafe for Run<'_, F> {}

impl<F: Future> Future for Run<'_, F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let Some(begun) = this.begun.take() else {
            return Poll::Pending;
        };
        let polled = begun.poll(this.future, cx);
        if polled.is_pending() {
            *this.begun = Some(begun);
        } else {
            // As it is already, which the compiler does not know.
            *this.begun = None;
            this.inside.0 = false;
        }
        polled
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
        operation.returned_stream(&mut Some(|told: &mut Outcome| outcome(&returned, told)));
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
        #[pin]
        future: F,
        inside: Inside,
        begun: Begun,
        // What a verdict owns is dropped last.
        outcome: Option<O>,
    }

    impl<F, O> PinnedDrop for Lazy<F, O> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            this.begun.enter(this.inside);
        }
    }
}

impl<F, O> Lazy<F, O> {
    pub(crate) fn new(start: Start, future: F, outcome: O) -> Self {
        Self {
            start: Some(start),
            future,
            inside: Inside::default(),
            begun: Begun(None),
            outcome: Some(outcome),
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
        let polled = this.begun.poll(this.future, cx);
        if let Poll::Ready(returned) = &polled {
            if let Some(outcome) = this.outcome.take() {
                end(this.begun, |told| outcome(returned, told));
            }
        }
        polled
    }
}

impl<F, O> FusedFuture for Lazy<F, O>
where
    F: FusedFuture,
    O: FnOnce(&F::Output, &mut Outcome),
{
    fn is_terminated(&self) -> bool {
        self.future.is_terminated()
    }
}

impl<F> std::fmt::Debug for Run<'_, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run").finish_non_exhaustive()
    }
}

impl<F, O> std::fmt::Debug for Lazy<F, O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lazy").finish_non_exhaustive()
    }
}
