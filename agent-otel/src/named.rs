//! An operation of which the name is known: where nothing is recorded, what runs it is one load and one branch.
//!
//! What most functions need stands here, in line, and no more of it than that: what is recorded has a frame of its own.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::context::Attached;
use crate::describe::{Describe, Name};
use crate::kind::Kind;
use crate::operation::Operation;
use crate::outcome::Outcome;
use crate::propagation::Extract;
use crate::provider;
use crate::run::Begun;
use crate::start::{Start, begin_current};
use crate::tell::Tell;

/// An operation with its name.
#[derive(Clone, Copy, Debug)]
#[must_use = "an operation does nothing until it runs"]
pub struct Named {
    kind: &'static Kind,
    name: &'static Name,
}

impl Named {
    #[inline]
    pub(crate) fn new(kind: &'static Kind, name: &'static Name) -> Self {
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
        if provider::is_enabled() {
            Begun(begin_current(kind, name, &mut Some(describe)))
        } else {
            Begun(None)
        }
    }

    /// Runs a synchronous body below the current span.
    #[cfg_attr(debug_assertions, inline(always))]
    #[cfg_attr(not(debug_assertions), inline)]
    pub fn run_sync<T>(
        self,
        body: impl FnOnce() -> T,
        outcome: impl FnOnce(&T, &mut Outcome),
    ) -> T {
        let body = |begin: Begin<'_>| {
            begin.begin(|_| {});
            body()
        };
        self.run_sync_with(body, outcome)
    }

    /// As [`run_sync`](Self::run_sync), for a body that begins the operation with the arguments of the attribute: it owns
    /// what they borrow.
    #[cfg_attr(debug_assertions, inline(always))]
    #[cfg_attr(not(debug_assertions), inline)]
    pub fn run_sync_with<T>(
        self,
        body: impl FnOnce(Begin<'_>) -> T,
        outcome: impl FnOnce(&T, &mut Outcome),
    ) -> T {
        let Self { kind, name } = self;
        if provider::is_enabled() {
            record(kind, name, body, outcome)
        } else {
            body(Begin(None))
        }
    }

    /// As [`begin`](Self::begin), without arguments.
    #[inline]
    pub fn begun(self) -> Begun {
        self.begin(|_| {})
    }
}

/// Begins an operation from within its body.
#[derive(Debug)]
pub struct Begin<'a>(Option<&'a mut Place>);

/// Where an operation runs.
#[derive(Debug)]
struct Place {
    kind: &'static Kind,
    name: &'static Name,
    /// What has begun.
    operation: Option<Operation>,
    attached: Option<Attached>,
}

impl Begin<'_> {
    /// Evaluates the arguments of the attribute, if anything records them; what follows runs inside the operation.
    #[inline]
    pub fn begin(self, describe: impl FnOnce(&mut Describe)) {
        if let Self(Some(place)) = self {
            place.begin(&mut Some(describe));
        }
    }
}

impl Place {
    // Of no type of the user's, so that it is compiled once.
    fn begin(&mut self, describe: &mut dyn Tell<Describe>) {
        if let Some(operation) = begin_current(self.kind, self.name, describe) {
            self.attached = operation.attach();
            self.operation.get_or_insert(operation);
        }
    }
}

// In line where nothing is optimized: a frame more for each call in a deep recursion is a stack that is soon full.
#[cfg_attr(debug_assertions, inline(always))]
#[cfg_attr(not(debug_assertions), inline(never))]
fn record<T>(
    kind: &'static Kind,
    name: &'static Name,
    body: impl FnOnce(Begin<'_>) -> T,
    outcome: impl FnOnce(&T, &mut Outcome),
) -> T {
    let mut place = Place {
        kind,
        name,
        operation: None,
        attached: None,
    };
    let result = catch_unwind(AssertUnwindSafe(|| body(Begin(Some(&mut place)))));
    let returned = match &mut place.operation {
        Some(operation) => {
            drop(place.attached.take());
            end(operation, result, outcome)
        }
        None => result.unwrap_or_else(|payload| resume_unwind(payload)),
    };
    if place.operation.as_ref().is_none_or(Operation::is_spent) {
        // To drop nothing, piece by piece, costs more than to see that nothing is left.
        std::mem::forget(place);
    }
    returned
}

/// Runs a synchronous body inside of an operation, if there is one.
#[cfg_attr(debug_assertions, inline(always))]
#[cfg_attr(not(debug_assertions), inline)]
pub(crate) fn run_sync<T>(
    operation: &mut Option<Operation>,
    body: impl FnOnce() -> T,
    outcome: impl FnOnce(&T, &mut Outcome),
) -> T {
    let Some(operation) = operation else {
        return body();
    };
    let returned = operation.run(body);
    operation.returned(&mut Some(|told: &mut Outcome| outcome(&returned, told)));
    returned
}

/// Ends an operation whose body has ended.
#[cfg_attr(debug_assertions, inline(always))]
#[cfg_attr(not(debug_assertions), inline)]
fn end<T>(
    operation: &mut Operation,
    result: std::thread::Result<T>,
    outcome: impl FnOnce(&T, &mut Outcome),
) -> T {
    match result {
        Ok(returned) => {
            operation.returned(&mut Some(|told: &mut Outcome| outcome(&returned, told)));
            returned
        }
        Err(payload) => operation.panicked(payload),
    }
}
