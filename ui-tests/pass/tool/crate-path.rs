#![deny(warnings)]
#![forbid(unsafe_code)]

//! `crate = path` for a runtime that is re-exported, next to the user's own `mod agent_otel`.

#![allow(dead_code)]

mod agent_otel {}

pub mod facade {
    pub use ::agent_otel as telemetry;
}

use ::agent_otel::{ErrorType, LlmRequest, LlmResponse, agent, tool, tools};

#[tool(crate = crate::facade::telemetry, arguments(number), result)]
fn order_status(number: u64) -> u64 {
    number
}

#[agent(crate = ::agent_otel, output)]
async fn plan(number: u64) -> u64 {
    number
}

// Without the argument the path begins at the extern crates as well.
#[tool]
fn plain() {}

struct Shop;

#[tools(crate = crate::facade::telemetry, kind = datastore)]
impl Shop {
    fn order(&self) {}
}

#[derive(LlmRequest, LlmResponse)]
#[llm(crate = crate::facade::telemetry)]
struct Both {
    #[llm(model)]
    model: &'static str,
}

#[derive(Debug, ErrorType)]
#[error_type(crate = crate::facade::telemetry)]
#[error_type("late")]
struct Late;

#[derive(Debug, ErrorType)]
#[error_type(crate = crate::facade::telemetry)]
enum Failed {
    Lost,
    #[error_type(transparent)]
    Late(Late),
}

macro_rules! exported {
    ($name:ident) => {
        #[tool(crate = $crate::facade::telemetry, result)]
        fn $name(number: u64) -> u64 {
            number
        }
    };
}

exported!(made);

macro_rules! exported_tools {
    ($name:ident) => {
        #[tools(crate = $crate::facade::telemetry)]
        mod $name {
            pub(super) fn run() {}
        }
    };
}

exported_tools!(made_tools);

fn main() {
    order_status(1);
    plain();
    made(1);
    made_tools::run();
    Shop.order();
    assert_eq!(Failed::Lost.error_type(), "lost");
    assert_eq!(Failed::Late(Late).error_type(), "late");
}
