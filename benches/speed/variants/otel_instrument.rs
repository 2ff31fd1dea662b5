//! `otel_instrument::instrument`; what it cannot say is said in the body.
#![allow(
    unused_variables,
    clippy::needless_pass_by_value,
    reason = "the attribute copies the function without what it has used of its parameters"
)]

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Instant;

use futures_core::Stream;
use http::HeaderMap;
use opentelemetry::trace::get_active_span;
use opentelemetry::{Context, KeyValue, Value, global};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use otel_instrument::{instrument, tracer_name};

use super::Variant;
use super::expert::Progress;
use crate::key;
use crate::verify::Cannot;
use crate::work::{self, Answer, Call, Chunks, Failure, Reply};

tracer_name!("speed");

pub(crate) const VARIANT: Variant = Variant {
    name: "otel-instrument",
    calls: [
        |n| work::tokens(model(n)),
        |n| order_status(Call::ALONE, n).unwrap_or_default(),
        |n| work::value(orchestrator(n)),
        |n| work::tokens(work::wait(later(n))),
        |n| work::wait(stream(n)).unwrap_or_default(),
    ],
    cannot: &[
        Cannot::SetKind("every span is internal"),
        Cannot::LeaveStatusUnset("success sets the status to ok"),
        Cannot::WriteKeys("fields are identifiers, so that their keys have no dots"),
        Cannot::KeepTypes("fields are written in `Debug`: text is quoted, numbers are text"),
    ],
};

fn set(key: &'static str, value: impl Into<Value>) {
    let attribute = KeyValue::new(key, value);
    get_active_span(|span| span.set_attribute(attribute));
}

fn answered(reply: &Reply) {
    set(key::INPUT_TOKENS, reply.input_tokens.cast_signed());
    set(key::OUTPUT_TOKENS, reply.output_tokens.cast_signed());
}

/// A model call, which is one span whether it is waited for or not.
#[rustfmt::skip]
macro_rules! chat {
    ($max_tokens:ident => $function:item) => {
        #[inline(never)]
        #[instrument(name = "chat gpt-4o-mini", skip_all, err, fields(
            gen_ai_operation_name = "chat",
            gen_ai_provider_name = "openai",
            gen_ai_request_model = "gpt-4o-mini",
            gen_ai_request_max_tokens = $max_tokens,
        ))]
        $function
    };
}

chat! {
    max_tokens =>
    fn model(max_tokens: u64) -> Result<Reply, Failure> {
        let reply = work::ask(max_tokens)?;
        answered(&reply);
        Ok(reply)
    }
}

#[inline(never)]
#[instrument(name = "execute_tool order_status", skip_all, err, fields(
    gen_ai_operation_name = "execute_tool",
    gen_ai_tool_name = "order_status",
    gen_ai_tool_type = "function",
    gen_ai_tool_call_id = call.id,
))]
fn order_status(call: Call<'_>, order: u64) -> Result<u64, Failure> {
    if let Some(agent) = call.agent {
        set(key::AGENT_NAME, agent);
    }
    work::look_up(order)
}

chat! {
    max_tokens =>
    async fn later(max_tokens: u64) -> Result<Reply, Failure> {
        let reply = work::ask_later(max_tokens).await?;
        answered(&reply);
        Ok(reply)
    }
}

chat! {
    max_tokens =>
    /// The span ends with the function, so the function takes its own stream to the end.
    async fn stream(max_tokens: u64) -> Result<u64, Failure> {
        let mut progress = Progress::new(Instant::now());
        let mut chunks = Chunks::new(max_tokens);
        let mut sum = 0u64;
        while let Some(chunk) = poll_fn(|cx| Pin::new(&mut chunks).poll_next(cx)).await {
            progress.item(&chunk);
            sum = sum.wrapping_add(chunk.word);
        }
        if let Some(reply) = progress.usage() {
            answered(&reply);
        }
        let (first, between) = progress.seconds();
        set(key::STREAM, true);
        set(key::CHUNKS, i64::from(progress.chunks()));
        set(key::FIRST_CHUNK, first);
        set(key::BETWEEN_CHUNKS, between);
        Ok(sum)
    }
}

fn summed(answer: &Answer) {
    set(key::MODEL_CALLS, answer.model_calls.cast_signed());
    set(key::TOOL_CALLS, answer.tool_calls.cast_signed());
    set(key::INPUT_TOKENS, answer.input_tokens.cast_signed());
    set(key::OUTPUT_TOKENS, answer.output_tokens.cast_signed());
}

#[inline(never)]
#[instrument(
    name = "invoke_agent orchestrator",
    skip_all,
    err,
    fields(
        gen_ai_operation_name = "invoke_agent",
        gen_ai_agent_name = "orchestrator",
    )
)]
fn orchestrator(n: u64) -> Result<Answer, Failure> {
    let answer = work::orchestrate(n, model, order_status, ask_orders)?;
    summed(&answer);
    Ok(answer)
}

#[inline(never)]
#[instrument(
    name = "invoke_agent orders",
    skip_all,
    err,
    fields(
        gen_ai_operation_name = "invoke_agent",
        gen_ai_agent_name = "orders",
        gen_ai_provider_name = "a2a",
    )
)]
fn ask_orders(headers: &mut HeaderMap, n: u64) -> Result<Answer, Failure> {
    global::get_text_map_propagator(|propagator| {
        propagator.inject(&mut HeaderInjector(headers));
    });
    let parent =
        global::get_text_map_propagator(|propagator| propagator.extract(&HeaderExtractor(headers)));
    orders(parent, n)
}

#[inline(never)]
#[instrument(name = "invoke_agent orders", skip_all, err, parent = parent, fields(
    gen_ai_operation_name = "invoke_agent",
    gen_ai_agent_name = "orders",
))]
fn orders(parent: Context, n: u64) -> Result<Answer, Failure> {
    let answer = work::take_orders(n, model, order_status)?;
    summed(&answer);
    Ok(answer)
}
