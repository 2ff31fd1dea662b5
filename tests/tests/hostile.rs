//! Processors, samplers, carriers and errors that misbehave harm the telemetry, and never the program.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Once};
use std::task::{Context as TaskContext, Waker};
use std::time::Duration;

use agent_otel::{Extract, Inject, McpSession, Providers, a2a_call, agent, llm_call, tool};
use agent_otel_tests::with;
use futures::executor::block_on;
use futures::stream::{self, Stream, StreamExt};
use opentelemetry::metrics::{
    BoundSyncInstrument, Histogram, HistogramBuilder, InstrumentProvider, Meter, MeterProvider,
    SyncInstrument,
};
use opentelemetry::{Context, InstrumentationScope, KeyValue, global};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};
use serde_json::{Value, json};

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

/// A meter whose instruments panic.
struct Broken;

impl MeterProvider for Broken {
    fn meter_with_scope(&self, _: InstrumentationScope) -> Meter {
        Meter::new(Arc::new(Self))
    }
}

impl InstrumentProvider for Broken {
    fn f64_histogram(&self, _: HistogramBuilder<'_, Histogram<f64>>) -> Histogram<f64> {
        Histogram::new(Arc::new(Self))
    }
}

impl SyncInstrument<f64> for Broken {
    fn measure(&self, _: f64, _: &[KeyValue]) {
        panic!("measured")
    }

    fn bind(&self, _: &[KeyValue]) -> Box<dyn BoundSyncInstrument<f64> + Send + Sync> {
        panic!("bound")
    }
}

#[llm_call(provider = "openai", model = "gpt-4o")]
fn streams() -> impl Stream<Item = Value> {
    stream::iter([json!({"choices": []}), json!({"choices": []})])
}

#[test]
fn an_instrument_that_panics_harms_nobody() {
    with(&[], || {
        assert!(Providers::new().meter(&Broken).install());
        assert_eq!(seven(), 7);
        assert_eq!(block_on(streams().count()), 2);
        drop(McpSession::client());
    });
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
