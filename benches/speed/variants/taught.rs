//! Written by hand as the documentation of OpenTelemetry teaches: a tracer by its name each time, attributes one by one,
//! spans that end when they are dropped.

use std::pin::Pin;
use std::task::{Context as Task, Poll};
use std::time::Instant;

use futures_core::Stream;
use http::HeaderMap;
use opentelemetry::trace::{FutureExt, SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue, Value, global};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};

use super::Variant;
use super::expert::Progress;
use crate::key;
use crate::work::{self, Answer, Call, Chunk, Chunks, Failure, Reply};

pub(crate) const VARIANT: Variant = Variant {
    name: "taught",
    calls: calls!(),
    cannot: &[],
};

fn set(cx: &Context, key: &'static str, value: impl Into<Value>) {
    cx.span().set_attribute(KeyValue::new(key, value));
}

/// The span of a request to a model.
fn asked(max_tokens: u64) -> Context {
    let tracer = global::tracer("speed");
    let span = tracer
        .span_builder("chat gpt-4o-mini")
        .with_kind(SpanKind::Client)
        .start(&tracer);
    let cx = Context::current_with_span(span);
    set(&cx, key::OPERATION, "chat");
    set(&cx, key::PROVIDER, "openai");
    set(&cx, key::MODEL, "gpt-4o-mini");
    set(&cx, key::MAX_TOKENS, max_tokens.cast_signed());
    cx
}

fn answered(cx: &Context, result: &Result<Reply, Failure>) {
    match result {
        Ok(reply) => {
            set(cx, key::INPUT_TOKENS, reply.input_tokens.cast_signed());
            set(cx, key::OUTPUT_TOKENS, reply.output_tokens.cast_signed());
        }
        Err(failure) => failed(cx, *failure),
    }
}

fn failed(cx: &Context, failure: Failure) {
    set(cx, key::ERROR_TYPE, "Refused");
    cx.span().set_status(Status::error(failure.to_string()));
}

#[inline(never)]
fn model(max_tokens: u64) -> Result<Reply, Failure> {
    let cx = asked(max_tokens);
    let _attached = cx.clone().attach();
    let result = work::ask(max_tokens);
    answered(&cx, &result);
    result
}

#[inline(never)]
fn order_status(call: Call<'_>, order: u64) -> Result<u64, Failure> {
    let tracer = global::tracer("speed");
    tracer.in_span("execute_tool order_status", |cx| {
        set(&cx, key::OPERATION, "execute_tool");
        set(&cx, key::TOOL_NAME, "order_status");
        set(&cx, key::TOOL_TYPE, "function");
        set(&cx, key::TOOL_CALL_ID, call.id.to_owned());
        if let Some(agent) = call.agent {
            set(&cx, key::AGENT_NAME, agent);
        }
        let result = work::look_up(order);
        if let Err(failure) = result {
            failed(&cx, failure);
        }
        result
    })
}

#[inline(never)]
async fn later(max_tokens: u64) -> Result<Reply, Failure> {
    let cx = asked(max_tokens);
    let result = work::ask_later(max_tokens).with_context(cx.clone()).await;
    answered(&cx, &result);
    result
}

#[inline(never)]
fn stream(max_tokens: u64) -> Observed<Chunks> {
    let cx = asked(max_tokens);
    let _attached = cx.clone().attach();
    Observed {
        cx: cx.clone(),
        progress: Progress::new(Instant::now()),
        stream: Chunks::new(max_tokens),
    }
}

struct Observed<S> {
    cx: Context,
    progress: Progress,
    stream: S,
}

impl<S: Stream<Item = Chunk> + Unpin> Stream for Observed<S> {
    type Item = Chunk;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Chunk>> {
        let _attached = self.cx.clone().attach();
        let polled = Pin::new(&mut self.stream).poll_next(task);
        match &polled {
            Poll::Ready(Some(chunk)) => self.progress.item(chunk),
            Poll::Ready(None) => {
                if let Some(reply) = self.progress.usage() {
                    answered(&self.cx, &Ok(reply));
                }
                let (first, between) = self.progress.seconds();
                set(&self.cx, key::STREAM, true);
                set(&self.cx, key::CHUNKS, i64::from(self.progress.chunks()));
                set(&self.cx, key::FIRST_CHUNK, first);
                set(&self.cx, key::BETWEEN_CHUNKS, between);
                self.cx.span().end();
            }
            Poll::Pending => {}
        }
        polled
    }
}

fn summed(cx: &Context, result: &Result<Answer, Failure>) {
    match result {
        Ok(answer) => {
            set(cx, key::MODEL_CALLS, answer.model_calls.cast_signed());
            set(cx, key::TOOL_CALLS, answer.tool_calls.cast_signed());
            set(cx, key::INPUT_TOKENS, answer.input_tokens.cast_signed());
            set(cx, key::OUTPUT_TOKENS, answer.output_tokens.cast_signed());
        }
        Err(failure) => failed(cx, *failure),
    }
}

#[inline(never)]
fn orchestrator(n: u64) -> Result<Answer, Failure> {
    let tracer = global::tracer("speed");
    tracer.in_span("invoke_agent orchestrator", |cx| {
        set(&cx, key::OPERATION, "invoke_agent");
        set(&cx, key::AGENT_NAME, "orchestrator");
        let result = work::orchestrate(n, model, order_status, ask_orders);
        summed(&cx, &result);
        result
    })
}

#[inline(never)]
fn ask_orders(headers: &mut HeaderMap, n: u64) -> Result<Answer, Failure> {
    let tracer = global::tracer("speed");
    let span = tracer
        .span_builder("invoke_agent orders")
        .with_kind(SpanKind::Client)
        .start(&tracer);
    let cx = Context::current_with_span(span);
    set(&cx, key::OPERATION, "invoke_agent");
    set(&cx, key::AGENT_NAME, "orders");
    set(&cx, key::PROVIDER, "a2a");
    global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&cx, &mut HeaderInjector(headers));
    });
    let _attached = cx.clone().attach();
    let result = orders(headers, n);
    if let Err(failure) = result {
        failed(&cx, failure);
    }
    result
}

#[inline(never)]
fn orders(headers: &HeaderMap, n: u64) -> Result<Answer, Failure> {
    let parent =
        global::get_text_map_propagator(|propagator| propagator.extract(&HeaderExtractor(headers)));
    let tracer = global::tracer("speed");
    let span = tracer.start_with_context("invoke_agent orders", &parent);
    let cx = parent.with_span(span);
    let _attached = cx.clone().attach();
    set(&cx, key::OPERATION, "invoke_agent");
    set(&cx, key::AGENT_NAME, "orders");
    let result = work::take_orders(n, model, order_status);
    summed(&cx, &result);
    result
}
