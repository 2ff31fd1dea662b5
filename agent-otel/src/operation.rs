//! The span of one operation from its start to its end. Nothing else in this crate starts or ends a span.

use std::any::Any;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use opentelemetry::trace::{Link, SpanBuilder, SpanContext, SpanId, TraceContextExt};
use opentelemetry::{Context, KeyValue};

use crate::content::{self, Captured, Content, Written};
use crate::context::{self, Attached};
use crate::describe::{Describe, Described};
use crate::exception::{self, Place};
use crate::kind::{Kind, Role};
use crate::metrics::{Finished, Measure};
use crate::outcome::Outcome;
use crate::response::Response;
use crate::rollup::{OwnCalls, Rollup};
use crate::span::{AnySpan, Ending, OperationSpan, Own};
use crate::stream::Timing;
use crate::usage::count;
use crate::{events, mcp, provider, semconv};

/// An operation that has begun. Dropped before its end it counts as cancelled.
#[derive(Debug)]
pub(crate) struct Operation {
    kind: &'static Kind,
    /// Attached while the body runs; `None` where the ambient context is right as it is.
    context: Option<Context>,
    /// Gone once the operation has ended; never there where nothing records.
    span: Option<OperationSpan>,
    /// What only those have who capture content.
    kept: Option<Box<Kept>>,
}

/// What an operation keeps from its start to its end where content is captured.
#[derive(Debug, Default)]
struct Kept {
    content: Content,
    /// The attributes of the start, for the event that tells the details of a model call.
    attributes: Vec<KeyValue>,
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
            kept: None,
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
        let traced = describe.traced;
        let Described {
            name,
            attributes,
            content,
            surroundings,
        } = describe.finish(&parent);
        let begun = SystemTime::now();
        let measure = if parent.is_telemetry_suppressed() {
            None
        } else {
            Measure::begin(kind.role, &attributes, begun)
        };
        let kept = Kept::new(kind, content, &attributes);
        let span = if traced {
            let builder = SpanBuilder::from_name(name)
                .with_kind(kind.span.kind.clone())
                .with_start_time(begun)
                .with_attributes(attributes);
            Self::start(builder, &parent, is_root, caller)
        } else {
            None
        };
        let around = parent.span().span_context().clone();
        let span = match span {
            Some(span) if span.is_recording() => {
                let parent = if is_root {
                    SpanId::INVALID
                } else {
                    around.span_id()
                };
                OperationSpan::new(span, Own { parent, measure })
            }
            // Sampled out, or, after shutdown and without a provider, not there at all.
            other => {
                let unrecorded = other.map(|span| span.span_context().clone());
                if measure.is_none() && kept.is_none() {
                    let context = match unrecorded {
                        Some(span_context) => parent.with_remote_span_context(span_context),
                        None => parent,
                    };
                    return Self::idle(kind, Some(context));
                }
                let own = Own {
                    parent: SpanId::INVALID,
                    measure,
                };
                OperationSpan::untraced(unrecorded.unwrap_or(around), own)
            }
        };
        let mut context = parent.with_span(span.clone());
        if let Some(surroundings) = surroundings {
            context = surroundings.put(&context);
        }
        Self {
            kind,
            context: Some(context),
            span: Some(span),
            kept,
        }
    }

    /// The span of a tracer; `None` where there is no provider.
    fn start(
        builder: SpanBuilder,
        parent: &Context,
        is_root: bool,
        caller: Option<SpanContext>,
    ) -> Option<AnySpan> {
        let builder = match caller {
            Some(caller) => builder.with_links(vec![Link::with_context(caller)]),
            None => builder,
        };
        let span = if is_root {
            // A sampler takes even an invalid parent for one that was sampled out, so a root has to have none at all.
            provider::start(builder, &Context::new())
        } else {
            provider::start(builder, parent)
        };
        span.filter(|span| span.span_context().is_valid())
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
        let mut outcome = catch_unwind(AssertUnwindSafe(outcome)).unwrap_or_default();
        let mut kept = self.kept.take();
        let written = self.written(kept.as_deref_mut(), &mut outcome, &span);
        let place = Place {
            kind: self.kind,
            span_context: span.span_context(),
            parent: span.own().parent,
        };
        let mut thrown = None;
        let mut calls = None;
        let finished = span.finish(|ending| {
            if let Some(response) = outcome.response {
                response.of_role(self.kind.role).record(ending);
            }
            if let Some(timing) = &outcome.timing {
                self.timing(ending, timing);
            }
            for KeyValue { key, value, .. } in written.span.into_iter().chain(outcome.attributes) {
                ending.put(key, value);
            }
            if self.kind.role.is_mcp() {
                mcp::judge(self.kind.role, ending, &mut outcome.failure);
            }
            let broke_off = outcome.failure.is_some() || early.is_some();
            match (outcome.failure, early) {
                (Some(failure), early) => {
                    if let Some(semconv::outcome::PANICKED) = early {
                        ending.attribute(semconv::OUTCOME, semconv::outcome::PANICKED);
                    }
                    ending.attribute(semconv::ERROR_TYPE, failure.error_type.clone());
                    ending.error(failure.message.clone().into());
                    if ending.is_traced() && exception::is_new(&failure, &place) {
                        exception::record(ending, &failure);
                        thrown = Some(failure);
                    }
                }
                (None, Some(early)) => break_off(ending, early),
                (None, None) => {}
            }
            calls = self.close(ending, broke_off);
        });
        let ended = SystemTime::now();
        // Not while the span is locked: a log processor may look at it.
        if let Some(failure) = thrown {
            exception::log(&failure, &place);
        }
        let attributes = finished
            .as_ref()
            .map(|finished| finished.attributes.as_slice())
            .unwrap_or_default();
        if let Some(kept) = kept {
            events::details(&place, kept.attributes, attributes, written.event);
        }
        if let Some(measure) = span.own().measure {
            let told = Finished {
                attributes,
                timing: outcome.timing.as_ref(),
                calls,
            };
            measure.end(ended, &told);
        }
        if let Some(finished) = finished {
            finished.end(ended);
        }
        // What is over is not counted again when it is dropped.
        self.context = None;
    }

    /// What was captured, as it may leave the process. Redactors and uploads are code of the user, so this is not done
    /// while the span is locked.
    fn written(
        &self,
        kept: Option<&mut Kept>,
        outcome: &mut Outcome,
        span: &OperationSpan,
    ) -> Written {
        let answered = outcome
            .response
            .as_ref()
            .and_then(Response::output_messages);
        let mut content = kept
            .map(|kept| std::mem::take(&mut kept.content))
            .unwrap_or_default();
        if let Some(messages) = answered {
            content.push(semconv::GEN_AI_OUTPUT_MESSAGES, messages);
        }
        content.extend(std::mem::take(&mut outcome.content));
        if content.is_empty() {
            return Written::default();
        }
        let captured = Captured {
            kind: self.kind,
            span_context: span.span_context(),
        };
        content::write(content, &captured)
    }

    fn measure(&self) -> Option<Measure> {
        self.span.as_ref()?.own().measure
    }

    /// Whether metrics are recorded of this operation.
    pub(crate) fn is_measured(&self) -> bool {
        self.measure().is_some()
    }

    /// Measures the time from one chunk of a model's stream to the next.
    pub(crate) fn chunk(&self, since_last: Duration, response_model: &[KeyValue]) {
        if let Some(measure) = self.measure() {
            measure.chunk(since_last.as_secs_f64(), response_model);
        }
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

    /// What every end has in common: the counts of the agents above, and the finish reason that never came.
    fn close(&self, ending: &mut Ending<'_>, broke_off: bool) -> Option<OwnCalls> {
        let context = self.context.as_ref()?;
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
            Role::Agent => return Rollup::end(context, ending),
            _ => {}
        }
        None
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
            _ => {}
        }
    }
}

impl Kept {
    /// What is kept of an operation that begins; `None` where nothing is captured.
    fn new(kind: &Kind, content: Content, attributes: &[KeyValue]) -> Option<Box<Self>> {
        let has_event = content::emits_event() && kind.role == Role::Inference;
        if content.is_empty() && !has_event && !content::is_captured() {
            return None;
        }
        let attributes = if has_event {
            attributes.to_vec()
        } else {
            Vec::new()
        };
        Some(Box::new(Self {
            content,
            attributes,
        }))
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
