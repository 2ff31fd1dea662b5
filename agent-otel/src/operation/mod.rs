//! The span of one operation from its start to its end. Nothing else in this crate starts or ends a span.

mod begin;
mod end;
mod kept;

use std::any::Any;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind, resume_unwind};
use std::time::SystemTime;

use opentelemetry::Context;

use crate::context::{self, Attached};
use crate::kind::Kind;
use crate::known::Known;
use crate::metrics::{Chunks, Measure};
use crate::outcome::Outcome;
use crate::tell::Tell;
use crate::{exception, semconv};
pub(crate) use begin::Lineage;
use kept::Kept;

/// An operation that has begun. Dropped before its end it counts as cancelled.
#[derive(Debug)]
pub(crate) struct Operation {
    kind: &'static Kind,
    /// Attached while the body runs; `None` where the ambient context is right as it is.
    context: Option<Context>,
    record: Record,
    known: Known,
    measure: Option<Measure>,
    /// What only those have who capture content.
    kept: Option<Box<Kept>>,
}

/// What is recorded of an operation that has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Record {
    /// Nothing, or nothing any more.
    Nothing,
    /// Metrics, events and the counts of an agent, but no span.
    Untraced,
    /// As `Untraced`, below no span that it could stand for, so that nobody but the operation sees it.
    Aside,
    Span,
}

// A context may hold anything, and nothing of it is touched while a panic unwinds.
impl UnwindSafe for Operation {}
impl RefUnwindSafe for Operation {}

impl Operation {
    /// An operation without a span: `context` is attached, where there is one.
    #[inline]
    pub(crate) fn idle(kind: &'static Kind, context: Option<Context>) -> Self {
        Self {
            kind,
            context,
            record: Record::Nothing,
            known: Known::default(),
            measure: None,
            kept: None,
        }
    }

    /// Nothing to attach and nothing to end.
    #[inline]
    pub(crate) fn is_idle(&self) -> bool {
        self.context.is_none()
    }

    /// What is current while the body runs, where that differs from the ambient context.
    pub(crate) fn context(&self) -> Option<&Context> {
        self.context.as_ref()
    }

    /// Makes the operation's context the current one until the guard is dropped.
    #[inline]
    pub(crate) fn attach(&self) -> Option<Attached> {
        let context = self.context.as_ref()?;
        if self.record == Record::Aside {
            return None;
        }
        context::attach(context)
    }

    /// Whether nothing is left that has to be ended or dropped.
    #[inline]
    pub(crate) fn is_spent(&self) -> bool {
        self.context.is_none() && self.kept.is_none()
    }

    /// Whether there is something to end.
    #[inline]
    pub(crate) fn is_live(&self) -> bool {
        self.record != Record::Nothing
    }

    /// Runs a part of the body inside the operation, and ends it where the body panics.
    #[cfg_attr(debug_assertions, inline(always))]
    #[cfg_attr(not(debug_assertions), inline)]
    pub(crate) fn run<T>(&mut self, body: impl FnOnce() -> T) -> T {
        match self.run_caught(body) {
            Ok(given) => given,
            Err(payload) => self.panicked(payload),
        }
    }

    /// Runs a part of the body inside the operation; gives the panic, if there is one.
    #[cfg_attr(debug_assertions, inline(always))]
    #[cfg_attr(not(debug_assertions), inline)]
    pub(crate) fn run_caught<T>(&self, body: impl FnOnce() -> T) -> std::thread::Result<T> {
        let attached = self.attach();
        let result = catch_unwind(AssertUnwindSafe(body));
        drop(attached);
        result
    }

    /// Ends the span with what the return value tells.
    pub(crate) fn returned(&mut self, tell: &mut dyn Tell<Outcome>) {
        if self.context.is_none() {
            return;
        }
        let ended = SystemTime::now();
        let mut outcome = Outcome::default();
        // `Display` of an error and `LlmResponse` of a response are code of the user.
        let _ = catch_unwind(AssertUnwindSafe(|| tell.tell(&mut outcome)));
        self.end(&mut outcome, None, ended);
        if outcome.is_spent() {
            // To drop nothing, piece by piece, costs more than to see that nothing is left.
            std::mem::forget(outcome);
        }
    }

    /// Ends the span of a stream that has come to its end.
    pub(crate) fn finished(&mut self, outcome: &mut Outcome) {
        self.end(outcome, None, SystemTime::now());
    }

    /// Ends the span where the return value is an error instead of a stream.
    pub(crate) fn returned_stream(&mut self, tell: &mut dyn Tell<Outcome>) {
        if !self.is_live() {
            return;
        }
        let ended = SystemTime::now();
        let mut told = Outcome::default();
        let _ = catch_unwind(AssertUnwindSafe(|| tell.tell(&mut told)));
        if told.failure.is_some() {
            self.end(&mut told, None, ended);
        }
    }

    /// Ends the span of a stream that was dropped; one that gave an error has failed, and was not abandoned.
    pub(crate) fn abandoned(&mut self, outcome: &mut Outcome) {
        self.end(
            outcome,
            Some(semconv::outcome::ABANDONED),
            SystemTime::now(),
        );
    }

    /// Ends the span of a body that panicked, and lets the panic go on.
    #[cold]
    pub(crate) fn panicked(&mut self, payload: Box<dyn Any + Send>) -> ! {
        self.panicked_after(&mut Outcome::default(), payload)
    }

    /// As [`panicked`](Self::panicked), where something was told before.
    #[cold]
    pub(crate) fn panicked_after(&mut self, told: &mut Outcome, payload: Box<dyn Any + Send>) -> ! {
        let ended = SystemTime::now();
        told.failed(exception::panic(&*payload));
        self.end(told, Some(semconv::outcome::PANICKED), ended);
        resume_unwind(payload)
    }

    /// The measurement of the chunks of its stream, where there is one.
    pub(crate) fn chunks(&self) -> Option<Chunks> {
        self.measure.and_then(Measure::chunks)
    }
}

impl Drop for Operation {
    #[inline]
    fn drop(&mut self) {
        if self.is_live() {
            let cancelled = Some(semconv::outcome::CANCELLED);
            self.end(&mut Outcome::default(), cancelled, SystemTime::now());
        }
    }
}
