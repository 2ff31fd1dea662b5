//! Programs that never call `init`, and set a global provider of their own: early, late, or not at all. Each test runs in
//! a process of its own, since that provider is one a process.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use agent_otel::{agent, tool};
use agent_otel_tests::with;
use opentelemetry::trace::noop::{NoopSpan, NoopTracerProvider};
use opentelemetry::trace::{
    SpanBuilder, SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, Tracer,
    TracerProvider,
};
use opentelemetry::{Context, InstrumentationScope, global};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, Span, SpanData, SpanProcessor};

#[agent]
fn outer() -> SpanContext {
    inner();
    span_context()
}

#[tool]
fn inner() {}

fn span_context() -> SpanContext {
    Context::current().span().span_context().clone()
}

/// The names of the spans that a provider took.
#[derive(Clone, Debug, Default)]
struct Names(Arc<Mutex<Vec<Cow<'static, str>>>>);

impl SpanProcessor for Names {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap().push(span.name);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl Names {
    /// Sets a global provider that records everything.
    fn of_provider() -> Self {
        let names = Self::default();
        let provider = SdkTracerProvider::builder()
            .with_span_processor(names.clone())
            .with_sampler(Sampler::AlwaysOn)
            .build();
        global::set_tracer_provider(provider);
        names
    }

    fn so_far(&self) -> Vec<Cow<'static, str>> {
        self.0.lock().unwrap().clone()
    }
}

#[test]
fn without_one_the_context_stays_as_it_is() {
    with(&[], || {
        assert_eq!(outer(), SpanContext::NONE);
        // One that somebody else has put there is passed on, recorded or not.
        for flags in [TraceFlags::SAMPLED, TraceFlags::NOT_SAMPLED] {
            let around = SpanContext::new(
                TraceId::from(7),
                SpanId::from(7),
                flags,
                true,
                TraceState::NONE,
            );
            let _attached = Context::current()
                .with_remote_span_context(around.clone())
                .attach();
            assert_eq!(outer(), around);
        }
    });
}

#[test]
fn one_that_comes_late_takes_every_span_from_then_on() {
    with(&[], || {
        for _ in 0..100 {
            outer();
        }
        let names = Names::of_provider();
        assert!(outer().is_valid());
        // And none by which it was found.
        assert_eq!(names.so_far(), ["execute_tool inner", "invoke_agent outer"]);
    });
}

#[test]
fn one_that_takes_the_place_of_another_takes_every_span_from_then_on() {
    with(&[], || {
        let first = Names::of_provider();
        inner();
        let second = Names::of_provider();
        inner();
        assert_eq!(first.so_far(), ["execute_tool inner"]);
        assert_eq!(second.so_far(), ["execute_tool inner"]);
    });
}

/// A provider whose tracers panic until they are told to stop.
#[derive(Clone, Debug, Default)]
struct Panics {
    is_over: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl TracerProvider for Panics {
    type Tracer = Self;

    fn tracer_with_scope(&self, _: InstrumentationScope) -> Self {
        self.clone()
    }
}

impl Tracer for Panics {
    type Span = NoopSpan;

    fn build_with_context(&self, builder: SpanBuilder, parent: &Context) -> NoopSpan {
        self.asked.fetch_add(1, Ordering::Relaxed);
        assert!(self.is_over.load(Ordering::Relaxed), "on purpose");
        NoopTracerProvider::new()
            .tracer("none")
            .build_with_context(builder, parent)
    }
}

#[test]
fn one_that_panics_is_not_the_programs_trouble() {
    with(&[], || {
        let provider = Panics::default();
        global::set_tracer_provider(provider.clone());
        assert_eq!(outer(), SpanContext::NONE);
        assert_ne!(provider.asked.load(Ordering::Relaxed), 0);
        provider.is_over.store(true, Ordering::Relaxed);
        assert_eq!(outer(), SpanContext::NONE);
    });
}
