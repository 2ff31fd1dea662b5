//! An operation before it begins, and the ways to run its body.

use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};
use std::pin::Pin;
use std::time::Instant;

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt};

use crate::content;
use crate::context;
use crate::describe::{Describe, Name};
use crate::form::{self as forms, Form};
use crate::kind::{Kind, Role};
use crate::operation::{Lineage, Operation};
use crate::outcome::Outcome;
use crate::propagation::{self, Extract, Inject};
use crate::run::{Beginning, Begun, Lazy, RunStream};
use crate::stream::Read;
use crate::switches::{self, Switches};
use crate::tell::Tell;
use crate::{model_spans, named, provider};

type PinBox<T> = Pin<Box<T>>;

/// An operation that is described, and not yet run.
#[derive(Debug)]
#[must_use = "an operation does nothing until it runs"]
pub struct Start {
    kind: &'static Kind,
    name: &'static Name,
    plan: Plan,
    /// What has begun.
    operation: Option<Operation>,
}

/// What there is to do before the body runs.
#[derive(Debug)]
enum Plan {
    /// Nothing, or nothing any more.
    Nothing,
    /// What is recorded below the current span is not decided yet.
    Undecided,
    /// Nothing would be recorded, and this context is to be current while the body runs.
    PassOn(Context),
    Record {
        parent: Context,
        lineage: Lineage,
        describe: Describe,
    },
}

impl Start {
    /// Goes on below the current span.
    pub(crate) fn current(kind: &'static Kind, name: &'static Name) -> Self {
        let is_enabled = provider::is_enabled();
        let plan = if is_enabled {
            Plan::Undecided
        } else {
            Plan::Nothing
        };
        Self::new(kind, name, plan)
    }

    fn new(kind: &'static Kind, name: &'static Name, plan: Plan) -> Self {
        Self {
            kind,
            name,
            plan,
            operation: None,
        }
    }

    /// Whether nothing is left to do before the body runs.
    #[inline]
    fn is_done(&self) -> bool {
        matches!(self.plan, Plan::Nothing)
    }

    /// Decides what is recorded below the current span.
    fn decide(&mut self) {
        if let Plan::Undecided = self.plan {
            self.plan = Plan::Nothing;
            if let Some(parent) = context::living() {
                if let Some(describe) = self.describes(Some(&parent)) {
                    self.record(parent, Lineage::CHILD, describe);
                }
            }
        }
    }

    fn record(&mut self, parent: Context, lineage: Lineage, describe: Describe) {
        self.plan = Plan::Record {
            parent,
            lineage,
            describe,
        };
    }

    fn describes(&self, parent: Option<&Context>) -> Option<Describe> {
        let is_possible = provider::is_enabled() && context::is_alive();
        let traced = is_possible.then(|| is_recorded(self.kind, parent))??;
        Some(Describe::new(self.kind, self.name, traced))
    }

    /// Continues the trace that `carrier` brings.
    pub(crate) fn extract(
        kind: &'static Kind,
        name: &'static Name,
        carrier: &(impl Extract + ?Sized),
    ) -> Self {
        let mut start = Self::new(kind, name, Plan::Nothing);
        start.continues(extracted(carrier));
        start
    }

    fn continues(&mut self, parent: Context) {
        let lineage = Lineage {
            is_root: false,
            link: around(self.kind, &parent),
        };
        match self.describes(Some(&parent)) {
            Some(describe) => self.record(parent, lineage, describe),
            None => self.plan = Plan::PassOn(parent),
        }
    }

    /// Begins a new trace that is linked to the one `carrier` brings, for callers whose context is not trusted.
    pub(crate) fn link(
        kind: &'static Kind,
        name: &'static Name,
        carrier: &(impl Extract + ?Sized),
    ) -> Self {
        let mut start = Self::new(kind, name, Plan::Nothing);
        start.links(caller(carrier));
        start
    }

    fn links(&mut self, caller: Option<SpanContext>) {
        if let Some(describe) = self.describes(None) {
            let lineage = Lineage {
                is_root: true,
                link: caller.map(Box::new),
            };
            self.record(context::current(), lineage, describe);
        }
    }

    /// Evaluates the arguments of the attribute, if anything records them.
    #[inline]
    pub fn describe(&mut self, describe: impl FnOnce(&mut Describe)) -> &mut Self {
        if !self.is_done() {
            self.decide();
            if let Plan::Record {
                describe: described,
                ..
            } = &mut self.plan
            {
                evaluate(described, &mut Some(describe));
            }
        }
        self
    }

    /// As [`describe`](Self::describe), and begins the operation.
    #[inline]
    pub fn begin(&mut self, describe: impl FnOnce(&mut Describe)) -> &mut Self {
        if !self.is_done() {
            self.begin_with(&mut Some(describe));
        }
        self
    }

    /// Begins the operation and writes its context into `carrier`.
    pub fn inject(&mut self, carrier: &mut (impl Inject + ?Sized)) -> &mut Self {
        self.begin_with(&mut ());
        let context = self.operation.as_ref().and_then(Operation::context);
        // A carrier of the user's is code of the user.
        let _ = catch_unwind(AssertUnwindSafe(|| match context {
            Some(context) => propagation::inject_context(context, carrier),
            None => propagation::inject(carrier),
        }));
        self
    }

    /// Runs a synchronous body.
    #[inline]
    pub fn run_sync<T>(
        &mut self,
        body: impl FnOnce() -> T,
        outcome: impl FnOnce(&T, &mut Outcome),
    ) -> T {
        self.begin_with(&mut ());
        named::run_sync(&mut self.operation, body, outcome)
    }

    /// Begins the operation of an `async fn`, which is polled already.
    #[inline]
    pub fn begun(&mut self) -> Begun {
        Begun(self.started())
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
        RunStream::new(
            Beginning::now(self.begun_or_idle()),
            body,
            form,
            outcome,
            read,
        )
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
        RunStream::new(
            Beginning::Later(Box::new(start)),
            future,
            form,
            outcome,
            read,
        )
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
        let mut operation = self.begun_or_idle();
        let begun = Instant::now();
        let returned = operation.run(body);
        operation.returned_stream(&mut Some(|told: &mut Outcome| outcome(&returned, told)));
        forms::trace(form, returned, operation, begun, read)
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
        self.decide();
        if self.is_done() && self.operation.is_none() {
            self.plan = Plan::PassOn(context::current());
        }
        let attached = self.operation.as_ref().and_then(Operation::attach);
        let future = catch_unwind(AssertUnwindSafe(body));
        drop(attached);
        let future = future.unwrap_or_else(|payload| {
            // There will be no future to begin with.
            self.begun_or_idle().panicked(payload)
        });
        let made = Self {
            plan: mem::replace(&mut self.plan, Plan::Nothing),
            operation: self.operation.take(),
            ..*self
        };
        (made, future)
    }

    fn streams(&mut self) {
        self.decide();
        if let Plan::Record { describe, .. } = &mut self.plan {
            describe.streams();
        }
    }

    /// The operation that has begun, where there is anything to attach or to end.
    #[inline]
    pub(crate) fn started(&mut self) -> Option<Operation> {
        self.begin_with(&mut ());
        self.operation.take()
    }

    /// As [`started`](Self::started); an idle one, where there is nothing to do.
    pub(crate) fn begun_or_idle(&mut self) -> Operation {
        let kind = self.kind;
        let idle = || Operation::idle(kind, None);
        self.started().unwrap_or_else(idle)
    }

    /// Starts the span, where there is one to start, unless it has started.
    // Of no type of the user's, so that it is compiled once.
    fn begin_with(&mut self, tell: &mut dyn Tell<Describe>) {
        let place = &mut self.operation;
        match mem::replace(&mut self.plan, Plan::Nothing) {
            Plan::Nothing => {}
            Plan::Undecided => *place = begin_current(self.kind, self.name, tell),
            Plan::PassOn(parent) => *place = Some(Operation::idle(self.kind, Some(parent))),
            Plan::Record {
                parent,
                lineage,
                mut describe,
            } => {
                // What was planned may begin after shutdown, or where the thread is being torn down.
                if !provider::is_enabled() || !context::is_alive() {
                    *place = Some(Operation::idle(self.kind, Some(parent)));
                    return;
                }
                evaluate(&mut describe, tell);
                *place = Some(Operation::begin(self.kind, &mut describe, &parent, lineage));
                spend(describe);
            }
        }
    }
}

/// Starts a span below the current one, where there is one to start.
// Given its arguments one by one, so that nothing is put in memory before it is known to be needed; of no type of the
// user's, so that it is compiled once.
pub(crate) fn begin_current(
    kind: &'static Kind,
    name: &'static Name,
    tell: &mut dyn Tell<Describe>,
) -> Option<Operation> {
    if !context::is_alive() {
        return None;
    }
    let parent = Context::current();
    let traced = is_recorded(kind, Some(&parent))?;
    let mut describe = Describe::new(kind, name, traced);
    evaluate(&mut describe, tell);
    let operation = Operation::begin(kind, &mut describe, &parent, Lineage::CHILD);
    spend(describe);
    Some(operation)
}

/// Drops what is left of a description.
#[inline]
fn spend(describe: Describe) {
    if describe.is_spent() {
        // To drop nothing, piece by piece, costs more than to see that nothing is left.
        mem::forget(describe);
    }
}

/// Evaluates expressions of the user's, whose panic would be one that only telemetry causes.
#[inline]
fn evaluate(describe: &mut Describe, tell: &mut dyn Tell<Describe>) {
    let _ = catch_unwind(AssertUnwindSafe(|| tell.tell(describe)));
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

/// Whether anything is recorded of an operation below `parent`, or of one that has none; and with a span or without one:
/// measured only.
#[inline(always)]
fn is_recorded(kind: &Kind, parent: Option<&Context>) -> Option<bool> {
    let on = switches::on();
    let told_by_client = model_spans::are_theirs(on, kind.role);
    let may_record = |parent| provider::may_record(on, parent);
    let traced = !told_by_client && provider::traces(on) && parent.is_none_or(may_record);
    let recorded =
        traced || told_by_client || on.any(Switches::MEASURES) || content::is_beside_spans(on);
    recorded.then_some(traced)
}

// A context may hold anything, and nothing of it is touched while a panic unwinds.
impl UnwindSafe for Start {}
impl RefUnwindSafe for Start {}

/// The caller that `carrier` brings. Nothing is current while it is asked: one that brings nothing gives what is current.
fn caller(carrier: &(impl Extract + ?Sized)) -> Option<SpanContext> {
    let _attached = context::attach(&Context::new())?;
    let caller = extracted(carrier).span().span_context().clone();
    caller.is_valid().then_some(caller)
}

/// What `carrier` brings; nothing where it panics, since it may be code of the user.
fn extracted(carrier: &(impl Extract + ?Sized)) -> Context {
    catch_unwind(AssertUnwindSafe(|| carrier.extract())).unwrap_or_else(|_| context::current())
}
