#![deny(warnings)]
#![forbid(unsafe_code)]

//! The user's own `core`, `std`, `Option`, `Result`, `Some`, `Ok`, `Box`, `Send`, `Drop` and macros of well-known names.

#![allow(dead_code, non_camel_case_types, unused_macros)]

mod core {}
mod std {}
mod alloc {}
mod http {}
mod opentelemetry {}
mod serde {}

struct Option;
struct Box;
struct String;
struct Vec;
struct Some(u8);
struct None;
struct Err;
trait Send {}
trait Sync {}
trait Sized {}
trait Drop {}
trait FnOnce {}
trait Future {}
trait Default {}
trait Clone {}
trait ToAttribute {}
trait Inject {}
trait LlmResponse {}
enum Result {
    Ok,
    Fail,
}
use self::Result::Ok;

type u64 = u32;
type str = u8;

fn drop() {}
fn span() {}
fn returned() {}

macro_rules! format {
    () => {};
}
macro_rules! panic {
    () => {};
}
macro_rules! unreachable {
    () => {};
}
macro_rules! vec {
    () => {};
}

#[agent_otel::tool(arguments(number), result, attributes("app.number" = number))]
fn order_status(number: u64) -> u64 {
    number
}

#[agent_otel::tool]
async fn order_status_async(number: u64) -> Result {
    if number == 0 {
        return Result::Fail;
    }
    Ok
}

#[agent_otel::agent(output)]
async fn plan() -> u64 {
    1
}

#[agent_otel::llm_call(provider = "openai", model = "gpt-4o-mini", usage = manual)]
async fn complete() -> Option {
    Option
}

#[derive(agent_otel::LlmResponse)]
struct Response {
    #[llm(input_tokens)]
    tokens: u64,
}

#[agent_otel::llm_call(provider = "openai", temperature = heat)]
fn complete_sync(heat: f32) -> Response {
    Response { tokens: heat as u64 }
}

#[agent_otel::a2a_call(agent = "orders", inject = client)]
async fn ask() {}

fn main() {
    order_status(1);
}
