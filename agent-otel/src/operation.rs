//! The span of one operation from its start to its end. Nothing else in this crate starts or ends a span.

use std::any::Any;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind, resume_unwind};
use std::sync::OnceLock;
use std::time::SystemTime;

use opentelemetry::logs::AnyValue;
use opentelemetry::trace::{Link, SpanContext, SpanId, TraceContextExt};
use opentelemetry::{Context, Key, KeyValue};

use crate::content::{self, Captured, Content, Written};
use crate::context::{self, Attached};
use crate::describe::{Around, Describe};
use crate::exception::{self, Place};
use crate::kind::{Kind, Role};
use crate::known::Known;
use crate::metrics::{Chunks, Measure};
use crate::outcome::Outcome;
use crate::rollup::Rollup;
use crate::span::{Heard, LastWords, OperationSpan, Starting, Untraced, Wanted};
use crate::stream::Timing;
use crate::surroundings::Surroundings;
use crate::usage::{Count, count};
use crate::{events, mcp, model_spans, provider, semconv};

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
    /// Metrics and events, but no span.
    Untraced,
    /// As `Untraced`, below no span that it could stand for, so that nobody but the operation sees it.
    Aside,
    Span,
}

/// What few operations have beside their span.
#[derive(Debug, Default)]
struct Beside {
    kept: Option<Box<Kept>>,
    /// What it hands to those below it.
    surroundings: Option<Surroundings>,
}

impl Beside {
    /// Completes what `describe` has gathered with what `parent` carries, and takes what is not for the span.
    #[inline(never)]
    fn new(kind: &Kind, describe: &mut Describe, parent: &Context) -> Self {
        let Around {
            content,
            surroundings,
        } = describe.finish(parent);
        Self {
            kept: content::is_kept()
                .then(|| Kept::new(kind, content, &describe.attributes))
                .flatten(),
            surroundings,
        }
    }
}

impl Record {
    /// The span of this context.
    fn span(context: Context) -> (Self, Context) {
        (Self::Span, context)
    }
}

/// Where a span stands among others, apart from its parent.
#[derive(Debug)]
pub(crate) struct Lineage {
    /// It has no parent, whatever is around it.
    pub(crate) is_root: bool,
    /// Another span that it has to do with.
    pub(crate) link: Option<Box<SpanContext>>,
}

impl Lineage {
    /// No more than the child of its parent.
    pub(crate) const CHILD: Self = Self {
        is_root: false,
        link: None,
    };
}

/// Content that may leave the process.
struct Wrote {
    /// Attributes of the span.
    span: Vec<KeyValue>,
    /// For the event that tells the details of a model call.
    details: Details,
}

/// What the event that tells the details of a model call has beside the attributes of the span's end.
struct Details {
    /// The attributes of the start; empty where no event is wanted.
    attributes: Vec<KeyValue>,
    content: Vec<(Key, AnyValue)>,
}

/// What an operation keeps from its start to its end where content is captured.
#[derive(Debug, Default)]
struct Kept {
    content: Content,
    /// The attributes of the start, for the event that tells the details of a model call.
    attributes: Vec<KeyValue>,
    /// The operation's name, for uploads.
    operation: Option<opentelemetry::Value>,
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

    /// Starts the span below `parent`, or as `lineage` says, with what `describe` has gathered, and puts the operation into
    /// its `place`, which is empty.
    #[inline(always)]
    pub(crate) fn begin(
        place: &mut Option<Self>,
        kind: &'static Kind,
        describe: &mut Describe,
        parent: &Context,
        lineage: &mut Lineage,
    ) {
        #[cfg(feature = "tracing")]
        let marked = model_spans::mark(parent, kind.role, &describe.attributes);
        #[cfg(feature = "tracing")]
        let parent = marked.as_ref().unwrap_or(parent);
        let begun = SystemTime::now();
        let has_more = describe.is_completed_by(parent) || content::is_kept();
        let beside = has_more.then(|| Beside::new(kind, describe, parent));
        let mut measure = None;
        if provider::state().measures() && !parent.is_telemetry_suppressed() {
            measure = Measure::begin(kind.role, &describe.name, &describe.attributes);
        }
        let mut unrecorded = None;
        let started = if describe.traced {
            start(kind, describe, parent, lineage, begun, &mut unrecorded)
        } else {
            None
        };
        let known = describe.known;
        let started = match (started, &beside) {
            (Some(context), None) => {
                place.get_or_insert_with(move || Self {
                    kind,
                    context: Some(context),
                    record: Record::Span,
                    known,
                    measure,
                    kept: None,
                });
                return;
            }
            (started, _) => started,
        };
        let beside = beside.unwrap_or_default();
        let untraced = || {
            let records = measure.is_some() || beside.kept.is_some();
            untraced(kind.role, records, parent, unrecorded, begun)
        };
        let recorded = started.map_or_else(untraced, Record::span);
        place.get_or_insert_with(|| Self::beside(kind, known, recorded, measure, beside));
    }

    /// An operation with what it has `beside` its place in the trace.
    #[inline(never)]
    fn beside(
        kind: &'static Kind,
        known: Known,
        (record, context): (Record, Context),
        measure: Option<Measure>,
        beside: Beside,
    ) -> Self {
        let context = match beside.surroundings {
            Some(surroundings) if record != Record::Nothing => surroundings.put(&context),
            _ => context,
        };
        Self {
            kind,
            context: Some(context),
            record,
            known,
            measure,
            kept: beside.kept,
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
    // Of no type of the user's, as is what reads a return value: it is compiled once.
    pub(crate) fn run(&mut self, body: &mut dyn FnMut()) {
        let attached = self.attach();
        let result = catch_unwind(AssertUnwindSafe(body));
        drop(attached);
        if let Err(payload) = result {
            self.panicked(&*payload);
            resume_unwind(payload);
        }
    }

    /// Ends the span with what the return value tells.
    pub(crate) fn returned(&mut self, read: &mut dyn FnMut(&mut Outcome)) {
        if self.context.is_none() {
            return;
        }
        let ended = SystemTime::now();
        let mut outcome = Outcome::default();
        // `Display` of an error and `LlmResponse` of a response are code of the user.
        let _ = catch_unwind(AssertUnwindSafe(|| read(&mut outcome)));
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
    pub(crate) fn returned_stream(&mut self, read: &mut dyn FnMut(&mut Outcome)) {
        if !self.is_live() {
            return;
        }
        let ended = SystemTime::now();
        let mut told = Outcome::default();
        let _ = catch_unwind(AssertUnwindSafe(|| read(&mut told)));
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

    /// Ends the span of a body that panicked.
    #[cold]
    pub(crate) fn panicked(&mut self, payload: &(dyn Any + Send)) {
        let ended = SystemTime::now();
        let mut told = Outcome::default();
        told.failed(exception::panic(payload));
        self.end(&mut told, Some(semconv::outcome::PANICKED), ended);
    }

    /// The one end. `early` marks what did not come to its own; `ended` is when the body was done, before anything was
    /// made of what it gave.
    fn end(&mut self, outcome: &mut Outcome, early: Option<&'static str>, ended: SystemTime) {
        let record = std::mem::replace(&mut self.record, Record::Nothing);
        if let Some(context) = &self.context {
            if record == Record::Nothing {
                self.count_unseen(context, outcome);
            } else {
                let kept = self.kept.take();
                self.end_in(context, record, kept, outcome, early, ended);
            }
            // What is over is not counted again when it is dropped.
            self.context = None;
        }
    }

    /// As [`end`](Self::end), where there is something to end.
    #[inline]
    fn end_in(
        &self,
        context: &Context,
        record: Record,
        kept: Option<Box<Kept>>,
        outcome: &mut Outcome,
        early: Option<&'static str>,
        ended: SystemTime,
    ) {
        let span = context.span();
        let place = Place {
            kind: self.kind,
            span_context: span.span_context(),
        };
        if self.kind.role.is_mcp() {
            mcp::judge(self.kind.role, outcome);
        }
        if let (Record::Span, Some(failure)) = (record, &mut outcome.failure) {
            failure.show(|failure| exception::shown(failure, place.span_context));
        }
        let written = (kept.is_some() || content::is_captured())
            .then(|| Box::new(Self::written(kept, outcome, &place, record)));
        let wanted = Wanted {
            attributes: written.is_some(),
            tokens: self.kind.role == Role::Inference && Rollup::is_open(context),
            measure: self.measure,
        };
        let mut calls = None;
        let mut event = None;
        let mut measured = None;
        let heard = LastWords::end(context, ended, wanted, &mut measured, |last| {
            self.tell(outcome, early, last);
            match self.kind.role {
                Role::Agent => calls = Rollup::end(context, last),
                Role::Tool => Rollup::tool(context),
                Role::McpClient if self.known.calls_tool() => Rollup::tool(context),
                _ => {}
            }
            if let Some(written) = written {
                let Wrote { span, details } = *written;
                last.content(span);
                event = Some(details);
            }
        });
        if let Some(heard) = heard {
            Self::heard(&heard, context, &place, wanted, event);
        }
        if let Some(measured) = measured {
            // Instruments are code of others.
            let _ = catch_unwind(AssertUnwindSafe(|| measured.record(calls)));
        }
    }

    /// What is to be done with what is known once the span has ended.
    fn heard(
        heard: &Heard,
        context: &Context,
        place: &Place<'_>,
        wanted: Wanted,
        event: Option<Details>,
    ) {
        if let Some(failure) = &heard.failure {
            exception::log(failure, place);
        }
        if wanted.tokens {
            Rollup::inference(context, heard.input_tokens, heard.output_tokens);
        }
        if let Some(Details {
            attributes,
            content,
        }) = event
        {
            let told = heard.attributes.as_deref().unwrap_or_default();
            events::details(place, attributes, told, content);
        }
    }

    /// What the outcome says about the span.
    fn tell(&self, outcome: &mut Outcome, early: Option<&'static str>, last: &mut LastWords) {
        if self.kind.role.is_mcp() {
            last.judged_as(self.kind.role);
        }
        let broke_off = outcome.failure.is_some() || early.is_some();
        if outcome.has_responded {
            if broke_off && self.kind.role == Role::Inference {
                outcome.response.broke_off();
            }
            outcome.response.record(last, self.kind.role, self.known);
        }
        if !outcome.attributes().is_empty() {
            for attribute in outcome.take_attributes() {
                last.put(attribute);
            }
        }
        if let Some(timing) = &outcome.timing {
            self.timing(timing, last);
        }
        if broke_off {
            self.tell_failure(outcome, early, last);
        }
    }

    /// Why the operation did not come to its own.
    #[cold]
    fn tell_failure(
        &self,
        outcome: &mut Outcome,
        early: Option<&'static str>,
        last: &mut LastWords,
    ) {
        match (outcome.failure.take(), early) {
            (Some(failure), early) => {
                if let Some(semconv::outcome::PANICKED) = early {
                    last.attribute(semconv::OUTCOME, semconv::outcome::PANICKED);
                }
                last.attribute(semconv::ERROR_TYPE, failure.error_type.clone());
                last.failure(failure);
            }
            (None, Some(early)) => break_off(last, early),
            (None, None) => {}
        }
        if self.kind.role == Role::Inference && !outcome.has_responded {
            let missing = opentelemetry::Array::String(vec!["error".into()]);
            let missing = opentelemetry::Value::Array(missing);
            last.attribute(semconv::GEN_AI_RESPONSE_FINISH_REASONS, missing);
        }
    }

    /// What was captured, as it may leave the process. Redactors and uploads are code of the user.
    #[cold]
    fn written(
        kept: Option<Box<Kept>>,
        outcome: &mut Outcome,
        place: &Place<'_>,
        record: Record,
    ) -> Wrote {
        let Kept {
            mut content,
            attributes,
            operation,
        } = kept.map(|kept| *kept).unwrap_or_default();
        if let Some(messages) = outcome.response.output_messages() {
            content.push(semconv::GEN_AI_OUTPUT_MESSAGES, messages);
        }
        content.extend(outcome.take_content());
        let Written { span, event } = if content.is_empty() {
            Written::default()
        } else {
            let captured = Captured {
                operation: operation.as_ref(),
                span_context: place.span_context,
                has_span: record == Record::Span,
            };
            content::write(content, &captured)
        };
        let details = Details {
            attributes,
            content: event,
        };
        Wrote { span, details }
    }

    /// The measurement of the chunks of its stream, where there is one.
    pub(crate) fn chunks(&self) -> Option<Chunks> {
        self.measure.and_then(Measure::chunks)
    }

    /// What only a stream has.
    fn timing(&self, timing: &Timing, last: &mut LastWords) {
        last.attribute(semconv::STREAM_CHUNKS, count(timing.chunks));
        if self.kind.role != Role::Inference {
            return;
        }
        if let Some(seconds) = timing.to_first_chunk {
            last.attribute(semconv::GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK, seconds);
        }
        if let Some(seconds) = timing.per_output_chunk {
            last.attribute(semconv::STREAM_TIME_PER_OUTPUT_CHUNK, seconds);
        }
    }

    /// Counts a call whose own span was sampled out below an agent whose span was not.
    fn count_unseen(&self, context: &Context, outcome: &Outcome) {
        if !Rollup::is_open(context) {
            return;
        }
        match self.kind.role {
            Role::Inference => {
                let counted = |count| outcome.response.counted(count);
                let (input, output) = (Count::input_tokens, Count::output_tokens);
                Rollup::inference(context, counted(input), counted(output));
            }
            Role::Tool => Rollup::tool(context),
            Role::McpClient if self.known.calls_tool() => Rollup::tool(context),
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
        let is_name = |attribute: &&KeyValue| attribute.key.as_str() == kind.span.operation;
        let operation = content::is_uploaded()
            .then(|| attributes.iter().find(is_name))
            .flatten()
            .map(|name| name.value.clone());
        let attributes = if has_event {
            attributes.to_vec()
        } else {
            Vec::new()
        };
        Some(Box::new(Self {
            content,
            attributes,
            operation,
        }))
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

/// Starts the span of an operation.
#[inline(always)]
fn start(
    kind: &'static Kind,
    describe: &mut Describe,
    parent: &Context,
    lineage: &mut Lineage,
    begun: SystemTime,
    unrecorded: &mut Option<SpanContext>,
) -> Option<Context> {
    content::keep_allowed(&mut describe.attributes);
    let link = lineage.link.take();
    let starting = Starting {
        name: &mut describe.name,
        kind: &kind.span.kind,
        begun,
        attributes: &mut describe.attributes,
        links: link.map(|link| vec![Link::with_context(*link)]),
    };
    // A sampler takes even an invalid parent for one that was sampled out, so a root has none.
    let none = lineage.is_root.then(Context::new);
    let above = none.as_ref().unwrap_or(parent);
    provider::start(starting, above, parent, unrecorded)
}

/// Goes on without a span: sampled out, or, after shutdown and without a provider, not there at all.
#[cold]
fn untraced(
    role: Role,
    records: bool,
    parent: &Context,
    unrecorded: Option<SpanContext>,
    begun: SystemTime,
) -> (Record, Context) {
    let unrecorded = unrecorded.filter(SpanContext::is_valid);
    let told_by_client = model_spans::are_theirs(role);
    if records || told_by_client {
        let around = || parent.span().span_context().clone();
        let around = unrecorded.unwrap_or_else(around);
        // The client's span begins the trace then, and a sampler would take it for one below a span that it dropped.
        let record = if told_by_client && !around.is_valid() {
            Record::Aside
        } else {
            Record::Untraced
        };
        let span = OperationSpan::new(Untraced(around), begun, SpanId::INVALID);
        (record, parent.with_span(span))
    } else {
        let context = match unrecorded {
            Some(span_context) => parent.with_remote_span_context(span_context),
            None => parent.clone(),
        };
        (Record::Nothing, context)
    }
}

/// Marks a span whose caller lost interest. That is no error by the conventions; `AGENT_OTEL_CANCELLED=error` makes it
/// one for those who want to see it as such.
fn break_off(last: &mut LastWords, outcome: &'static str) {
    static IS_ERROR: OnceLock<bool> = OnceLock::new();

    last.attribute(semconv::OUTCOME, outcome);
    let is_error = IS_ERROR.get_or_init(|| {
        let setting = std::env::var("AGENT_OTEL_CANCELLED").unwrap_or_default();
        setting.trim().eq_ignore_ascii_case("error")
    });
    if *is_error {
        last.attribute(semconv::ERROR_TYPE, outcome);
        last.error(outcome.into());
    }
}
