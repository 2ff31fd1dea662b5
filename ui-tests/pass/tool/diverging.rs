#![deny(warnings)]
#![forbid(unsafe_code)]

//! Bodies that never return, and functions that say so.

#![allow(dead_code)]

use std::future::Future;

use agent_otel::tool;

#[tool]
fn never() -> ! {
    std::process::exit(0)
}

#[tool]
async fn never_async() -> ! {
    std::process::exit(0)
}

#[tool]
fn never_loops() -> ! {
    loop {}
}

#[tool]
async fn never_panics() -> ! {
    panic!("never")
}

#[tool]
fn panics(number: u64) -> u64 {
    panic!("no order {number}")
}

#[tool]
async fn panics_async(number: u64) -> Result<u64, std::fmt::Error> {
    panic!("no order {number}")
}

#[tool]
fn unfinished() -> Vec<String> {
    todo!()
}

#[tool]
async fn unfinished_async() -> Vec<String> {
    todo!()
}

#[tool]
fn unfinished_unit() {
    unimplemented!()
}

#[tool]
async fn unfinished_impl() -> impl Iterator<Item = u64> {
    if true {
        unreachable!("never");
    }
    std::iter::empty()
}

#[tool]
async fn forever() -> Result<(), std::fmt::Error> {
    loop {
        std::future::ready(()).await;
    }
}

#[tool]
fn infallible(text: &str) -> Result<usize, std::convert::Infallible> {
    Ok(text.len())
}

#[tool]
fn boxed() -> std::pin::Pin<Box<dyn Future<Output = u64>>> {
    todo!()
}

fn main() {}
