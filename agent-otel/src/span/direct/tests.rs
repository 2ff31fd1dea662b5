//! Each span is made twice: here and by the SDK, which says what is right.

#![expect(clippy::expect_used, reason = "what fails here fails the test")]

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use opentelemetry::trace::{
    Link, SpanContext, SpanId, SpanKind, Status, TraceContextExt, TraceFlags, TraceId, TraceState,
    Tracer as _, TracerProvider as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, ShouldSample, SpanData, SpanLimits};

use super::{Destination, DirectTracer};
use crate::span::Starting;
use crate::span::as_processor::AsProcessor;

/// Spans that have ended.
#[derive(Clone, Debug, Default)]
struct Ended(Arc<Mutex<Vec<SpanData>>>);

impl Ended {
    fn take(&self) -> Vec<SpanData> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Destination for Ended {
    fn started(&self, span_context: &SpanContext, _: &Context) {
        assert!(span_context.is_sampled());
    }

    fn ended(&self, span: SpanData) {
        let mut ended = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ended.push(span);
    }
}

fn few() -> SpanLimits {
    SpanLimits {
        max_attributes_per_span: 3,
        max_events_per_span: 1,
        max_links_per_span: 2,
        max_attributes_per_event: 1,
        max_attributes_per_link: 1,
    }
}

fn tracer(ended: &Ended, parent_based: bool, root: Sampler) -> &'static DirectTracer {
    let tracer = DirectTracer::new(Box::new(ended.clone()))
        .with_sampler(parent_based, root)
        .with_limits(few());
    Box::leak(Box::new(tracer))
}

fn provider(ended: &Ended, sampler: Box<dyn ShouldSample>) -> SdkTracerProvider {
    SdkTracerProvider::builder()
        .with_sampler(sampler)
        .with_span_limits(few())
        .with_span_processor(AsProcessor(ended.clone()))
        .build()
}

const BEGUN: SystemTime = SystemTime::UNIX_EPOCH;

/// Starts a span by `tracer`; its context, or what it has become.
fn start(tracer: &'static DirectTracer, parent: &Context) -> Result<Context, Option<SpanContext>> {
    let mut unrecorded = None;
    let (mut name, mut attributes) = (Cow::Borrowed("chat"), attributes());
    let starting = Starting {
        name: &mut name,
        kind: &SpanKind::Client,
        begun: BEGUN,
        attributes: &mut attributes,
        mixed: true,
        link: &mut Some(Box::new(caller(TraceFlags::SAMPLED))),
    };
    let context = tracer.start(starting, parent, parent, &mut unrecorded);
    context.ok_or(unrecorded)
}

/// The same span by the SDK.
fn start_by_sdk(provider: &SdkTracerProvider, parent: &Context) -> Context {
    let tracer = provider.tracer("test");
    let builder = tracer
        .span_builder("chat")
        .with_kind(SpanKind::Client)
        .with_start_time(BEGUN)
        .with_attributes(attributes())
        .with_links(vec![Link::with_context(caller(TraceFlags::SAMPLED))]);
    parent.with_span(builder.start_with_context(&tracer, parent))
}

fn attributes() -> Vec<KeyValue> {
    vec![KeyValue::new("a", 1), KeyValue::new("b", 2)]
}

fn caller(flags: TraceFlags) -> SpanContext {
    let state = TraceState::from_key_value([("vendor", "x")]).expect("a state");
    SpanContext::new(TraceId::from(7), SpanId::from(8), flags, true, state)
}

fn below(flags: TraceFlags) -> Context {
    Context::new().with_remote_span_context(caller(flags))
}

/// A span without what no two have in common.
fn comparable(mut span: SpanData) -> SpanData {
    let parent = span.parent_span_id;
    let trace = if parent == SpanId::INVALID {
        TraceId::INVALID
    } else {
        span.span_context.trace_id()
    };
    span.span_context = SpanContext::new(
        trace,
        SpanId::INVALID,
        span.span_context.trace_flags(),
        span.span_context.is_remote(),
        span.span_context.trace_state().clone(),
    );
    span.instrumentation_scope = opentelemetry::InstrumentationScope::default();
    for event in &mut span.events.events {
        event.timestamp = BEGUN;
    }
    span
}

fn assert_same(parent: &Context, steps: impl Fn(&Context)) {
    let (ours, theirs) = (Ended::default(), Ended::default());
    let tracer = tracer(&ours, true, Sampler::AlwaysOn);
    let context = start(tracer, parent).expect("it is sampled");
    assert!(context.span().is_recording());
    steps(&context);
    assert!(!context.span().is_recording());
    let provider = provider(&theirs, Box::new(Sampler::parent_based(Sampler::AlwaysOn)));
    let context = start_by_sdk(&provider, parent);
    steps(&context);
    let [ours, theirs] = [ours, theirs].map(|ended| {
        let spans = ended.take().into_iter();
        spans.map(comparable).collect::<Vec<_>>()
    });
    assert_eq!(ours.len(), 1);
    assert_eq!(ours, theirs);
}

#[test]
fn a_span_is_what_the_sdk_makes_of_it() {
    let caller = below(TraceFlags::SAMPLED);
    for parent in [Context::new(), caller] {
        assert_same(&parent, |context| {
            let span = context.span();
            span.set_attribute(KeyValue::new("c", 3));
            span.set_attribute(KeyValue::new("d", 4));
            span.add_event("first", attributes());
            span.add_event("second", Vec::new());
            span.add_link(self::caller(TraceFlags::SAMPLED), attributes());
            span.add_link(self::caller(TraceFlags::SAMPLED), Vec::new());
            span.update_name("chat gpt-4o");
            span.set_status(Status::error("no"));
            span.set_status(Status::Unset);
            span.end_with_timestamp(BEGUN + Duration::from_secs(1));
            span.set_attribute(KeyValue::new("late", 5));
            span.add_event("late", Vec::new());
            span.update_name("late");
            span.set_status(Status::Ok);
            span.end();
        });
        assert_same(&parent, |context| {
            let span = context.span();
            span.set_status(Status::Ok);
            span.set_status(Status::error("no"));
            span.end_with_timestamp(BEGUN);
        });
    }
}

#[test]
fn the_last_value_of_a_key_counts() {
    let ended = Ended::default();
    let tracer = tracer(&ended, true, Sampler::AlwaysOn);
    let context = start(tracer, &Context::new()).expect("it is sampled");
    context.span().set_attribute(KeyValue::new("a", 9));
    context.span().end();
    let spans = ended.take();
    let attributes = vec![KeyValue::new("b", 2), KeyValue::new("a", 9)];
    let mut written = spans[0].attributes.clone();
    written.sort_by_key(|attribute| attribute.value.as_str().into_owned());
    assert_eq!(written, attributes);
    assert_eq!(spans[0].dropped_attributes_count, 0);
}

#[test]
fn what_is_dropped_has_ended() {
    let ended = Ended::default();
    let tracer = tracer(&ended, true, Sampler::AlwaysOn);
    drop(start(tracer, &Context::new()));
    let spans = ended.take();
    assert_eq!(spans.len(), 1);
    assert!(spans[0].end_time > spans[0].start_time);
}

#[test]
fn a_clock_that_is_set_back_gives_no_negative_duration() {
    let ended = Ended::default();
    let tracer = tracer(&ended, true, Sampler::AlwaysOn);
    let context = start(tracer, &Context::new()).expect("it is sampled");
    let before = BEGUN - Duration::from_secs(1);
    context.span().end_with_timestamp(before);
    let spans = ended.take();
    assert_eq!(spans[0].end_time, spans[0].start_time);
}

#[test]
fn the_sampler_is_asked_as_the_sdk_asks_it() {
    let state = TraceState::from_key_value([("vendor", "x")]).expect("a state");
    let (none, flags) = (TraceId::INVALID, TraceFlags::SAMPLED);
    let invalid = SpanContext::new(none, SpanId::from(8), flags, true, state);
    let parents = [
        Context::new(),
        below(TraceFlags::SAMPLED),
        below(TraceFlags::NOT_SAMPLED),
        Context::new().with_remote_span_context(invalid),
    ];
    let roots = [
        Sampler::AlwaysOn,
        Sampler::AlwaysOff,
        Sampler::TraceIdRatioBased(0.0),
        Sampler::TraceIdRatioBased(1.0),
    ];
    for (parent, root, parent_based) in parents.iter().flat_map(|parent| {
        let with_root = roots.iter().map(move |root| (parent, root));
        with_root.flat_map(|(parent, root)| [true, false].map(|based| (parent, root, based)))
    }) {
        let case = format!("{parent_based} {root:?} below {parent:?}");
        let sampler = if parent_based {
            Box::new(Sampler::parent_based(root.clone())) as Box<dyn ShouldSample>
        } else {
            Box::new(root.clone())
        };
        let theirs = start_by_sdk(&provider(&Ended::default(), sampler), parent);
        let theirs = theirs.span().span_context().clone();
        let tracer = tracer(&Ended::default(), parent_based, root.clone());
        let ours = match start(tracer, parent) {
            Ok(context) => context.span().span_context().clone(),
            Err(unrecorded) => unrecorded.expect("it has a place in the trace"),
        };
        assert!(ours.is_valid(), "{case}");
        assert_eq!(ours.is_sampled(), theirs.is_sampled(), "{case}");
        assert_eq!(ours.is_remote(), theirs.is_remote(), "{case}");
        if parent.span().span_context().is_valid() {
            assert_eq!(ours.trace_id(), theirs.trace_id(), "{case}");
            assert_eq!(ours.trace_state(), theirs.trace_state(), "{case}");
        } else {
            // The SDK hands on the state of a parent that is none.
            assert_eq!(*ours.trace_state(), TraceState::NONE, "{case}");
        }
    }
}

#[test]
fn nothing_is_recorded_where_telemetry_is_suppressed() {
    let ended = Ended::default();
    let tracer = tracer(&ended, true, Sampler::AlwaysOn);
    let parent = below(TraceFlags::SAMPLED).with_telemetry_suppressed();
    assert!(matches!(start(tracer, &parent), Err(None)));
    assert!(ended.take().is_empty());
}
