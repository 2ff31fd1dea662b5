//! An operation of which the name is known: where nothing is recorded, what runs it is one load and one branch.
//!
//! What most functions need stands here, in line, and no more of it than that: what is recorded has a frame of its own.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::describe::Describe;
use crate::kind::Kind;
use crate::operation::Operation;
use crate::outcome::Outcome;
use crate::propagation::Extract;
use crate::provider;
use crate::run::Run;
use crate::start::{Start, begin_current, once};

/// An operation with its name.
#[derive(Clone, Copy, Debug)]
#[must_use = "an operation does nothing until it runs"]
pub struct Named {
    kind: &'static Kind,
    name: &'static str,
}

/// What has begun of it: nothing where nothing is recorded.
#[derive(Debug)]
#[must_use = "an operation does nothing until it runs"]
pub struct Begun(Option<Operation>);

impl Named {
    #[inline]
    pub(crate) fn new(kind: &'static Kind, name: &'static str) -> Self {
        Self { kind, name }
    }

    /// Goes on below the current span, with more to say before it begins.
    pub fn current(self) -> Start {
        Start::current(self.kind, self.name)
    }

    /// Continues the trace that `carrier` brings.
    pub fn extract(self, carrier: &(impl Extract + ?Sized)) -> Start {
        Start::extract(self.kind, self.name, carrier)
    }

    /// Begins a new trace that is linked to the one `carrier` brings, for callers whose context is not trusted.
    pub fn link(self, carrier: &(impl Extract + ?Sized)) -> Start {
        Start::link(self.kind, self.name, carrier)
    }

    /// Begins below the current span, and evaluates the arguments of the attribute, if anything records them.
    #[inline]
    pub fn begin(self, describe: impl FnOnce(&mut Describe)) -> Begun {
        let Self { kind, name } = self;
        if provider::state().is_enabled() {
            Begun(begin_current(kind, name, &mut once(describe)))
        } else {
            Begun(None)
        }
    }

    /// As [`Begun::run_sync`], without arguments.
    #[cfg_attr(debug_assertions, inline(always))]
    #[cfg_attr(not(debug_assertions), inline)]
    pub fn run_sync<T>(
        self,
        body: impl FnOnce() -> T,
        outcome: impl FnOnce(&T, &mut Outcome),
    ) -> T {
        self.begin(|_| {}).run_sync(body, outcome)
    }

    /// As [`Begun::run`], without arguments.
    #[inline]
    pub fn run<F, O>(self, body: F, outcome: O) -> Run<F, O>
    where
        F: Future,
        O: FnOnce(&F::Output, &mut Outcome),
    {
        self.begin(|_| {}).run(body, outcome)
    }
}

impl Begun {
    /// Runs a synchronous body.
    #[cfg_attr(debug_assertions, inline(always))]
    #[cfg_attr(not(debug_assertions), inline)]
    pub fn run_sync<T>(
        mut self,
        body: impl FnOnce() -> T,
        outcome: impl FnOnce(&T, &mut Outcome),
    ) -> T {
        let Self(operation) = &mut self;
        let returned = if operation.is_none() {
            body()
        } else {
            record(operation, body, outcome)
        };
        // Nothing is left to drop, which the compiler would not see by itself.
        std::mem::forget(self);
        returned
    }

    /// Runs the body of an `async fn`, which is polled already.
    #[inline]
    pub fn run<F, O>(self, body: F, outcome: O) -> Run<F, O>
    where
        F: Future,
        O: FnOnce(&F::Output, &mut Outcome),
    {
        Run::new(self.0, body, outcome)
    }
}

// In line where nothing is optimized: a frame more for each call in a deep recursion is a stack that is soon full.
#[cfg_attr(debug_assertions, inline(always))]
#[cfg_attr(not(debug_assertions), inline(never))]
fn record<T>(
    operation: &mut Option<Operation>,
    body: impl FnOnce() -> T,
    outcome: impl FnOnce(&T, &mut Outcome),
) -> T {
    let returned = run_sync(operation, body, outcome);
    leave_nothing(operation);
    returned
}

/// Drops an operation that has ended.
#[inline]
fn leave_nothing(operation: &mut Option<Operation>) {
    if operation.as_ref().is_none_or(Operation::is_spent) {
        // To drop nothing, piece by piece, costs more than to see that nothing is left.
        std::mem::forget(operation.take());
    } else {
        *operation = None;
    }
}

/// Runs a synchronous body inside of an operation, if there is one.
#[cfg_attr(debug_assertions, inline(always))]
#[cfg_attr(not(debug_assertions), inline)]
pub(crate) fn run_sync<T>(
    operation: &mut Option<Operation>,
    body: impl FnOnce() -> T,
    outcome: impl FnOnce(&T, &mut Outcome),
) -> T {
    let attached = operation.as_ref().and_then(Operation::attach);
    let result = catch_unwind(AssertUnwindSafe(body));
    drop(attached);
    match result {
        Ok(returned) => {
            if let Some(operation) = operation {
                operation.returned(&mut once(|told| outcome(&returned, told)));
            }
            returned
        }
        Err(payload) => {
            if let Some(operation) = operation {
                operation.panicked(&*payload);
            }
            resume_unwind(payload)
        }
    }
}
