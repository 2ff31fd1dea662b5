//! What the run exports, as data of one shape: spans, points of metrics, and events.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use agent_otel::Providers;
use opentelemetry::logs::{AnyValue, Severity};
use opentelemetry::trace::{SpanId, Status};
use opentelemetry::{Array, InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogProcessor, SdkLogRecord, SdkLoggerProvider};
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, Histogram, MetricData, ResourceMetrics, ScopeMetrics,
};
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider, Temporality};
use opentelemetry_sdk::trace::{SdkTracerProvider, Span as SdkSpan, SpanData, SpanProcessor};

/// A key, the type of its value as the conventions call it, and the value as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attribute {
    pub key: String,
    pub ty: &'static str,
    pub text: String,
}

#[derive(Clone, Debug)]
pub struct Span {
    pub id: SpanId,
    pub parent: SpanId,
    pub name: String,
    pub kind: String,
    /// From start to end.
    pub seconds: f64,
    pub failed: bool,
    pub attributes: Vec<Attribute>,
    /// The keys that were there when it began, which is when samplers look.
    pub begun_with: Vec<String>,
    /// Names and attributes of its own events.
    pub events: Vec<(String, Vec<Attribute>)>,
}

#[derive(Clone, Debug)]
pub struct Point {
    pub metric: String,
    pub unit: String,
    pub instrument: &'static str,
    pub boundaries: Vec<f64>,
    /// How often a histogram was recorded; what a counter has counted.
    pub count: u64,
    pub sum: f64,
    pub attributes: Vec<Attribute>,
}

#[derive(Clone, Debug)]
pub struct Event {
    pub name: String,
    pub span: SpanId,
    pub severity: Option<Severity>,
    pub attributes: Vec<Attribute>,
}

/// All that was exported.
#[derive(Clone, Debug, Default)]
pub struct Exported {
    pub spans: Vec<Span>,
    pub points: Vec<Point>,
    pub events: Vec<Event>,
    /// The keys that spans began with which have not ended.
    begun: HashMap<SpanId, Vec<String>>,
}

/// The value that `attributes` have under `key`.
pub fn value<'a>(attributes: &'a [Attribute], key: &str) -> Option<&'a str> {
    let mut attributes = attributes.iter();
    let found = attributes.find(|attribute| attribute.key == key);
    found.map(|attribute| attribute.text.as_str())
}

/// Runs `body` with providers of a program that has set OpenTelemetry up itself, once a process.
pub fn exported(body: impl FnOnce()) -> Exported {
    let keeper = Keeper::default();
    let tracers = SdkTracerProvider::builder()
        .with_span_processor(keeper.clone())
        .build();
    let loggers = SdkLoggerProvider::builder()
        .with_log_processor(keeper.clone())
        .build();
    let reader = PeriodicReader::builder(keeper.clone())
        .with_interval(Duration::from_secs(86_400))
        .build();
    let meters = SdkMeterProvider::builder().with_reader(reader).build();
    let providers = Providers::new().tracer(&tracers).meter(&meters);
    assert!(providers.logger(&loggers).install(), "the first providers");
    body();
    meters.force_flush().expect("metrics");
    let exported = keeper.0.lock().expect("nobody panics with it");
    exported.clone()
}

#[derive(Clone, Debug, Default)]
struct Keeper(Arc<Mutex<Exported>>);

impl Keeper {
    fn keep(&self, keep: impl FnOnce(&mut Exported)) -> OTelSdkResult {
        keep(&mut self.0.lock().expect("nobody panics with it"));
        Ok(())
    }
}

impl SpanProcessor for Keeper {
    fn on_start(&self, span: &mut SdkSpan, _: &opentelemetry::Context) {
        let begun = span.exported_data().expect("a span that is recorded");
        let keys = begun.attributes.iter().map(|one| one.key.to_string());
        let keys: Vec<_> = keys.collect();
        self.keep(|exported| {
            exported.begun.insert(begun.span_context.span_id(), keys);
        })
        .expect("kept");
    }

    fn on_end(&self, span: SpanData) {
        let events = span.events.iter();
        let span = Span {
            id: span.span_context.span_id(),
            parent: span.parent_span_id,
            name: span.name.to_string(),
            kind: format!("{:?}", span.span_kind).to_lowercase(),
            seconds: span
                .end_time
                .duration_since(span.start_time)
                .expect("an end after the start")
                .as_secs_f64(),
            failed: matches!(span.status, Status::Error { .. }),
            events: events
                .map(|event| (event.name.to_string(), attributes(event.attributes.iter())))
                .collect(),
            attributes: attributes(span.attributes.iter()),
            begun_with: Vec::new(),
        };
        self.keep(|exported| {
            let begun_with = exported.begun.remove(&span.id).unwrap_or_default();
            exported.spans.push(Span { begun_with, ..span });
        })
        .expect("kept");
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl LogProcessor for Keeper {
    fn emit(&self, record: &mut SdkLogRecord, _: &InstrumentationScope) {
        let attributes = record.attributes_iter().map(|(key, value)| {
            let (ty, text) = any(value);
            let key = key.to_string();
            Attribute { key, ty, text }
        });
        assert!(record.timestamp().is_some(), "an event without a time");
        let context = record.trace_context();
        let event = Event {
            name: record.event_name().unwrap_or_default().to_owned(),
            span: context.map_or(SpanId::INVALID, |context| context.span_id),
            severity: record.severity_number(),
            attributes: attributes.collect(),
        };
        self.keep(|exported| exported.events.push(event))
            .expect("kept");
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl PushMetricExporter for Keeper {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        self.keep(|exported| exported.points = points(metrics))
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}

fn points(metrics: &ResourceMetrics) -> Vec<Point> {
    let mut points = Vec::new();
    for metric in metrics.scope_metrics().flat_map(ScopeMetrics::metrics) {
        let empty = Point {
            metric: metric.name().to_owned(),
            unit: metric.unit().to_owned(),
            instrument: "counter",
            boundaries: Vec::new(),
            count: 0,
            sum: 0.0,
            attributes: Vec::new(),
        };
        match metric.data() {
            AggregatedMetrics::F64(MetricData::Histogram(data)) => {
                points.extend(histogram(&empty, data, |sum| sum));
            }
            AggregatedMetrics::U64(MetricData::Histogram(data)) => {
                points.extend(histogram(&empty, data, counted));
            }
            AggregatedMetrics::U64(MetricData::Sum(data)) if data.is_monotonic() => {
                points.extend(data.data_points().map(|point| Point {
                    count: point.value(),
                    sum: counted(point.value()),
                    attributes: attributes(point.attributes()),
                    ..empty.clone()
                }));
            }
            other => panic!(
                "{} is of a kind that nothing here records: {other:?}",
                metric.name()
            ),
        }
    }
    points
}

#[expect(clippy::cast_precision_loss, reason = "counts of a test")]
fn counted(count: u64) -> f64 {
    count as f64
}

fn histogram<T: Copy>(empty: &Point, data: &Histogram<T>, sum: impl Fn(T) -> f64) -> Vec<Point> {
    let points = data.data_points().map(|point| Point {
        instrument: "histogram",
        boundaries: point.bounds().collect(),
        count: point.count(),
        sum: sum(point.sum()),
        attributes: attributes(point.attributes()),
        ..empty.clone()
    });
    points.collect()
}

fn attributes<'a>(attributes: impl Iterator<Item = &'a KeyValue>) -> Vec<Attribute> {
    let attributes = attributes.map(|attribute| Attribute {
        key: attribute.key.to_string(),
        ty: match &attribute.value {
            Value::Bool(_) => "boolean",
            Value::I64(_) => "int",
            Value::F64(_) => "double",
            Value::String(_) => "string",
            Value::Array(Array::String(_)) => "string[]",
            _ => "of no type that the conventions have",
        },
        text: attribute.value.to_string(),
    });
    attributes.collect()
}

fn any(value: &AnyValue) -> (&'static str, String) {
    match value {
        AnyValue::Boolean(value) => ("boolean", value.to_string()),
        AnyValue::Int(number) => ("int", number.to_string()),
        AnyValue::Double(number) => ("double", number.to_string()),
        AnyValue::String(text) => ("string", text.to_string()),
        AnyValue::ListAny(items) if items.iter().all(|item| any(item).0 == "string") => {
            let items = items.iter().map(|item| format!("{:?}", any(item).1));
            let items: Vec<_> = items.collect();
            ("string[]", format!("[{}]", items.join(",")))
        }
        other => ("any", format!("{other:?}")),
    }
}
