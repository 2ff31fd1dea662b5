//! Not observed at all.

use http::HeaderMap;

use super::Variant;
use crate::work::{self, Answer, Call, Chunks, Failure, Reply};

pub(crate) const VARIANT: Variant = Variant {
    name: "plain",
    calls: calls!(),
    cannot: &[],
};

#[inline(never)]
fn model(max_tokens: u64) -> Result<Reply, Failure> {
    work::ask(max_tokens)
}

#[inline(never)]
fn order_status(_call: Call<'_>, order: u64) -> Result<u64, Failure> {
    work::look_up(order)
}

#[inline(never)]
async fn later(max_tokens: u64) -> Result<Reply, Failure> {
    work::ask_later(max_tokens).await
}

#[inline(never)]
fn stream(max_tokens: u64) -> Chunks {
    Chunks::new(max_tokens)
}

#[inline(never)]
fn orchestrator(n: u64) -> Result<Answer, Failure> {
    work::orchestrate(n, model, order_status, ask_orders)
}

#[inline(never)]
fn ask_orders(headers: &mut HeaderMap, n: u64) -> Result<Answer, Failure> {
    orders(headers, n)
}

#[inline(never)]
fn orders(_headers: &HeaderMap, n: u64) -> Result<Answer, Failure> {
    work::take_orders(n, model, order_status)
}
