//! The attributes of agent-otel.

use agent_otel::{a2a_call, agent, llm_call, tool};
use futures_core::Stream;
use http::HeaderMap;

use super::Variant;
use crate::work::{self, Answer, Call, Chunk, Chunks, Failure, Reply};

pub(crate) const VARIANT: Variant = Variant {
    name: "ours",
    calls: calls!(),
    cannot: &[],
};

#[inline(never)]
#[llm_call(provider = "openai", model = "gpt-4o-mini", max_tokens = max_tokens)]
fn model(max_tokens: u64) -> Result<Reply, Failure> {
    work::ask(max_tokens)
}

#[inline(never)]
#[tool(kind = "function", call_id = call.id)]
fn order_status(call: Call<'_>, order: u64) -> Result<u64, Failure> {
    work::look_up(order)
}

#[inline(never)]
#[llm_call(provider = "openai", model = "gpt-4o-mini", max_tokens = max_tokens)]
async fn later(max_tokens: u64) -> Result<Reply, Failure> {
    work::ask_later(max_tokens).await
}

#[inline(never)]
#[llm_call(provider = "openai", model = "gpt-4o-mini", max_tokens = max_tokens)]
fn stream(max_tokens: u64) -> impl Stream<Item = Chunk> {
    Chunks::new(max_tokens)
}

#[inline(never)]
#[agent]
fn orchestrator(n: u64) -> Result<Answer, Failure> {
    work::orchestrate(n, model, order_status, ask_orders)
}

#[inline(never)]
#[a2a_call(agent = "orders", inject = headers)]
fn ask_orders(headers: &mut HeaderMap, n: u64) -> Result<Answer, Failure> {
    orders(headers, n)
}

#[inline(never)]
#[agent(extract = headers)]
fn orders(headers: &HeaderMap, n: u64) -> Result<Answer, Failure> {
    work::take_orders(n, model, order_status)
}
