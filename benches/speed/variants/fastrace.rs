//! `fastrace::trace`, and the reporter of `fastrace-opentelemetry`.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context as Task, Poll};
use std::time::Instant;

use fastrace::collector::SpanContext;
use fastrace::future::FutureExt;
use fastrace::local::LocalSpan;
use fastrace::{Span, trace};
use futures_core::Stream;
use http::{HeaderMap, HeaderValue};

use super::Variant;
use super::expert::Progress;
use crate::key;
use crate::verify::Cannot;
use crate::work::{self, Answer, Call, Chunk, Chunks, Failure, Reply};

pub(crate) const VARIANT: Variant = Variant {
    name: "fastrace",
    calls: calls!(),
    cannot: &[Cannot::KeepTypes("properties are text")],
};

type Property = (&'static str, Cow<'static, str>);

/// Whether the caller, who is elsewhere, has sampled its trace out.
pub(crate) static SAMPLED_OUT: AtomicBool = AtomicBool::new(false);

/// The context of the caller, which every root needs.
fn caller() -> SpanContext {
    SpanContext::random().sampled(!SAMPLED_OUT.load(Ordering::Relaxed))
}

fn asked(max_tokens: u64) -> [Property; 5] {
    [
        ("span.kind", "client".into()),
        (key::OPERATION, "chat".into()),
        (key::PROVIDER, "openai".into()),
        (key::MODEL, "gpt-4o-mini".into()),
        (key::MAX_TOKENS, max_tokens.to_string().into()),
    ]
}

fn usage(reply: &Reply) -> [Property; 2] {
    [
        (key::INPUT_TOKENS, reply.input_tokens.to_string().into()),
        (key::OUTPUT_TOKENS, reply.output_tokens.to_string().into()),
    ]
}

fn failed(failure: Failure) -> [Property; 3] {
    [
        (key::ERROR_TYPE, "Refused".into()),
        ("span.status_code", "error".into()),
        ("span.status_description", failure.to_string().into()),
    ]
}

fn answered(result: &Result<Reply, Failure>) {
    match result {
        Ok(reply) => LocalSpan::add_properties(|| usage(reply)),
        Err(failure) => LocalSpan::add_properties(|| failed(*failure)),
    }
}

#[inline(never)]
fn model(max_tokens: u64) -> Result<Reply, Failure> {
    let span = Span::root("chat gpt-4o-mini", caller()).with_properties(|| asked(max_tokens));
    let _guard = span.set_local_parent();
    let result = work::ask(max_tokens);
    answered(&result);
    result
}

#[inline(never)]
#[trace(name = "chat gpt-4o-mini")]
fn model_below(max_tokens: u64) -> Result<Reply, Failure> {
    LocalSpan::add_properties(|| asked(max_tokens));
    let result = work::ask(max_tokens);
    answered(&result);
    result
}

fn called(call: Call<'_>) -> impl Iterator<Item = Property> {
    let agent = call.agent.map(|agent| (key::AGENT_NAME, agent.into()));
    [
        (key::OPERATION, "execute_tool".into()),
        (key::TOOL_NAME, "order_status".into()),
        (key::TOOL_TYPE, "function".into()),
        (key::TOOL_CALL_ID, call.id.to_owned().into()),
    ]
    .into_iter()
    .chain(agent)
}

#[inline(never)]
fn order_status(call: Call<'_>, order: u64) -> Result<u64, Failure> {
    let span = Span::root("execute_tool order_status", caller()).with_properties(|| called(call));
    let _guard = span.set_local_parent();
    let result = work::look_up(order);
    if let Err(failure) = result {
        LocalSpan::add_properties(|| failed(failure));
    }
    result
}

#[inline(never)]
#[trace(name = "execute_tool order_status")]
fn order_status_below(call: Call<'_>, order: u64) -> Result<u64, Failure> {
    LocalSpan::add_properties(|| called(call));
    let result = work::look_up(order);
    if let Err(failure) = result {
        LocalSpan::add_properties(|| failed(failure));
    }
    result
}

#[inline(never)]
async fn later(max_tokens: u64) -> Result<Reply, Failure> {
    let span = Span::root("chat gpt-4o-mini", caller()).with_properties(|| asked(max_tokens));
    async move {
        let result = work::ask_later(max_tokens).await;
        answered(&result);
        result
    }
    .in_span(span)
    .await
}

#[inline(never)]
fn stream(max_tokens: u64) -> Observed<Chunks> {
    let span = Span::root("chat gpt-4o-mini", caller()).with_properties(|| asked(max_tokens));
    let stream = {
        let _guard = span.set_local_parent();
        Chunks::new(max_tokens)
    };
    Observed {
        span: Some(span),
        progress: Progress::new(Instant::now()),
        stream,
    }
}

struct Observed<S> {
    /// Gone once the span has ended.
    span: Option<Span>,
    progress: Progress,
    stream: S,
}

impl<S: Stream<Item = Chunk> + Unpin> Stream for Observed<S> {
    type Item = Chunk;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Chunk>> {
        let guard = self.span.as_ref().map(Span::set_local_parent);
        let polled = Pin::new(&mut self.stream).poll_next(task);
        drop(guard);
        match &polled {
            Poll::Ready(Some(chunk)) => self.progress.item(chunk),
            Poll::Ready(None) => {
                if let Some(span) = self.span.take() {
                    let progress = &self.progress;
                    span.add_properties(|| {
                        let (first, between) = progress.seconds();
                        [
                            (key::STREAM, Cow::from("true")),
                            (key::CHUNKS, progress.chunks().to_string().into()),
                            (key::FIRST_CHUNK, first.to_string().into()),
                            (key::BETWEEN_CHUNKS, between.to_string().into()),
                        ]
                        .into_iter()
                        .chain(progress.usage().as_ref().map(usage).into_iter().flatten())
                    });
                }
            }
            Poll::Pending => {}
        }
        polled
    }
}

fn summed(result: &Result<Answer, Failure>) {
    match result {
        Ok(answer) => LocalSpan::add_properties(|| {
            [
                (key::MODEL_CALLS, answer.model_calls.to_string()),
                (key::TOOL_CALLS, answer.tool_calls.to_string()),
                (key::INPUT_TOKENS, answer.input_tokens.to_string()),
                (key::OUTPUT_TOKENS, answer.output_tokens.to_string()),
            ]
        }),
        Err(failure) => LocalSpan::add_properties(|| failed(*failure)),
    }
}

fn invoked(name: &'static str) -> [Property; 2] {
    [
        (key::OPERATION, "invoke_agent".into()),
        (key::AGENT_NAME, name.into()),
    ]
}

#[inline(never)]
fn orchestrator(n: u64) -> Result<Answer, Failure> {
    let span = Span::root("invoke_agent orchestrator", caller())
        .with_properties(|| invoked("orchestrator"));
    let _guard = span.set_local_parent();
    let result = work::orchestrate(n, model_below, order_status_below, ask_orders);
    summed(&result);
    result
}

#[inline(never)]
#[trace(name = "invoke_agent orders")]
fn ask_orders(headers: &mut HeaderMap, n: u64) -> Result<Answer, Failure> {
    LocalSpan::add_properties(|| {
        [
            ("span.kind", "client"),
            (key::OPERATION, "invoke_agent"),
            (key::AGENT_NAME, "orders"),
            (key::PROVIDER, "a2a"),
        ]
    });
    if let Some(context) = SpanContext::current_local_parent()
        && let Ok(value) = HeaderValue::try_from(context.encode_w3c_traceparent())
    {
        headers.insert("traceparent", value);
    }
    let result = orders(headers, n);
    if let Err(failure) = result {
        LocalSpan::add_properties(|| failed(failure));
    }
    result
}

#[inline(never)]
fn orders(headers: &HeaderMap, n: u64) -> Result<Answer, Failure> {
    let parent = headers
        .get("traceparent")
        .and_then(|value| SpanContext::decode_w3c_traceparent(value.to_str().ok()?));
    let span = match parent {
        Some(parent) => Span::root("invoke_agent orders", parent),
        None => Span::noop(),
    }
    .with_properties(|| invoked("orders"));
    let _guard = span.set_local_parent();
    let result = work::take_orders(n, model_below, order_status_below);
    summed(&result);
    result
}
