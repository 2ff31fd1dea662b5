//! The program of the README.

#![allow(clippy::print_stdout, reason = "an example answers on standard output")]

use agent_otel::{agent, tool};

/// Looks an order up by its number.
#[tool]
fn order_status(order_id: u64) -> Result<&'static str, std::io::Error> {
    if order_id == 1042 {
        Ok("on its way")
    } else {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

#[agent]
fn support(order_id: u64) -> String {
    order_status(order_id).map_or_else(|error| format!("sorry: {error}"), str::to_owned)
}

fn main() {
    let _telemetry = agent_otel::init("shop"); // reads OTEL_*; without an endpoint it prints a waterfall
    println!("{}", support(9999));
}
