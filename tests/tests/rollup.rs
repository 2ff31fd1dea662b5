//! What an agent has used is known whether or not the calls below it have spans. Alone in its process, since the provider
//! is one a process.

use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use agent_otel::{Usage, agent, llm_call, tool};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use opentelemetry::trace::{Link, SpanKind, TraceId, TraceState};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    SamplingDecision, SamplingResult, SdkTracerProvider, ShouldSample, Span, SpanData,
    SpanProcessor,
};
use serde_json::{Value, json};

/// Samples agents, and nothing else.
#[derive(Clone, Debug)]
struct AgentsOnly;

impl ShouldSample for AgentsOnly {
    fn should_sample(
        &self,
        _: Option<&Context>,
        _: TraceId,
        name: &str,
        _: &SpanKind,
        _: &[KeyValue],
        _: &[Link],
    ) -> SamplingResult {
        SamplingResult {
            decision: if name.starts_with("invoke_agent") {
                SamplingDecision::RecordAndSample
            } else {
                SamplingDecision::Drop
            },
            attributes: Vec::new(),
            trace_state: TraceState::default(),
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Ended(Arc<Mutex<Vec<SpanData>>>);

impl SpanProcessor for Ended {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap().push(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

fn response() -> Value {
    json!({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}})
}

#[llm_call(provider = "openai", model = "gpt-4o")]
fn complete() -> Value {
    response()
}

#[llm_call(provider = "openai", model = "gpt-4o", usage = manual)]
fn complete_by_hand() {
    agent_otel::current().usage(Usage::new(9, 2));
}

#[llm_call(provider = "openai", model = "gpt-4o")]
fn streamed() -> BoxStream<'static, Value> {
    stream::iter([response(), json!({"choices": []})]).boxed()
}

#[llm_call(provider = "openai", model = "gpt-4o")]
async fn hangs() -> Value {
    std::future::pending().await
}

#[llm_call(provider = "openai", model = "gpt-4o")]
fn panics() -> Value {
    panic!("no answer")
}

#[tool]
async fn hanging_tool() {
    std::future::pending().await
}

#[agent]
fn returned() {
    complete();
}

#[agent]
fn by_hand() {
    complete_by_hand();
}

#[agent]
async fn to_the_end() {
    streamed().count().await;
}

#[agent]
async fn left_early() {
    streamed().next().await;
}

#[agent]
async fn cancelled() {
    let (mut call, mut tool) = (Box::pin(hangs()), Box::pin(hanging_tool()));
    assert!(futures::poll!(&mut call).is_pending());
    assert!(futures::poll!(&mut tool).is_pending());
}

#[agent]
fn panicked() {
    assert!(catch_unwind(panics).is_err());
}

#[tokio::test]
async fn calls_that_are_sampled_out_are_counted_however_they_end() {
    let ended = Ended::default();
    let provider = SdkTracerProvider::builder()
        .with_sampler(AgentsOnly)
        .with_span_processor(ended.clone())
        .build();
    global::set_tracer_provider(provider);
    returned();
    by_hand();
    to_the_end().await;
    left_early().await;
    cancelled().await;
    panicked();

    let told = |span: &SpanData| {
        let number = |key: &str| {
            let mut attributes = span.attributes.iter();
            let found = attributes.find(|attribute| attribute.key.as_str() == key);
            found.map_or_else(String::new, |found| found.value.to_string())
        };
        let [calls, tools, input, output] = [
            "agent_otel.agent.inference_calls",
            "agent_otel.agent.tool_calls",
            "gen_ai.usage.input_tokens",
            "gen_ai.usage.output_tokens",
        ]
        .map(number);
        format!("{calls} {tools} {input} {output}")
    };
    let spans = ended.0.lock().unwrap();
    let told: BTreeMap<_, _> = spans.iter().map(|span| (&*span.name, told(span))).collect();
    let expected = [
        ("invoke_agent by_hand", "1  9 2"),
        ("invoke_agent cancelled", "1 1  "),
        ("invoke_agent left_early", "1  9 2"),
        ("invoke_agent panicked", "1   "),
        ("invoke_agent returned", "1  9 2"),
        ("invoke_agent to_the_end", "1  9 2"),
    ];
    let expected = expected.map(|(name, told)| (name, told.to_owned()));
    assert_eq!(told, BTreeMap::from(expected));
}
