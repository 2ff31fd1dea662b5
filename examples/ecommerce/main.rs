//! A shop of three AI agents: an orchestrator, and one agent each for orders and for products.
//!
//! ```text
//! cargo run -p agent-otel-examples --bin ecommerce -- "Where is my order 1042?"
//! ```
//!
//! This process opens the shop: it starts the agents as processes of their own, asks the orchestrator
//! the question, prints the answer, and then the one trace that ran through all of them.
//!
//! Where to read on: `orchestrator.rs`, `order_management.rs` and `product_discovery.rs` are the
//! agents, `agent.rs` is the loop they share, `a2a.rs` is how they talk to each other. Nothing in
//! `supervisor.rs`, `service.rs` and `model/` is about telemetry, except a line or two.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for people, in a terminal"
)]

mod a2a;
mod agent;
mod args;
mod model;
mod orchestrator;
mod order_management;
mod product_discovery;
mod service;
mod store;
mod supervisor;

use std::process::ExitCode;

use args::Command;

fn main() -> ExitCode {
    let result = match Command::parse(std::env::args().skip(1)) {
        Ok(Command::Ask { question, faults }) => supervisor::run(&question, &faults),
        Ok(Command::Serve { service, faults }) => service::run(service, faults),
        Ok(Command::Help) => {
            println!("{}", args::HELP);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("ecommerce: {error}\nMore with: ecommerce --help");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ecommerce: {error}");
            ExitCode::FAILURE
        }
    }
}
