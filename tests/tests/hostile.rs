//! Processors, samplers, carriers and errors that misbehave harm the telemetry, and never the program.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::task::{Context as TaskContext, Waker};
use std::time::Duration;

use agent_otel::{Extract, Inject, a2a_call, agent, tool};
use opentelemetry::{Context, global};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};

thread_local! {
    /// When the processor panics.
    static MODE: Cell<u8> = const { Cell::new(0) };
}
const ON_START: u8 = 1;
const ON_END: u8 = 2;

#[derive(Debug)]
struct Hostile;

impl SpanProcessor for Hostile {
    fn on_start(&self, _: &mut Span, _: &Context) {
        assert_ne!(MODE.try_with(Cell::get).unwrap_or(0), ON_START, "on_start");
    }

    fn on_end(&self, _: SpanData) {
        assert_ne!(MODE.try_with(Cell::get).unwrap_or(0), ON_END, "on_end");
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

fn install() {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        global::set_tracer_provider(
            SdkTracerProvider::builder()
                .with_span_processor(Hostile)
                .build(),
        );
    });
}

#[tool]
fn seven() -> u8 {
    7
}

#[tool]
fn throws() {
    panic!("mine");
}

#[agent]
async fn waits() {
    std::future::pending::<()>().await;
}

struct Panics;

impl Extract for Panics {
    fn get_all<'a>(&'a self, _: &str) -> Vec<&'a str> {
        panic!("get")
    }
}

impl Inject for Panics {
    fn set(&mut self, _: &'static str, _: String) {
        panic!("set")
    }
}

#[agent(extract = carrier)]
fn extracts(carrier: &Panics) -> u8 {
    let _ = carrier;
    7
}

#[a2a_call(agent = "remote", inject = carrier)]
fn injects(carrier: &mut Panics) -> u8 {
    let _ = carrier;
    7
}

/// Displays more than anybody wants to read.
#[derive(Debug)]
struct Endless;

impl fmt::Display for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Ends only because the writer says that it has enough.
        loop {
            f.write_str("and so on, ")?;
        }
    }
}

impl std::error::Error for Endless {}

#[tool]
fn endless() -> Result<u8, Endless> {
    Err(Endless)
}

#[test]
fn the_program_goes_on() {
    install();
    for mode in [0, ON_START, ON_END] {
        MODE.set(mode);
        assert_eq!(seven(), 7, "{mode}");
        let payload = catch_unwind(throws).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"mine"), "{mode}");
        // A future that is dropped while a panic unwinds: a second panic there would abort.
        let payload = catch_unwind(AssertUnwindSafe(|| {
            let mut future = Box::pin(waits());
            let _ = future
                .as_mut()
                .poll(&mut TaskContext::from_waker(Waker::noop()));
            std::panic::panic_any(3_u8);
        }))
        .unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&3_u8), "{mode}");
        assert_eq!((extracts(&Panics), injects(&mut Panics)), (7, 7), "{mode}");
        assert!(endless().is_err(), "{mode}");
    }
    MODE.set(0);
    assert!(
        agent_otel::extract(&HashMap::<String, String>::new())
            .get::<u8>()
            .is_none()
    );
}

thread_local! {
    static LATE: Late = const { Late };
}

struct Late;

impl Drop for Late {
    fn drop(&mut self) {
        assert_eq!(seven(), 7);
    }
}

/// The first call on a thread is in a destructor, after that of the current context.
#[test]
fn the_first_call_in_a_destructor() {
    install();
    std::thread::spawn(|| {
        LATE.with(|_| ());
        let _ = Context::current();
    })
    .join()
    .unwrap();
}

/// Agents that hand on to the next in their context, one after the other, make no chain.
#[test]
fn a_hundred_thousand_agents_in_a_row() {
    #[agent]
    fn next() -> Context {
        seven();
        Context::current()
    }
    install();
    let mut context = Context::new();
    for _ in 0..100_000 {
        let attached = context.attach();
        let next = next();
        drop(attached);
        context = next;
    }
    drop(context);
}
