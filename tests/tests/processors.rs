//! A processor of the program that calls annotated functions while a span ends: what is known of one operation stays with it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use agent_otel::{Providers, Response, agent, llm_call, plan, tool};
use opentelemetry::{Context, Value};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider, Temporality};
use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};

static ENDED: Mutex<Vec<SpanData>> = Mutex::new(Vec::new());

/// Writes a note about every span but notes.
#[derive(Debug)]
struct Annotates;

impl SpanProcessor for Annotates {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if span.name != "execute_tool note" && !span.name.starts_with("plan") {
            note();
            note_of_plan();
        }
        lock(&ENDED).push(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// Names of histograms, and how many values each has.
static COUNTS: Mutex<Vec<(String, u64)>> = Mutex::new(Vec::new());

/// Keeps the counts of durations.
#[derive(Debug)]
struct Counts;

impl PushMetricExporter for Counts {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let metrics = metrics.scope_metrics().flat_map(|scope| scope.metrics());
        for metric in metrics.filter(|metric| metric.name().ends_with("duration")) {
            if let AggregatedMetrics::F64(MetricData::Histogram(histogram)) = metric.data() {
                let count = histogram.data_points().map(|point| point.count()).sum();
                lock(&COUNTS).push((metric.name().to_owned(), count));
            }
        }
        Ok(())
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[tool]
fn note() {}

#[plan]
fn note_of_plan() {}

#[tool]
fn fails() -> Result<(), &'static str> {
    Err("no connection")
}

struct Answer;

impl agent_otel::LlmResponse for Answer {
    fn describe(&self, response: &mut Response) {
        response.usage(agent_otel::Usage::new(12, 3));
    }
}

#[llm_call(provider = "openai", model = "gpt-4o-mini")]
fn ask() -> Answer {
    Answer
}

#[agent]
fn answer() {
    ask();
    let _ = fails();
}

#[test]
fn what_is_known_of_one_operation_stays_with_it() {
    let reader = PeriodicReader::builder(Counts).build();
    let meters = SdkMeterProvider::builder().with_reader(reader).build();
    let provider = SdkTracerProvider::builder()
        .with_span_processor(Annotates)
        .build();
    let providers = Providers::new().tracer(&provider).meter(&meters);
    assert!(providers.parent_based().install());

    answer();

    let ended = std::mem::take(&mut *lock(&ENDED));
    let exceptions = ended.iter().filter(|span| !span.events.is_empty());
    let exceptions: Vec<_> = exceptions.map(|span| span.name.as_ref()).collect();
    assert_eq!(exceptions, ["execute_tool fails"]);

    let agent = ended.iter().find(|span| span.name == "invoke_agent answer");
    let attributes = &agent.expect("the agent has ended").attributes;
    let tokens = |key| {
        let attribute = attributes.iter().find(|one| one.key.as_str() == key);
        attribute.map(|attribute| attribute.value.clone())
    };
    assert_eq!(tokens("gen_ai.usage.input_tokens"), Some(Value::I64(12)));
    assert_eq!(tokens("gen_ai.usage.output_tokens"), Some(Value::I64(3)));

    meters.force_flush().expect("metrics are collected");
    let durations = lock(&COUNTS).clone();
    let count = |word: &str| {
        let named = durations.iter().filter(|(name, _)| name.contains(word));
        named.map(|(_, count)| count).sum::<u64>()
    };
    assert_eq!(count("inference"), 1, "{durations:?}");
    assert_eq!(count("invoke_agent"), 1, "{durations:?}");
    // Three notes, and the tool that fails.
    assert_eq!(count("execute_tool"), 4, "{durations:?}");
}
