//! The span of one operation from its start to its end. Nothing else in this crate starts or ends a span.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::OnceLock;

use opentelemetry::Context;
use opentelemetry::trace::{Link, SpanBuilder, SpanContext, SpanId, SpanKind, TraceContextExt};

use crate::context::{self, Attached};
use crate::describe::Describe;
use crate::outcome::{Failure, Outcome};
use crate::propagation::{self, Extract, Inject};
use crate::rollup::Rollup;
use crate::run::{Begun, Lazy, Run, RunStream};
use crate::span::{Ending, OperationSpan};
use crate::stream::{self, Form, Read, Timing};
use crate::usage::count;
use crate::{exception, provider, semconv};

type PinBox<T> = Pin<Box<T>>;

/// What is fixed for all spans of one attribute.
#[derive(Debug)]
pub(crate) struct Kind {
    /// First word of the span's name, and `gen_ai.operation.name` where the name does not tell another.
    pub(crate) operation: &'static str,
    /// The attribute that the rest of the span's name is the value of.
    pub(crate) target: &'static str,
    pub(crate) span_kind: SpanKind,
    pub(crate) role: Role,
}

/// What an operation counts as in the agent above it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Agent,
    RemoteAgent,
    Tool,
    Inference,
}

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
    Linked(SpanContext),
}

impl Start {
    pub(crate) fn new(kind: &'static Kind, name: &'static str) -> Self {
        let records = can_record() && context::map_current(provider::may_record);
        Self {
            kind,
            name,
            parent: Parent::Current,
            describe: records.then(|| Describe::new(kind, name)),
            begun: None,
        }
    }

    /// Takes another parent than the current span, which decides anew whether anything is recorded.
    fn under(mut self, parent: Parent) -> Self {
        let records = can_record()
            && match &parent {
                Parent::Extracted(context) => provider::may_record(context),
                Parent::Current | Parent::Linked(_) => true,
            };
        self.describe = records.then(|| Describe::new(self.kind, self.name));
        self.parent = parent;
        self
    }

    /// Continues the trace that `carrier` brings.
    pub fn extract(self, carrier: &(impl Extract + ?Sized)) -> Self {
        self.under(Parent::Extracted(carrier.extract()))
    }

    /// Begins a new trace that is linked to the one `carrier` brings, for callers whose context is not trusted.
    pub fn link(self, carrier: &(impl Extract + ?Sized)) -> Self {
        let caller = carrier.extract().span().span_context().clone();
        self.under(Parent::Linked(caller))
    }

    /// Evaluates the arguments of the attribute, if anything records them.
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
        match &operation.context {
            Some(context) => propagation::inject_context(context, carrier),
            None => propagation::inject(carrier),
        }
        self.begun = Some(operation);
        self
    }

    /// Runs a synchronous body.
    pub fn run_sync<T>(
        mut self,
        body: impl FnOnce() -> T,
        outcome: impl FnOnce(&T) -> Outcome,
    ) -> T {
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
    pub fn run<F, O>(mut self, body: F, outcome: O) -> Run<F, O>
    where
        F: Future,
        O: FnOnce(&F::Output) -> Outcome,
    {
        Run::new(self.begin(), body, outcome)
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
        RunStream::new(Begun::Now(self.begin()), body, form, outcome, read)
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
        let attached = self.begun.as_ref().and_then(Operation::attach);
        let future = body();
        drop(attached);
        RunStream::new(Begun::Later(Box::new(self)), future, form, outcome, read)
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
        let mut operation = self.begin();
        let attached = operation.attach();
        let result = catch_unwind(AssertUnwindSafe(body));
        drop(attached);
        match result {
            Ok(returned) => {
                operation.returned_stream(|| outcome(&returned));
                stream::trace(form, returned, operation, read)
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
        let attached = self.begun.as_ref().and_then(Operation::attach);
        let future = body();
        drop(attached);
        Lazy::new(self, future, outcome)
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
        let (parent, link) = match parent {
            Parent::Current => (context::current(), None),
            Parent::Extracted(context) => (context, None),
            Parent::Linked(caller) => (context::current(), Some(caller)),
        };
        Operation::begin(self.kind, describe, parent, link)
    }
}

/// Whether spans can be started at all: telemetry is on, and the thread is not being torn down.
fn can_record() -> bool {
    provider::is_enabled() && context::is_alive()
}

/// An operation that has begun. Dropped before its end it counts as cancelled.
#[derive(Debug)]
pub(crate) struct Operation {
    kind: &'static Kind,
    /// Attached while the body runs; `None` where the ambient context is right as it is.
    context: Option<Context>,
    /// Gone once the span has ended; never there where nothing records.
    span: Option<OperationSpan>,
    parent: SpanId,
}

impl Operation {
    fn idle(kind: &'static Kind, context: Option<Context>) -> Self {
        Self {
            kind,
            context,
            span: None,
            parent: SpanId::INVALID,
        }
    }

    /// Nothing to attach, nothing to end: not begun, or ended.
    pub(crate) fn empty(kind: &'static Kind) -> Self {
        Self::idle(kind, None)
    }

    fn begin(
        kind: &'static Kind,
        describe: Describe,
        parent: Context,
        link: Option<SpanContext>,
    ) -> Self {
        let (name, attributes) = describe.into_parts();
        let mut builder = SpanBuilder::from_name(name)
            .with_kind(kind.span_kind.clone())
            .with_attributes(attributes);
        let is_root = link.is_some();
        let span = match link {
            // A sampler takes even an invalid parent for one that was sampled out, so a root has to have none at all.
            Some(caller) => {
                if caller.is_valid() {
                    builder = builder.with_links(vec![Link::with_context(caller)]);
                }
                provider::start(builder, &Context::new())
            }
            None => provider::start(builder, &parent),
        };
        let span_context = span.span_context();
        if !span_context.is_valid() {
            // After shutdown, or without a provider: the caller's context goes on as it came.
            return Self::idle(kind, Some(parent));
        }
        if !span.is_recording() {
            let context = parent.with_remote_span_context(span_context.clone());
            return Self::idle(kind, Some(context));
        }
        let parent_id = if is_root {
            SpanId::INVALID
        } else {
            parent.span().span_context().span_id()
        };
        let span = OperationSpan::new(span);
        let mut context = parent.with_span(span.clone());
        if kind.role == Role::Agent {
            context = Rollup::begin(&context);
        }
        Self {
            kind,
            context: Some(context),
            span: Some(span),
            parent: parent_id,
        }
    }

    fn is_idle(&self) -> bool {
        self.context.is_none()
    }

    /// Makes the operation's context the current one until the guard is dropped.
    pub(crate) fn attach(&self) -> Option<Attached> {
        self.context.clone().and_then(context::attach)
    }

    /// Whether there is a span to end.
    pub(crate) fn is_live(&self) -> bool {
        self.span.is_some()
    }

    /// Ends the span with what the return value, or the end of a stream, tells.
    pub(crate) fn returned(&mut self, outcome: impl FnOnce() -> Outcome) {
        self.end(outcome, None);
    }

    /// Ends the span where the return value is an error instead of a stream.
    pub(crate) fn returned_stream(&mut self, outcome: impl FnOnce() -> Outcome) {
        if !self.is_live() {
            return;
        }
        let outcome = catch_unwind(AssertUnwindSafe(outcome)).unwrap_or_default();
        if outcome.failure.is_some() {
            self.end(|| outcome, None);
        }
    }

    /// Ends the span of a stream that was dropped; one that gave an error has failed, and was not abandoned.
    pub(crate) fn abandoned(&mut self, outcome: impl FnOnce() -> Outcome) {
        self.end(outcome, Some(semconv::outcome::ABANDONED));
    }

    fn end(&mut self, outcome: impl FnOnce() -> Outcome, early: Option<&'static str>) {
        let Some(span) = self.span.take() else {
            return;
        };
        // `Display` of an error and `LlmResponse` of a response are code of the user.
        let outcome = catch_unwind(AssertUnwindSafe(outcome)).unwrap_or_default();
        let broke_off = outcome.failure.is_some() || early.is_some();
        span.finish(|ending| {
            if let Some(response) = outcome.response {
                response.record(ending);
            }
            if let Some(timing) = outcome.timing {
                self.timing(ending, &timing);
            }
            for (key, json) in outcome.content {
                ending.attribute(key, json);
            }
            match (outcome.failure, early) {
                (Some(failure), _) => self.fail(ending, failure, &span),
                (None, Some(early)) => break_off(ending, early),
                (None, None) => {}
            }
            self.close(ending, broke_off);
        });
    }

    fn fail(&self, ending: &mut Ending<'_>, failure: Failure, span: &OperationSpan) {
        ending.attribute(semconv::ERROR_TYPE, failure.error_type.clone());
        exception::record(ending, &failure, &self.place(span));
        ending.error(failure.message.into());
    }

    /// What only a stream has.
    fn timing(&self, ending: &mut Ending<'_>, timing: &Timing) {
        ending.attribute(semconv::STREAM_CHUNKS, count(timing.chunks));
        if self.kind.role != Role::Inference {
            return;
        }
        ending.attribute(semconv::GEN_AI_REQUEST_STREAM, true);
        if let Some(seconds) = timing.to_first_chunk {
            ending.attribute(semconv::GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK, seconds);
        }
        if let Some(seconds) = timing.per_output_chunk {
            ending.attribute(semconv::STREAM_TIME_PER_OUTPUT_CHUNK, seconds);
        }
    }

    /// Ends the span of a body that panicked.
    pub(crate) fn panicked(&mut self, payload: &(dyn Any + Send)) {
        let Some(span) = self.span.take() else {
            return;
        };
        let failure = exception::panic(payload);
        span.finish(|ending| {
            ending.attribute(semconv::OUTCOME, semconv::outcome::PANICKED);
            self.fail(ending, failure, &span);
            self.close(ending, true);
        });
    }

    /// Ends the span of a future that was dropped.
    fn cancelled(&mut self) {
        if let Some(span) = self.span.take() {
            span.finish(|ending| {
                break_off(ending, semconv::outcome::CANCELLED);
                self.close(ending, true);
            });
        }
    }

    fn place<'a>(&'a self, span: &'a OperationSpan) -> exception::Place<'a> {
        exception::Place {
            kind: self.kind,
            span_context: span.span_context(),
            parent: self.parent,
        }
    }

    /// What every end has in common: the counts of the agents above, and the finish reason that never came.
    fn close(&self, ending: &mut Ending<'_>, broke_off: bool) {
        let Some(context) = &self.context else {
            return;
        };
        match self.kind.role {
            Role::Inference => {
                if broke_off {
                    let missing = opentelemetry::Value::Array(opentelemetry::Array::String(vec![
                        "error".into(),
                    ]));
                    ending.attribute(semconv::GEN_AI_RESPONSE_FINISH_REASONS, missing);
                }
                Rollup::inference(context, ending);
            }
            Role::Tool => Rollup::tool(context),
            Role::Agent => Rollup::end(context, ending),
            Role::RemoteAgent => {}
        }
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        self.cancelled();
    }
}

/// Marks a span whose caller lost interest. That is no error by the conventions; `AGENT_OTEL_CANCELLED=error` makes it
/// one for those who want to see it as such.
fn break_off(ending: &mut Ending<'_>, outcome: &'static str) {
    static IS_ERROR: OnceLock<bool> = OnceLock::new();

    ending.attribute(semconv::OUTCOME, outcome);
    let is_error = IS_ERROR.get_or_init(|| {
        let setting = std::env::var("AGENT_OTEL_CANCELLED").unwrap_or_default();
        setting.trim().eq_ignore_ascii_case("error")
    });
    if *is_error {
        ending.attribute(semconv::ERROR_TYPE, outcome);
        ending.error(outcome.into());
    }
}
