#![deny(warnings)]
#![forbid(unsafe_code)]

//! `crate = path` for a runtime that is re-exported, next to the user's own `mod agent_otel`.

#![allow(dead_code)]

mod agent_otel {}

pub mod facade {
    pub use ::agent_otel as telemetry;
}

use ::agent_otel::{agent, tool};

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

macro_rules! exported {
    ($name:ident) => {
        #[tool(crate = $crate::facade::telemetry, result)]
        fn $name(number: u64) -> u64 {
            number
        }
    };
}

exported!(made);

fn main() {
    order_status(1);
    plain();
    made(1);
}
