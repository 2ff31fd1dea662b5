//! `tracing::instrument`, and the layer of `tracing-opentelemetry` below it.

use std::pin::Pin;
use std::task::{Context as Task, Poll};
use std::time::Instant;

use futures_core::Stream;
use http::HeaderMap;
use opentelemetry::global;
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use tracing::field::Empty;
use tracing::{Span, instrument};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::Variant;
use super::expert::Progress;
use crate::key;
use crate::verify::Cannot;
use crate::work::{self, Answer, Call, Chunk, Chunks, Failure, Reply};

pub(crate) const VARIANT: Variant = Variant {
    name: "tracing",
    cannot: &[Cannot::LeaveOut(
        "the layer adds the place in the code, the thread, the target and the busy and idle times, unless it is told \
         not to, which `tracing-quiet` does",
        &[
            "code.file.path",
            "code.line.number",
            "code.module.name",
            "thread.id",
            "thread.name",
            "target",
            "busy_ns",
            "idle_ns",
        ],
    )],
    ..QUIET
};

/// With all that the layer adds of its own switched off.
pub(crate) const QUIET: Variant = Variant {
    name: "tracing-quiet",
    calls: calls!(),
    cannot: &[],
};

fn answered(span: &Span, result: &Result<Reply, Failure>) {
    match result {
        Ok(reply) => {
            span.record(key::INPUT_TOKENS, reply.input_tokens.cast_signed());
            span.record(key::OUTPUT_TOKENS, reply.output_tokens.cast_signed());
        }
        Err(failure) => failed(span, *failure),
    }
}

fn failed(span: &Span, failure: Failure) {
    span.record(key::ERROR_TYPE, "Refused");
    span.record("otel.status_code", "ERROR");
    span.record("otel.status_description", failure.to_string());
}

/// A model call, which is one span whether it is waited for or not.
#[rustfmt::skip]
macro_rules! chat {
    ($max_tokens:ident => $function:item) => {
        #[inline(never)]
        #[instrument(name = "chat gpt-4o-mini", skip_all, fields(
            otel.kind = "client",
            otel.status_code = Empty,
            otel.status_description = Empty,
            gen_ai.operation.name = "chat",
            gen_ai.provider.name = "openai",
            gen_ai.request.model = "gpt-4o-mini",
            gen_ai.request.max_tokens = $max_tokens.cast_signed(),
            gen_ai.usage.input_tokens = Empty,
            gen_ai.usage.output_tokens = Empty,
            error.type = Empty,
        ))]
        $function
    };
}

chat! {
    max_tokens =>
    fn model(max_tokens: u64) -> Result<Reply, Failure> {
        let result = work::ask(max_tokens);
        answered(&Span::current(), &result);
        result
    }
}

#[inline(never)]
#[instrument(name = "execute_tool order_status", skip_all, fields(
    otel.status_code = Empty,
    otel.status_description = Empty,
    gen_ai.operation.name = "execute_tool",
    gen_ai.tool.name = "order_status",
    gen_ai.tool.type = "function",
    gen_ai.tool.call.id = call.id,
    gen_ai.agent.name = call.agent,
    error.type = Empty,
))]
fn order_status(call: Call<'_>, order: u64) -> Result<u64, Failure> {
    let result = work::look_up(order);
    if let Err(failure) = result {
        failed(&Span::current(), failure);
    }
    result
}

chat! {
    max_tokens =>
    async fn later(max_tokens: u64) -> Result<Reply, Failure> {
        let result = work::ask_later(max_tokens).await;
        answered(&Span::current(), &result);
        result
    }
}

#[inline(never)]
fn stream(max_tokens: u64) -> Observed<Chunks> {
    // The attribute ends its span when the function returns, so the span of a stream is one's own.
    let span = tracing::info_span!(
        "chat gpt-4o-mini",
        otel.kind = "client",
        gen_ai.operation.name = "chat",
        gen_ai.provider.name = "openai",
        gen_ai.request.model = "gpt-4o-mini",
        gen_ai.request.max_tokens = max_tokens.cast_signed(),
        gen_ai.request.stream = true,
        gen_ai.response.time_to_first_chunk = Empty,
        gen_ai.usage.input_tokens = Empty,
        gen_ai.usage.output_tokens = Empty,
        agent_otel.stream.chunks = Empty,
        agent_otel.stream.time_per_output_chunk = Empty,
    );
    let stream = span.in_scope(|| Chunks::new(max_tokens));
    let progress = (!span.is_disabled()).then(|| Progress::new(Instant::now()));
    Observed {
        span: Some(span),
        progress,
        stream,
    }
}

struct Observed<S> {
    /// Gone once the span has ended.
    span: Option<Span>,
    progress: Option<Progress>,
    stream: S,
}

impl<S: Stream<Item = Chunk> + Unpin> Stream for Observed<S> {
    type Item = Chunk;

    fn poll_next(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Chunk>> {
        let this = self.get_mut();
        let entered = this.span.as_ref().map(Span::enter);
        let polled = Pin::new(&mut this.stream).poll_next(task);
        drop(entered);
        match (&polled, &mut this.progress) {
            (Poll::Ready(Some(chunk)), Some(progress)) => progress.item(chunk),
            (Poll::Ready(None), Some(progress)) => {
                if let Some(span) = this.span.take() {
                    if let Some(reply) = progress.usage() {
                        answered(&span, &Ok(reply));
                    }
                    let (first, between) = progress.seconds();
                    span.record(key::CHUNKS, i64::from(progress.chunks()));
                    span.record(key::FIRST_CHUNK, first);
                    span.record(key::BETWEEN_CHUNKS, between);
                }
            }
            _ => {}
        }
        polled
    }
}

fn summed(result: &Result<Answer, Failure>) {
    let span = Span::current();
    match result {
        Ok(answer) => {
            span.record(key::MODEL_CALLS, answer.model_calls.cast_signed());
            span.record(key::TOOL_CALLS, answer.tool_calls.cast_signed());
            span.record(key::INPUT_TOKENS, answer.input_tokens.cast_signed());
            span.record(key::OUTPUT_TOKENS, answer.output_tokens.cast_signed());
        }
        Err(failure) => failed(&span, *failure),
    }
}

#[inline(never)]
#[instrument(name = "invoke_agent orchestrator", skip_all, fields(
    otel.status_code = Empty,
    otel.status_description = Empty,
    gen_ai.operation.name = "invoke_agent",
    gen_ai.agent.name = "orchestrator",
    gen_ai.usage.input_tokens = Empty,
    gen_ai.usage.output_tokens = Empty,
    agent_otel.agent.inference_calls = Empty,
    agent_otel.agent.tool_calls = Empty,
    error.type = Empty,
))]
fn orchestrator(n: u64) -> Result<Answer, Failure> {
    let result = work::orchestrate(n, model, order_status, ask_orders);
    summed(&result);
    result
}

#[inline(never)]
#[instrument(name = "invoke_agent orders", skip_all, fields(
    otel.kind = "client",
    otel.status_code = Empty,
    otel.status_description = Empty,
    gen_ai.operation.name = "invoke_agent",
    gen_ai.agent.name = "orders",
    gen_ai.provider.name = "a2a",
    error.type = Empty,
))]
fn ask_orders(headers: &mut HeaderMap, n: u64) -> Result<Answer, Failure> {
    let span = Span::current();
    global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&span.context(), &mut HeaderInjector(headers));
    });
    let result = orders(headers, n);
    if let Err(failure) = result {
        failed(&span, failure);
    }
    result
}

#[inline(never)]
fn orders(headers: &HeaderMap, n: u64) -> Result<Answer, Failure> {
    let parent =
        global::get_text_map_propagator(|propagator| propagator.extract(&HeaderExtractor(headers)));
    // A remote parent can only be set before the span is entered, which the attribute does at once.
    let span = tracing::info_span!(
        parent: None,
        "invoke_agent orders",
        otel.status_code = Empty,
        otel.status_description = Empty,
        gen_ai.operation.name = "invoke_agent",
        gen_ai.agent.name = "orders",
        gen_ai.usage.input_tokens = Empty,
        gen_ai.usage.output_tokens = Empty,
        agent_otel.agent.inference_calls = Empty,
        agent_otel.agent.tool_calls = Empty,
        error.type = Empty,
    );
    // Without a layer there is nothing to set it on.
    let _ = span.set_parent(parent);
    span.in_scope(|| {
        let result = work::take_orders(n, model, order_status);
        summed(&result);
        result
    })
}
