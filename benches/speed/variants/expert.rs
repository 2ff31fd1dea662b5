//! Written by hand against the SDK by someone who knows it: the concrete tracer is kept, attributes are sized once and
//! handed over together, and what only a failure needs is done only then.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context as Task, Poll};
use std::time::Instant;

use futures_core::Stream;
use http::HeaderMap;
use opentelemetry::trace::{FutureExt, SpanBuilder, SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_sdk::trace::SdkTracer;

use super::Variant;
use crate::key;
use crate::work::{self, Answer, Call, Chunk, Chunks, Failure, Reply};

pub(crate) const VARIANT: Variant = Variant {
    name: "expert",
    calls: calls!(),
    cannot: &[],
};

static TRACER: OnceLock<SdkTracer> = OnceLock::new();

pub(crate) fn install(tracer: SdkTracer) {
    // The first one counts; there is one a process.
    let _ = TRACER.set(tracer);
}

/// Starts a span below the current one.
fn start(
    tracer: &SdkTracer,
    name: &'static str,
    kind: SpanKind,
    attributes: Vec<KeyValue>,
) -> Context {
    let builder = SpanBuilder::from_name(name)
        .with_kind(kind)
        .with_attributes(attributes);
    Context::current_with_span(tracer.build(builder))
}

/// Ends a span with what came of it.
fn end<T, const N: usize>(
    cx: &Context,
    result: &Result<T, Failure>,
    attributes: impl FnOnce(&T) -> [KeyValue; N],
) {
    let span = cx.span();
    match result {
        Ok(value) if N > 0 => span.set_attributes(attributes(value)),
        Ok(_) => {}
        Err(failure) => {
            span.set_attribute(KeyValue::new(key::ERROR_TYPE, "Refused"));
            span.set_status(Status::error(Cow::from(failure.to_string())));
        }
    }
    span.end();
}

/// What is known of a model call before it, with room for what is known after it.
fn asked(max_tokens: u64, room: usize) -> Vec<KeyValue> {
    let mut attributes = Vec::with_capacity(4 + room);
    attributes.push(KeyValue::new(key::OPERATION, "chat"));
    attributes.push(KeyValue::new(key::PROVIDER, "openai"));
    attributes.push(KeyValue::new(key::MODEL, "gpt-4o-mini"));
    attributes.push(KeyValue::new(key::MAX_TOKENS, max_tokens.cast_signed()));
    attributes
}

fn usage(reply: &Reply) -> [KeyValue; 2] {
    [
        KeyValue::new(key::INPUT_TOKENS, reply.input_tokens.cast_signed()),
        KeyValue::new(key::OUTPUT_TOKENS, reply.output_tokens.cast_signed()),
    ]
}

#[inline(never)]
fn model(max_tokens: u64) -> Result<Reply, Failure> {
    let Some(tracer) = TRACER.get() else {
        return work::ask(max_tokens);
    };
    let cx = start(
        tracer,
        "chat gpt-4o-mini",
        SpanKind::Client,
        asked(max_tokens, 2),
    );
    let attached = cx.clone().attach();
    let result = work::ask(max_tokens);
    drop(attached);
    end(&cx, &result, usage);
    result
}

#[inline(never)]
fn order_status(call: Call<'_>, order: u64) -> Result<u64, Failure> {
    let Some(tracer) = TRACER.get() else {
        return work::look_up(order);
    };
    let mut attributes = Vec::with_capacity(5);
    attributes.push(KeyValue::new(key::OPERATION, "execute_tool"));
    attributes.push(KeyValue::new(key::TOOL_NAME, "order_status"));
    attributes.push(KeyValue::new(key::TOOL_TYPE, "function"));
    attributes.push(KeyValue::new(key::TOOL_CALL_ID, call.id.to_owned()));
    if let Some(agent) = call.agent {
        attributes.push(KeyValue::new(key::AGENT_NAME, agent));
    }
    let cx = start(
        tracer,
        "execute_tool order_status",
        SpanKind::Internal,
        attributes,
    );
    let attached = cx.clone().attach();
    let result = work::look_up(order);
    drop(attached);
    end(&cx, &result, |_| []);
    result
}

#[inline(never)]
async fn later(max_tokens: u64) -> Result<Reply, Failure> {
    let Some(tracer) = TRACER.get() else {
        return work::ask_later(max_tokens).await;
    };
    let cx = start(
        tracer,
        "chat gpt-4o-mini",
        SpanKind::Client,
        asked(max_tokens, 2),
    );
    let result = work::ask_later(max_tokens).with_context(cx.clone()).await;
    end(&cx, &result, usage);
    result
}

#[inline(never)]
fn stream(max_tokens: u64) -> Observed<Chunks> {
    let Some(tracer) = TRACER.get() else {
        return Observed {
            cx: None,
            progress: None,
            stream: Chunks::new(max_tokens),
        };
    };
    let cx = start(
        tracer,
        "chat gpt-4o-mini",
        SpanKind::Client,
        asked(max_tokens, 6),
    );
    let attached = cx.clone().attach();
    let begun = Instant::now();
    let stream = Chunks::new(max_tokens);
    drop(attached);
    let is_recording = cx.span().is_recording();
    Observed {
        cx: Some(cx),
        progress: is_recording.then(|| Progress::new(begun)),
        stream,
    }
}

/// What was seen of a stream.
pub(super) struct Progress {
    begun: Instant,
    first: Option<Instant>,
    last: Instant,
    chunks: u32,
    usage: Option<Reply>,
}

impl Progress {
    pub(super) fn new(begun: Instant) -> Self {
        Self {
            begun,
            first: None,
            last: begun,
            chunks: 0,
            usage: None,
        }
    }

    pub(super) fn item(&mut self, chunk: &Chunk) {
        self.last = Instant::now();
        self.first.get_or_insert(self.last);
        self.chunks += 1;
        if chunk.usage.is_some() {
            self.usage = chunk.usage;
        }
    }

    pub(super) fn usage(&self) -> Option<Reply> {
        self.usage
    }

    pub(super) fn chunks(&self) -> u32 {
        self.chunks
    }

    /// Seconds to the first chunk, and from one to the next.
    pub(super) fn seconds(&self) -> (f64, f64) {
        let first = self.first.unwrap_or(self.begun);
        let between = (self.last - first).as_secs_f64() / f64::from(self.chunks.max(2) - 1);
        ((first - self.begun).as_secs_f64(), between)
    }
}

struct Observed<S> {
    /// Gone once the span has ended.
    cx: Option<Context>,
    progress: Option<Progress>,
    stream: S,
}

impl<S: Stream<Item = Chunk> + Unpin> Stream for Observed<S> {
    type Item = Chunk;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Chunk>> {
        let attached = self.cx.clone().map(Context::attach);
        let polled = Pin::new(&mut self.stream).poll_next(task);
        drop(attached);
        match &polled {
            Poll::Ready(Some(chunk)) => {
                if let Some(progress) = &mut self.progress {
                    progress.item(chunk);
                }
            }
            Poll::Ready(None) => self.end(),
            Poll::Pending => {}
        }
        polled
    }
}

impl<S> Observed<S> {
    fn end(&mut self) {
        let Some(cx) = self.cx.take() else {
            return;
        };
        if let Some(progress) = &self.progress {
            let (first, between) = progress.seconds();
            let usage = progress.usage.unwrap_or(Reply {
                input_tokens: 0,
                output_tokens: 0,
            });
            cx.span().set_attributes([
                KeyValue::new(key::INPUT_TOKENS, usage.input_tokens.cast_signed()),
                KeyValue::new(key::OUTPUT_TOKENS, usage.output_tokens.cast_signed()),
                KeyValue::new(key::STREAM, true),
                KeyValue::new(key::CHUNKS, i64::from(progress.chunks)),
                KeyValue::new(key::FIRST_CHUNK, first),
                KeyValue::new(key::BETWEEN_CHUNKS, between),
            ]);
        }
        cx.span().end();
    }
}

/// What the span of an agent tells of everything below it.
fn sums(answer: &Answer) -> [KeyValue; 4] {
    [
        KeyValue::new(key::MODEL_CALLS, answer.model_calls.cast_signed()),
        KeyValue::new(key::TOOL_CALLS, answer.tool_calls.cast_signed()),
        KeyValue::new(key::INPUT_TOKENS, answer.input_tokens.cast_signed()),
        KeyValue::new(key::OUTPUT_TOKENS, answer.output_tokens.cast_signed()),
    ]
}

/// What is known of an agent before it runs, with room for its sums.
fn invoked(name: &'static str) -> Vec<KeyValue> {
    let mut attributes = Vec::with_capacity(6);
    attributes.push(KeyValue::new(key::OPERATION, "invoke_agent"));
    attributes.push(KeyValue::new(key::AGENT_NAME, name));
    attributes
}

#[inline(never)]
fn orchestrator(n: u64) -> Result<Answer, Failure> {
    let run = |n| work::orchestrate(n, model, order_status, ask_orders);
    let Some(tracer) = TRACER.get() else {
        return run(n);
    };
    let cx = start(
        tracer,
        "invoke_agent orchestrator",
        SpanKind::Internal,
        invoked("orchestrator"),
    );
    let attached = cx.clone().attach();
    let result = run(n);
    drop(attached);
    end(&cx, &result, sums);
    result
}

#[inline(never)]
fn ask_orders(headers: &mut HeaderMap, n: u64) -> Result<Answer, Failure> {
    let Some(tracer) = TRACER.get() else {
        return orders(headers, n);
    };
    let attributes = vec![
        KeyValue::new(key::OPERATION, "invoke_agent"),
        KeyValue::new(key::AGENT_NAME, "orders"),
        KeyValue::new(key::PROVIDER, "a2a"),
    ];
    let cx = start(tracer, "invoke_agent orders", SpanKind::Client, attributes);
    global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&cx, &mut HeaderInjector(headers));
    });
    let attached = cx.clone().attach();
    let result = orders(headers, n);
    drop(attached);
    end(&cx, &result, |_| []);
    result
}

#[inline(never)]
fn orders(headers: &HeaderMap, n: u64) -> Result<Answer, Failure> {
    let run = |n| work::take_orders(n, model, order_status);
    let Some(tracer) = TRACER.get() else {
        return run(n);
    };
    let parent =
        global::get_text_map_propagator(|propagator| propagator.extract(&HeaderExtractor(headers)));
    let builder = SpanBuilder::from_name("invoke_agent orders")
        .with_kind(SpanKind::Internal)
        .with_attributes(invoked("orders"));
    let cx = parent.with_span(tracer.build_with_context(builder, &parent));
    let attached = cx.clone().attach();
    let result = run(n);
    drop(attached);
    end(&cx, &result, sums);
    result
}
