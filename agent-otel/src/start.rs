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
use crate::operation::Operation;
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
    parent: Parent,
    /// `None` where nothing would be recorded.
    describe: Option<Describe>,
    /// `inject` has begun it already.
    begun: Option<Operation>,
}

#[derive(Debug)]
enum Parent {
    Current,
    Extracted(Context),
    Linked(Option<SpanContext>),
}

impl Start {
    // In line, as are the ways to run below: where nothing is recorded, a call costs one load and one branch.
    #[inline]
    pub(crate) fn new(kind: &'static Kind, name: &'static str) -> Self {
        let mut start = Self {
            kind,
            name,
            parent: Parent::Current,
            describe: None,
            begun: None,
        };
        if provider::state().is_enabled() {
            start.decide();
        }
        start
    }

    /// Nothing is recorded, and the context stays as it is.
    #[inline]
    fn is_nothing(&self) -> bool {
        self.describe.is_none() && self.begun.is_none() && matches!(self.parent, Parent::Current)
    }

    /// Decides whether anything is recorded: a span, or metrics.
    fn decide(&mut self) {
        let state = provider::state();
        self.describe = None;
        if !state.is_enabled() || !context::is_alive() {
            return;
        }
        let told_by_client = model_spans::are_theirs(self.kind.role);
        let traced = !told_by_client
            && state.traces()
            && match &self.parent {
                Parent::Current => context::map_current(provider::may_record),
                Parent::Extracted(context) => provider::may_record(context),
                Parent::Linked(_) => true,
            };
        if traced || told_by_client || state.measures() || content::is_beside_spans() {
            self.describe = Some(Describe::new(self.kind, self.name, traced));
        }
    }

    /// Takes another parent than the current span, which decides anew whether anything is recorded.
    fn under(mut self, parent: Parent) -> Self {
        self.parent = parent;
        self.decide();
        self
    }

    /// Continues the trace that `carrier` brings.
    pub fn extract(self, carrier: &(impl Extract + ?Sized)) -> Self {
        self.under(Parent::Extracted(extracted(carrier)))
    }

    /// Begins a new trace that is linked to the one `carrier` brings, for callers whose context is not trusted.
    pub fn link(self, carrier: &(impl Extract + ?Sized)) -> Self {
        let caller = extracted(carrier).span().span_context().clone();
        // A carrier that brings nothing gives the current context, which is no caller.
        let current = context::map_current(|current| current.span().span_context().clone());
        let link = Some(caller).filter(|caller| caller.is_valid() && *caller != current);
        self.under(Parent::Linked(link))
    }

    /// Evaluates the arguments of the attribute, if anything records them.
    #[inline]
    pub fn describe(mut self, describe: impl FnOnce(&mut Describe)) -> Self {
        if let Some(described) = &mut self.describe {
            // The expressions are the user's, and a panic in them would be a panic that only telemetry causes.
            let _ = catch_unwind(AssertUnwindSafe(|| describe(described)));
        }
        self
    }

    /// Begins the operation and writes its context into `carrier`.
    pub fn inject(mut self, carrier: &mut (impl Inject + ?Sized)) -> Self {
        let operation = self.begin();
        // A carrier of the user's is code of the user.
        let _ = catch_unwind(AssertUnwindSafe(|| match operation.context() {
            Some(context) => propagation::inject_context(context, carrier),
            None => propagation::inject(carrier),
        }));
        self.begun = Some(operation);
        self
    }

    /// Runs a synchronous body.
    #[inline]
    pub fn run_sync<T>(
        mut self,
        body: impl FnOnce() -> T,
        outcome: impl FnOnce(&T) -> Outcome,
    ) -> T {
        if self.is_nothing() {
            return body();
        }
        let mut operation = self.begin();
        if operation.is_idle() {
            return body();
        }
        let attached = operation.attach();
        let result = catch_unwind(AssertUnwindSafe(body));
        drop(attached);
        match result {
            Ok(returned) => {
                operation.returned(|| outcome(&returned));
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
    pub fn run<F, O>(mut self, body: F, outcome: O) -> Run<F, O>
    where
        F: Future,
        O: FnOnce(&F::Output) -> Outcome,
    {
        let operation = if self.is_nothing() {
            Operation::idle(self.kind, None)
        } else {
            self.begin()
        };
        Run::new(operation, body, outcome)
    }

    /// Runs the body of an `async fn` that gives a stream: the operation goes on until the stream ends.
    pub fn run_stream<F, M, O>(
        mut self,
        body: F,
        form: M,
        outcome: O,
        read: Read<M::Item>,
    ) -> RunStream<F, M, O>
    where
        F: Future,
        M: Form<F::Output>,
        O: FnOnce(&F::Output) -> Outcome,
    {
        self.streams();
        RunStream::new(Begun::now(self.begin()), body, form, outcome, read)
    }

    /// As [`run_stream`](Self::run_stream), for the future that `body` makes; the operation begins when it is polled.
    pub fn run_future_stream<F, M, O>(
        self,
        body: impl FnOnce() -> F,
        form: M,
        outcome: O,
        read: Read<M::Item>,
    ) -> RunStream<F, M, O>
    where
        F: Future,
        M: Form<F::Output>,
        O: FnOnce(&F::Output) -> Outcome,
    {
        let (mut start, future) = self.made(body);
        start.streams();
        RunStream::new(Begun::Later(Box::new(start)), future, form, outcome, read)
    }

    /// As [`run_future_stream`](Self::run_future_stream), for a function that returns a pinned box.
    pub fn run_boxed_stream<F, M, O>(
        self,
        body: impl FnOnce() -> PinBox<F>,
        form: M,
        outcome: O,
        read: Read<M::Item>,
    ) -> PinBox<RunStream<PinBox<F>, M, O>>
    where
        F: Future + ?Sized,
        M: Form<F::Output>,
        O: FnOnce(&F::Output) -> Outcome,
    {
        Box::pin(self.run_future_stream(body, form, outcome, read))
    }

    /// Runs a synchronous body that gives a stream: the operation goes on until the stream ends.
    pub fn run_sync_stream<R, M: Form<R>>(
        mut self,
        body: impl FnOnce() -> R,
        form: M,
        outcome: impl FnOnce(&R) -> Outcome,
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
                operation.returned_stream(|| outcome(&returned));
                forms::trace(form, returned, operation, begun, read)
            }
            Err(payload) => {
                operation.panicked(&*payload);
                resume_unwind(payload)
            }
        }
    }

    /// Runs the future that `body` makes; the operation begins when the future is polled first.
    pub fn run_future<F, O>(self, body: impl FnOnce() -> F, outcome: O) -> Lazy<F, O>
    where
        F: Future,
        O: FnOnce(&F::Output) -> Outcome,
    {
        let (start, future) = self.made(body);
        Lazy::new(start, future, outcome)
    }

    /// As [`run_future`](Self::run_future), for a function that returns a pinned box.
    pub fn run_boxed<F, O>(
        self,
        body: impl FnOnce() -> PinBox<F>,
        outcome: O,
    ) -> PinBox<Lazy<PinBox<F>, O>>
    where
        F: Future + ?Sized,
        O: FnOnce(&F::Output) -> Outcome,
    {
        Box::pin(self.run_future(body, outcome))
    }

    /// Makes a future whose operation begins with its first poll, wherever that is, below the span that is current here:
    /// what is recorded of it is decided here, too.
    fn made<F>(mut self, body: impl FnOnce() -> F) -> (Self, F) {
        if let Parent::Current = self.parent {
            self.parent = Parent::Extracted(context::current());
        }
        let attached = self.begun.as_ref().and_then(Operation::attach);
        let future = body();
        drop(attached);
        (self, future)
    }

    fn streams(&mut self) {
        if let Some(describe) = &mut self.describe {
            describe.streams();
        }
    }

    /// The span around a request of MCP, to which the one that continues the caller's trace is linked: the transport has
    /// spans of its own (MCP conventions, "Context propagation").
    fn around(&self, parent: &Context) -> Option<SpanContext> {
        if self.kind.role != Role::McpServer {
            return None;
        }
        let around = context::map_current(|current| current.span().span_context().clone());
        // Both sides may be in one process, and then the caller is around and is the parent.
        let caller = parent.span().span_context().span_id();
        Some(around).filter(|around| around.is_valid() && around.span_id() != caller)
    }

    pub(crate) fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// Starts the span, where there is one to start.
    pub(crate) fn begin(&mut self) -> Operation {
        if let Some(begun) = self.begun.take() {
            return begun;
        }
        let parent = std::mem::replace(&mut self.parent, Parent::Current);
        let Some(describe) = self.describe.take() else {
            let context = match parent {
                Parent::Extracted(context) => Some(context),
                Parent::Current | Parent::Linked(_) => None,
            };
            return Operation::idle(self.kind, context);
        };
        match parent {
            Parent::Current => {
                Operation::begin(self.kind, describe, &context::current(), false, None)
            }
            Parent::Extracted(context) => {
                let around = self.around(&context);
                Operation::begin(self.kind, describe, &context, false, around)
            }
            Parent::Linked(caller) => {
                Operation::begin(self.kind, describe, &context::current(), true, caller)
            }
        }
    }
}

// A context may hold anything, and nothing of it is touched while a panic unwinds.
impl UnwindSafe for Start {}
impl RefUnwindSafe for Start {}

/// What `carrier` brings; nothing where it panics, since it may be code of the user.
fn extracted(carrier: &(impl Extract + ?Sized)) -> Context {
    catch_unwind(AssertUnwindSafe(|| carrier.extract())).unwrap_or_else(|_| context::current())
}
