//! What is observed: a model, a tool and a stream that cost next to nothing, so that what is measured is the observing.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use agent_otel::{LlmChunk, LlmResponse, Response, Usage};
use futures_core::Stream;
use http::HeaderMap;

/// What a model answers.
#[derive(Clone, Copy, Debug, LlmResponse)]
pub(crate) struct Reply {
    #[llm(input_tokens)]
    pub(crate) input_tokens: u64,
    #[llm(output_tokens)]
    pub(crate) output_tokens: u64,
}

/// What a model or a tool fails with; here none ever does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Failure {
    Refused,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl std::error::Error for Failure {}

/// The model that is asked.
#[inline]
pub(crate) fn ask(max_tokens: u64) -> Result<Reply, Failure> {
    if max_tokens == u64::MAX {
        return Err(Failure::Refused);
    }
    Ok(Reply {
        input_tokens: 412,
        output_tokens: max_tokens >> 1,
    })
}

/// A call of a tool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    pub(crate) id: &'a str,
    /// The agent that calls, where one does.
    pub(crate) agent: Option<&'static str>,
}

impl Call<'static> {
    /// A call without an agent around it.
    pub(crate) const ALONE: Self = Self {
        id: "call_7",
        agent: None,
    };

    fn by(agent: &'static str, id: &'static str) -> Self {
        Self {
            id,
            agent: Some(agent),
        }
    }
}

/// The tool that is called.
#[inline]
pub(crate) fn look_up(order: u64) -> Result<u64, Failure> {
    if order == u64::MAX {
        return Err(Failure::Refused);
    }
    Ok(order.wrapping_add(1042))
}

/// The model that is asked and takes its time: it is pending twice.
pub(crate) async fn ask_later(max_tokens: u64) -> Result<Reply, Failure> {
    Yield(false).await;
    Yield(false).await;
    ask(max_tokens)
}

/// Pending once.
#[derive(Debug)]
struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

/// One piece of a streamed answer; the last one tells the usage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chunk {
    pub(crate) word: u64,
    pub(crate) usage: Option<Reply>,
}

impl LlmChunk for Chunk {
    fn describe(&self, response: &mut Response) {
        if let Some(usage) = self.usage {
            response.usage(Usage::new(usage.input_tokens, usage.output_tokens));
        }
    }
}

/// How many chunks an answer has.
pub(crate) const CHUNKS: u64 = 100;

/// A streamed answer.
#[derive(Debug)]
pub(crate) struct Chunks {
    left: u64,
    max_tokens: u64,
}

impl Chunks {
    pub(crate) fn new(max_tokens: u64) -> Self {
        Self {
            left: CHUNKS,
            max_tokens,
        }
    }
}

impl Stream for Chunks {
    type Item = Chunk;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Chunk>> {
        let Some(left) = self.left.checked_sub(1) else {
            return Poll::Ready(None);
        };
        self.left = left;
        Poll::Ready(Some(Chunk {
            word: left ^ self.max_tokens,
            usage: (left == 0).then_some(Reply {
                input_tokens: 412,
                output_tokens: self.max_tokens >> 1,
            }),
        }))
    }
}

/// Runs a future to its end on this thread.
pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
}

/// Takes a stream to its end on this thread.
pub(crate) fn consume(stream: impl Stream<Item = Chunk>) -> u64 {
    let mut stream = std::pin::pin!(stream);
    let mut cx = Context::from_waker(Waker::noop());
    let mut sum = 0u64;
    loop {
        match stream.as_mut().poll_next(&mut cx) {
            Poll::Ready(Some(chunk)) => sum = sum.wrapping_add(chunk.word),
            Poll::Ready(None) => return sum,
            Poll::Pending => {}
        }
    }
}

/// What a reply counts as, so that no result is thrown away.
pub(crate) fn tokens(reply: Result<Reply, Failure>) -> u64 {
    reply.map_or(0, |reply| reply.input_tokens + reply.output_tokens)
}

/// What an agent has found out, and what it took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) value: u64,
    pub(crate) model_calls: u64,
    pub(crate) tool_calls: u64,
    pub(crate) input_tokens: u64,
    pub(crate) output_tokens: u64,
}

impl Answer {
    fn told(mut self, reply: Reply) -> Self {
        self.value ^= reply.output_tokens;
        self.model_calls += 1;
        self.input_tokens += reply.input_tokens;
        self.output_tokens += reply.output_tokens;
        self
    }

    fn found(mut self, value: u64) -> Self {
        self.value ^= value;
        self.tool_calls += 1;
        self
    }

    fn and(mut self, other: Answer) -> Self {
        self.value ^= other.value;
        self.model_calls += other.model_calls;
        self.tool_calls += other.tool_calls;
        self.input_tokens += other.input_tokens;
        self.output_tokens += other.output_tokens;
        self
    }
}

/// What the agent does that takes the question: two model calls, two tools, and another agent in between.
#[inline]
pub(crate) fn orchestrate(
    n: u64,
    model: impl Fn(u64) -> Result<Reply, Failure>,
    tool: impl Fn(Call<'_>, u64) -> Result<u64, Failure>,
    ask: impl FnOnce(&mut HeaderMap, u64) -> Result<Answer, Failure>,
) -> Result<Answer, Failure> {
    let answer = Answer::default().told(model(n)?);
    let answer = answer.found(tool(Call::by("orchestrator", "call_1"), n)?);
    let answer = answer.found(tool(Call::by("orchestrator", "call_2"), n)?);
    let answer = answer.and(ask(&mut HeaderMap::new(), n)?);
    Ok(answer.told(model(n)?))
}

/// What the other agent does: a model call before a tool, and one after it.
#[inline]
pub(crate) fn take_orders(
    n: u64,
    model: impl Fn(u64) -> Result<Reply, Failure>,
    tool: impl Fn(Call<'_>, u64) -> Result<u64, Failure>,
) -> Result<Answer, Failure> {
    let answer = Answer::default().told(model(n)?);
    let answer = answer.found(tool(Call::by("orders", "call_3"), n)?);
    Ok(answer.told(model(n)?))
}

/// What an answer counts as, so that no result is thrown away.
pub(crate) fn value(answer: Result<Answer, Failure>) -> u64 {
    answer.map_or(0, |answer| answer.value)
}
