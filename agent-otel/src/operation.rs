//! The span of one operation from its start to its end. Nothing else in this crate starts or ends a span.

use std::any::Any;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};
use std::sync::OnceLock;

use opentelemetry::Context;
use opentelemetry::trace::{Link, SpanBuilder, SpanContext, SpanId, SpanKind, TraceContextExt};

use crate::context::{self, Attached};
use crate::describe::Describe;
use crate::exception::{self, Place};
use crate::known::Known;
use crate::outcome::Outcome;
use crate::rollup::Rollup;
use crate::span::{Ending, OperationSpan};
use crate::stream::Timing;
use crate::usage::count;
use crate::{provider, semconv};

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

/// An operation that has begun. Dropped before its end it counts as cancelled.
#[derive(Debug)]
pub(crate) struct Operation {
    kind: &'static Kind,
    /// Attached while the body runs; `None` where the ambient context is right as it is.
    context: Option<Context>,
    /// Gone once the span has ended; never there where nothing records.
    span: Option<OperationSpan>,
    parent: SpanId,
    known: Known,
    /// It asks for an earlier response, and no model works for it.
    fetches: bool,
}

// A context may hold anything, and nothing of it is touched while a panic unwinds.
impl UnwindSafe for Operation {}
impl RefUnwindSafe for Operation {}

impl Operation {
    /// An operation without a span: `context` is attached, where there is one.
    pub(crate) fn idle(kind: &'static Kind, context: Option<Context>) -> Self {
        Self {
            kind,
            context,
            span: None,
            parent: SpanId::INVALID,
            known: Known::default(),
            fetches: false,
        }
    }

    /// Starts the span: below `parent`, or as a root of its own that is linked to its caller, if there is one.
    pub(crate) fn begin(
        kind: &'static Kind,
        describe: Describe,
        parent: Context,
        is_root: bool,
        caller: Option<SpanContext>,
    ) -> Self {
        let (name, attributes, known) = describe.into_parts();
        let fetches = name == semconv::value::operation::FETCH_RESPONSE;
        let mut builder = SpanBuilder::from_name(name)
            .with_kind(kind.span_kind.clone())
            .with_attributes(attributes);
        let span = if is_root {
            builder = builder.with_links(caller.into_iter().map(Link::with_context).collect());
            // A sampler takes even an invalid parent for one that was sampled out, so a root has to have none at all.
            provider::start(builder, &Context::new())
        } else {
            provider::start(builder, &parent)
        };
        let Some(span) = span.filter(|span| span.span_context().is_valid()) else {
            // After shutdown, or without a provider: the caller's context goes on as it came.
            return Self::idle(kind, Some(parent));
        };
        if !span.is_recording() {
            let context = parent.with_remote_span_context(span.span_context().clone());
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
            known,
            fetches,
        }
    }

    /// Nothing to attach and nothing to end.
    pub(crate) fn is_idle(&self) -> bool {
        self.context.is_none()
    }

    /// What is current while the body runs, where that differs from the ambient context.
    pub(crate) fn context(&self) -> Option<&Context> {
        self.context.as_ref()
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

    /// Ends the span of a body that panicked.
    pub(crate) fn panicked(&mut self, payload: &(dyn Any + Send)) {
        let failure = exception::panic(payload);
        self.end(
            || Outcome {
                failure: Some(failure),
                ..Outcome::default()
            },
            Some(semconv::outcome::PANICKED),
        );
    }

    /// The one end. `early` marks what did not come to its own.
    fn end(&mut self, outcome: impl FnOnce() -> Outcome, early: Option<&'static str>) {
        let Some(span) = self.span.take() else {
            return self.count_unseen(outcome);
        };
        // `Display` of an error and `LlmResponse` of a response are code of the user.
        let outcome = catch_unwind(AssertUnwindSafe(outcome)).unwrap_or_default();
        let place = Place {
            kind: self.kind,
            span_context: span.span_context(),
            parent: self.parent,
        };
        let mut thrown = None;
        span.finish(|ending| {
            if let Some(response) = outcome.response {
                response.record(ending, self.known, self.fetches);
            }
            if let Some(timing) = outcome.timing {
                self.timing(ending, &timing);
            }
            for (key, json) in outcome.content {
                ending.attribute(key, json);
            }
            let broke_off = outcome.failure.is_some() || early.is_some();
            match (outcome.failure, early) {
                (Some(failure), early) => {
                    if let Some(semconv::outcome::PANICKED) = early {
                        ending.attribute(semconv::OUTCOME, semconv::outcome::PANICKED);
                    }
                    ending.attribute(semconv::ERROR_TYPE, failure.error_type.clone());
                    ending.error(failure.message.clone().into());
                    if exception::is_new(&failure, &place) {
                        exception::record(ending, &failure);
                        thrown = Some(failure);
                    }
                }
                (None, Some(early)) => break_off(ending, early),
                (None, None) => {}
            }
            self.close(ending, broke_off);
        });
        // Not while the span is locked: a log processor may look at it.
        if let Some(failure) = thrown {
            exception::log(&failure, &place);
        }
        // What is over is not counted again when it is dropped.
        self.context = None;
    }

    /// What only a stream has.
    fn timing(&self, ending: &mut Ending<'_>, timing: &Timing) {
        ending.attribute(semconv::STREAM_CHUNKS, count(timing.chunks));
        if self.kind.role != Role::Inference {
            return;
        }
        if !self.known.has(semconv::GEN_AI_REQUEST_STREAM) {
            ending.attribute(semconv::GEN_AI_REQUEST_STREAM, true);
        }
        if let Some(seconds) = timing.to_first_chunk {
            ending.attribute(semconv::GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK, seconds);
        }
        if let Some(seconds) = timing.per_output_chunk {
            ending.attribute(semconv::STREAM_TIME_PER_OUTPUT_CHUNK, seconds);
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
                    let missing = opentelemetry::Array::String(vec!["error".into()]);
                    let missing = opentelemetry::Value::Array(missing);
                    ending.attribute(semconv::GEN_AI_RESPONSE_FINISH_REASONS, missing);
                }
                let input = ending.count(semconv::GEN_AI_USAGE_INPUT_TOKENS);
                let output = ending.count(semconv::GEN_AI_USAGE_OUTPUT_TOKENS);
                Rollup::inference(context, input, output);
            }
            Role::Tool => Rollup::tool(context),
            Role::Agent => Rollup::end(context, ending),
            Role::RemoteAgent => {}
        }
    }

    /// Counts a call whose own span was sampled out below an agent whose span was not.
    fn count_unseen(&mut self, outcome: impl FnOnce() -> Outcome) {
        let Some(context) = self.context.take().filter(Rollup::is_open) else {
            return;
        };
        match self.kind.role {
            Role::Inference => {
                let outcome = catch_unwind(AssertUnwindSafe(outcome)).unwrap_or_default();
                let usage = outcome
                    .response
                    .map(|response| response.known_usage())
                    .unwrap_or_default();
                Rollup::inference(&context, usage.input_tokens, usage.output_tokens);
            }
            Role::Tool => Rollup::tool(&context),
            Role::Agent | Role::RemoteAgent => {}
        }
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        if self.is_live() {
            self.end(Outcome::default, Some(semconv::outcome::CANCELLED));
        }
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
