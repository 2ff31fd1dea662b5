//! Who captures what.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, Once, OnceLock, PoisonError, Weak};
use std::time::Duration;

use opentelemetry::logs::AnyValue;
use opentelemetry::trace::{Span as _, SpanContext, SpanId, TraceContextExt as _, TraceId};
use opentelemetry::{Context, InstrumentationScope, global};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogProcessor, SdkLogRecord, SdkLoggerProvider};
use opentelemetry_sdk::trace::{
    Sampler, SdkTracerProvider, Span, SpanData, SpanLimits, SpanProcessor,
};

use super::metrics::{Meters, Metrics};
use super::spans::{Log, Spans};
use crate::span::direct::{self, Destination};
use crate::span::last_of_each;
use crate::{Providers, context};

/// What one capture has seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorder(Arc<Mutex<Recorded>>);

#[derive(Debug, Default)]
struct Recorded {
    /// Spans that were started in the capture. Another one may have part in the same trace.
    spans: HashSet<SpanId>,
    /// Traces that passed through the capture: what another task adds to them belongs to it as well.
    traces: HashSet<TraceId>,
    ended: Vec<SpanData>,
    logs: Vec<Log>,
}

/// Captures that are under way.
static RECORDERS: Mutex<Vec<Weak<Mutex<Recorded>>>> = Mutex::new(Vec::new());

/// What the captures measure by.
static METERS: OnceLock<Meters> = OnceLock::new();

/// What was measured so far.
pub(super) fn metrics() -> Metrics {
    METERS.get().map(Meters::collect).unwrap_or_default()
}

impl Recorder {
    pub(super) fn begin() -> Self {
        static INSTALL: Once = Once::new();
        INSTALL.call_once(|| {
            // As our own spans, whatever the environment says.
            let provider = SdkTracerProvider::builder()
                .with_sampler(Sampler::parent_based(Sampler::AlwaysOn))
                .with_span_limits(SpanLimits::default())
                .with_span_processor(CaptureProcessor)
                .build();
            let logs = SdkLoggerProvider::builder()
                .with_log_processor(CaptureProcessor)
                .build();
            let meters = METERS.get_or_init(Meters::new);
            let is_first = Providers::new()
                .direct(Arc::new(direct::DirectTracer::new(Box::new(CaptureProcessor))))
                .meter(&meters.provider)
                .logger(&logs)
                .install();
            assert!(
                is_first,
                "telemetry was set up before the first capture; capture spans in a test that does not call `init`"
            );
            global::set_tracer_provider(provider);
        });
        let recorder = Self::default();
        let mut recorders = lock(&RECORDERS);
        recorders.retain(|recorder| recorder.strong_count() > 0);
        recorders.push(Arc::downgrade(&recorder.0));
        recorder
    }

    /// The capture that a span was started in, or else the one that its trace has passed through.
    fn of(trace: TraceId, span: SpanId) -> Option<Self> {
        let recorders: Vec<_> = lock(&RECORDERS).iter().filter_map(Weak::upgrade).collect();
        let find = |knows: &dyn Fn(&Recorded) -> bool| {
            recorders.iter().find(|recorder| knows(&lock(recorder)))
        };
        find(&|recorded| recorded.spans.contains(&span))
            .or_else(|| find(&|recorded| recorded.traces.contains(&trace)))
            .map(|recorder| Self(Arc::clone(recorder)))
    }

    /// Notes that a span belongs to the capture.
    fn begins(&self, span: &SpanContext) {
        let mut recorded = lock(&self.0);
        recorded.spans.insert(span.span_id());
        recorded.traces.insert(span.trace_id());
    }

    pub(super) fn context(&self) -> Context {
        Context::current().with_value(self.clone())
    }

    pub(super) fn spans(&self) -> Spans {
        let mut recorded = lock(&self.0);
        Spans::new(
            std::mem::take(&mut recorded.ended),
            std::mem::take(&mut recorded.logs),
        )
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hands each span to the capture that it was started in.
#[derive(Debug)]
struct CaptureProcessor;

impl Destination for CaptureProcessor {
    fn started(&self, span_context: &SpanContext, parent: &Context) {
        // A new root has an empty parent; what is around it is current still.
        let current = context::current();
        let recorder = parent.get().or_else(|| current.get()).cloned();
        // Another task has no more than the ids of the span above.
        let above = || {
            Recorder::of(
                span_context.trace_id(),
                parent.span().span_context().span_id(),
            )
        };
        if let Some(recorder) = recorder.or_else(above) {
            recorder.begins(span_context);
        }
    }

    fn ended(&self, span: SpanData) {
        let (trace, id) = (span.span_context.trace_id(), span.span_context.span_id());
        if let Some(recorder) = Recorder::of(trace, id) {
            lock(&recorder.0).ended.push(span);
        }
    }
}

/// For spans that others make.
impl SpanProcessor for CaptureProcessor {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.started(span.span_context(), context);
    }

    fn on_end(&self, mut span: SpanData) {
        last_of_each(&mut span.attributes);
        self.ended(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl LogProcessor for CaptureProcessor {
    fn emit(&self, record: &mut SdkLogRecord, _scope: &InstrumentationScope) {
        let Some(context) = record.trace_context() else {
            return;
        };
        let log = Log {
            span: context.span_id,
            event_name: record.event_name(),
            target: record.target().map(ToString::to_string),
            body: record.body().map(text),
            severity: record.severity_text(),
            attributes: record
                .attributes_iter()
                .map(|(key, value)| (key.to_string(), text(value)))
                .collect(),
        };
        if let Some(recorder) = Recorder::of(context.trace_id, context.span_id) {
            lock(&recorder.0).logs.push(log);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

fn text(value: &AnyValue) -> String {
    match value {
        AnyValue::String(text) => format!("{:?}", text.as_str()),
        AnyValue::Int(number) => number.to_string(),
        AnyValue::Double(number) => number.to_string(),
        AnyValue::Boolean(value) => value.to_string(),
        other => format!("{other:?}"),
    }
}
