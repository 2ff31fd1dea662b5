//! An operation before it begins, and the ways to run its body.

use std::future::Future;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::time::Instant;

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt};

use crate::content;
use crate::context;
use crate::describe::Describe;
use crate::form::{self as forms, Form};
use crate::kind::{Kind, Role};
use crate::operation::{Lineage, Operation};
use crate::outcome::Outcome;
use crate::propagation::{self, Extract, Inject};
use crate::run::{Begun, Lazy, Run, RunStream};
use crate::stream::Read;
use crate::{model_spans, provider};

type PinBox<T> = Pin<Box<T>>;

/// An operation that is described and not yet begun.
#[derive(Debug)]
#[must_use = "an operation does nothing until it runs"]
pub struct Start {
    kind: &'static Kind,
    name: &'static str,
    /// `None` where nothing would be recorded, and the context stays as it is.
    plan: Option<Plan>,
}

/// What there is to do for an operation.
#[derive(Debug)]
struct Plan {
    parent: Context,
    /// The parent is to be current while the body runs, even if nothing is recorded.
    passes_on: bool,
    lineage: Lineage,
    /// `None` where nothing would be recorded.
    describe: Option<Describe>,
    /// `inject` has begun it already.
    begun: Option<Box<Operation>>,
}

impl Start {
    #[inline]
    pub(crate) fn new(kind: &'static Kind, name: &'static str) -> Self {
        Self {
            kind,
            name,
            plan: None,
        }
    }

    /// Goes on below the current span.
    // In line, as are the ways to run below: where nothing is recorded, a call costs one load and one branch.
    #[inline]
    pub fn current(&mut self) -> &mut Self {
        if provider::state().is_enabled() {
            self.decide();
        }
        self
    }

    fn decide(&mut self) {
        let Some(parent) = context::living() else {
            return;
        };
        if let Some(traced) = is_recorded(self.kind, Some(&parent)) {
            self.plan = Some(Plan {
                describe: Some(Describe::new(self.kind, self.name, traced)),
                ..Plan::new(parent)
            });
        }
    }

    fn describes(&self, parent: Option<&Context>) -> Option<Describe> {
        let is_possible = provider::state().is_enabled() && context::is_alive();
        let traced = is_possible.then(|| is_recorded(self.kind, parent))??;
        Some(Describe::new(self.kind, self.name, traced))
    }

    /// Continues the trace that `carrier` brings.
    pub fn extract(&mut self, carrier: &(impl Extract + ?Sized)) -> &mut Self {
        let parent = extracted(carrier);
        let link = around(self.kind, &parent);
        self.plan = Some(Plan {
            passes_on: true,
            lineage: Lineage {
                is_root: false,
                link,
            },
            describe: self.describes(Some(&parent)),
            ..Plan::new(parent)
        });
        self
    }

    /// Begins a new trace that is linked to the one `carrier` brings, for callers whose context is not trusted.
    pub fn link(&mut self, carrier: &(impl Extract + ?Sized)) -> &mut Self {
        let caller = extracted(carrier).span().span_context().clone();
        let parent = context::current();
        // A carrier that brings nothing gives the current context, which is no caller.
        let is_caller = caller.is_valid() && caller != *parent.span().span_context();
        self.plan = Some(Plan {
            lineage: Lineage {
                is_root: true,
                link: is_caller.then(|| Box::new(caller)),
            },
            describe: self.describes(None),
            ..Plan::new(parent)
        });
        self
    }

    /// Evaluates the arguments of the attribute, if anything records them.
    #[inline]
    pub fn describe(&mut self, describe: impl FnOnce(&mut Describe)) -> &mut Self {
        if let Some(plan) = &mut self.plan {
            if let Some(described) = &mut plan.describe {
                // The expressions are the user's, and a panic in them would be a panic that only telemetry causes.
                let _ = catch_unwind(AssertUnwindSafe(|| describe(described)));
            }
        }
        self
    }

    /// Begins the operation and writes its context into `carrier`.
    pub fn inject(&mut self, carrier: &mut (impl Inject + ?Sized)) -> &mut Self {
        let operation = self.begin();
        // A carrier of the user's is code of the user.
        let _ = catch_unwind(AssertUnwindSafe(|| match operation.context() {
            Some(context) => propagation::inject_context(context, carrier),
            None => propagation::inject(carrier),
        }));
        if !operation.is_idle() {
            self.plan = Some(Plan {
                begun: Some(Box::new(operation)),
                ..Plan::new(Context::new())
            });
        }
        self
    }

    /// Runs a synchronous body.
    #[inline]
    pub fn run_sync<T>(
        &mut self,
        body: impl FnOnce() -> T,
        outcome: impl FnOnce(&T, &mut Outcome),
    ) -> T {
        let Some(mut operation) = self.started() else {
            return body();
        };
        let attached = operation.attach();
        let result = catch_unwind(AssertUnwindSafe(body));
        drop(attached);
        match result {
            Ok(returned) => {
                operation.returned(&mut once(|told| outcome(&returned, told)));
                returned
            }
            Err(payload) => {
                operation.panicked(&*payload);
                resume_unwind(payload)
            }
        }
    }

    /// Runs the body of an `async fn`, which is polled already: the operation begins now.
    #[inline]
    pub fn run<F, O>(&mut self, body: F, outcome: O) -> Run<F, O>
    where
        F: Future,
        O: FnOnce(&F::Output, &mut Outcome),
    {
        Run::new(self.started(), body, outcome)
    }

    /// Runs the body of an `async fn` that gives a stream: the operation goes on until the stream ends.
    pub fn run_stream<F, M, O>(
        &mut self,
        body: F,
        form: M,
        outcome: O,
        read: Read<M::Item>,
    ) -> RunStream<F, M, O>
    where
        F: Future,
        M: Form<F::Output>,
        O: FnOnce(&F::Output, &mut Outcome),
    {
        self.streams();
        RunStream::new(Begun::now(self.begin()), body, form, outcome, read)
    }

    /// As [`run_stream`](Self::run_stream), for the future that `body` makes; the operation begins when it is polled.
    pub fn run_future_stream<F, M, O>(
        &mut self,
        body: impl FnOnce() -> F,
        form: M,
        outcome: O,
        read: Read<M::Item>,
    ) -> RunStream<F, M, O>
    where
        F: Future,
        M: Form<F::Output>,
        O: FnOnce(&F::Output, &mut Outcome),
    {
        let (mut start, future) = self.made(body);
        start.streams();
        RunStream::new(Begun::Later(Box::new(start)), future, form, outcome, read)
    }

    /// As [`run_future_stream`](Self::run_future_stream), for a function that returns a pinned box.
    pub fn run_boxed_stream<F, M, O>(
        &mut self,
        body: impl FnOnce() -> PinBox<F>,
        form: M,
        outcome: O,
        read: Read<M::Item>,
    ) -> PinBox<RunStream<PinBox<F>, M, O>>
    where
        F: Future + ?Sized,
        M: Form<F::Output>,
        O: FnOnce(&F::Output, &mut Outcome),
    {
        Box::pin(self.run_future_stream(body, form, outcome, read))
    }

    /// Runs a synchronous body that gives a stream: the operation goes on until the stream ends.
    pub fn run_sync_stream<R, M: Form<R>>(
        &mut self,
        body: impl FnOnce() -> R,
        form: M,
        outcome: impl FnOnce(&R, &mut Outcome),
        read: Read<M::Item>,
    ) -> M::Output {
        self.streams();
        let mut operation = self.begin();
        let begun = Instant::now();
        let attached = operation.attach();
        let result = catch_unwind(AssertUnwindSafe(body));
        drop(attached);
        match result {
            Ok(returned) => {
                operation.returned_stream(&mut once(|told| outcome(&returned, told)));
                forms::trace(form, returned, operation, begun, read)
            }
            Err(payload) => {
                operation.panicked(&*payload);
                resume_unwind(payload)
            }
        }
    }

    /// Runs the future that `body` makes; the operation begins when the future is polled first.
    pub fn run_future<F, O>(&mut self, body: impl FnOnce() -> F, outcome: O) -> Lazy<F, O>
    where
        F: Future,
        O: FnOnce(&F::Output, &mut Outcome),
    {
        let (start, future) = self.made(body);
        Lazy::new(start, future, outcome)
    }

    /// As [`run_future`](Self::run_future), for a function that returns a pinned box.
    pub fn run_boxed<F, O>(
        &mut self,
        body: impl FnOnce() -> PinBox<F>,
        outcome: O,
    ) -> PinBox<Lazy<PinBox<F>, O>>
    where
        F: Future + ?Sized,
        O: FnOnce(&F::Output, &mut Outcome),
    {
        Box::pin(self.run_future(body, outcome))
    }

    /// Makes a future whose operation begins with its first poll, wherever that is, below the span that is current here:
    /// what is recorded of it is decided here, too.
    fn made<F>(&mut self, body: impl FnOnce() -> F) -> (Self, F) {
        let plan = self
            .plan
            .get_or_insert_with(|| Plan::new(context::current()));
        plan.passes_on = true;
        let begun = plan.begun.as_ref();
        let attached = begun.and_then(|operation| operation.attach());
        let future = body();
        drop(attached);
        let made = Self {
            kind: self.kind,
            name: self.name,
            plan: self.plan.take(),
        };
        (made, future)
    }

    fn streams(&mut self) {
        let plan = self.plan.as_mut();
        if let Some(describe) = plan.and_then(|plan| plan.describe.as_mut()) {
            describe.streams();
        }
    }

    /// The operation that has begun, where there is anything to attach or to end.
    #[inline]
    pub(crate) fn started(&mut self) -> Option<Operation> {
        self.plan.take()?.begin(self.kind)
    }

    /// Starts the span, where there is one to start.
    #[inline]
    pub(crate) fn begin(&mut self) -> Operation {
        let idle = || Operation::idle(self.kind, None);
        self.plan
            .take()
            .and_then(|plan| plan.begin(self.kind))
            .unwrap_or_else(idle)
    }
}

impl Plan {
    /// The plan to do nothing but run below `parent`.
    fn new(parent: Context) -> Self {
        Self {
            parent,
            passes_on: false,
            lineage: Lineage::CHILD,
            describe: None,
            begun: None,
        }
    }

    /// Starts the span, where there is one to start; `None` where there is nothing to attach or to end.
    fn begin(mut self, kind: &'static Kind) -> Option<Operation> {
        if let Some(begun) = self.begun {
            return Some(*begun);
        }
        match &mut self.describe {
            Some(describe) => {
                let lineage = self.lineage;
                Some(Operation::begin(kind, describe, &self.parent, lineage))
            }
            None => self
                .passes_on
                .then(|| Operation::idle(kind, Some(self.parent))),
        }
    }
}

/// The span around a request of MCP, to which the one that continues the caller's trace is linked: the transport has
/// spans of its own (MCP conventions, "Context propagation").
fn around(kind: &Kind, parent: &Context) -> Option<Box<SpanContext>> {
    if kind.role != Role::McpServer {
        return None;
    }
    let around = context::map_current(|current| current.span().span_context().clone());
    // Both sides may be in one process, and then the caller is around and is the parent.
    let caller = parent.span().span_context().span_id();
    let is_other = around.is_valid() && around.span_id() != caller;
    is_other.then(|| Box::new(around))
}

/// `read` as a closure that may be called by reference, and does something the first time.
pub(crate) fn once(read: impl FnOnce(&mut Outcome)) -> impl FnMut(&mut Outcome) {
    let mut read = Some(read);
    move |told| {
        if let Some(read) = read.take() {
            read(told);
        }
    }
}

/// Whether anything is recorded of an operation below `parent`, or of one that has none; and with a span or without one:
/// measured only.
fn is_recorded(kind: &Kind, parent: Option<&Context>) -> Option<bool> {
    let state = provider::state();
    let told_by_client = model_spans::are_theirs(kind.role);
    let traced = !told_by_client && state.traces() && parent.is_none_or(provider::may_record);
    let recorded = traced || told_by_client || state.measures() || content::is_beside_spans();
    recorded.then_some(traced)
}

// A context may hold anything, and nothing of it is touched while a panic unwinds.
impl UnwindSafe for Start {}
impl RefUnwindSafe for Start {}

/// What `carrier` brings; nothing where it panics, since it may be code of the user.
fn extracted(carrier: &(impl Extract + ?Sized)) -> Context {
    catch_unwind(AssertUnwindSafe(|| carrier.extract())).unwrap_or_else(|_| context::current())
}
