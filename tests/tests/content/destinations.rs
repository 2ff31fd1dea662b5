//! Where content goes, and what decides it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use agent_otel::testing::capture;
use agent_otel::{Capture, ContentPolicy, agent, current};
use agent_otel_tests::with;
use opentelemetry_sdk::trace::SpanData;
use serde_json::json;

use super::{CAPTURE, CASE, EVENT, INPUT, content, event, question};

/// Where content goes in each mode, and whether there is an event.
#[test]
fn content_goes_where_it_was_asked_to_go() {
    for (mode, emit, on_span, on_event) in [
        ("", "", false, None),
        ("NO_CONTENT", "", false, None),
        ("true", "", false, None),
        ("nonsense", "", false, None),
        ("span_only", "", true, None),
        ("SPAN_ONLY", "", true, None),
        ("EVENT_ONLY", "", false, Some(true)),
        ("Span_And_Event", "", true, Some(true)),
        ("SPAN_AND_EVENT", "false", true, None),
        ("EVENT_ONLY", "false", false, None),
        ("NO_CONTENT", "true", false, Some(false)),
        ("SPAN_ONLY", "TRUE", true, Some(false)),
        ("SPAN_ONLY", "nonsense", true, None),
    ] {
        with(&[(CAPTURE, mode), (EVENT, emit)], || {
            let mode = std::env::var(CAPTURE).unwrap();
            let spans = capture(|| question(&json!("where is my order?")));
            assert_eq!(content(&spans, INPUT).is_some(), on_span, "{mode}");
            let event = event(&spans, INPUT);
            assert_eq!(
                event.as_ref().map(|text| !text.is_empty()),
                on_event,
                "{mode}"
            );
            if on_event == Some(true) {
                // Structured, and not text in JSON.
                assert!(event.unwrap().starts_with("ListAny"), "{spans}");
            }
        });
    }
}

/// Where no log records are exported, content for events goes nowhere: least of all on spans.
#[test]
fn without_a_log_provider_events_redirect_nothing() {
    with(&[(CAPTURE, "EVENT_ONLY")], || {
        let exported: Arc<Mutex<Vec<SpanData>>> = Arc::default();
        let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder()
            .with_span_processor(Gathers(Arc::clone(&exported)))
            .build();
        opentelemetry::global::set_tracer_provider(provider);
        question(&json!("where is my order?"));
        let exported = exported.lock().unwrap();
        assert_eq!(exported.len(), 1);
        assert!(!format!("{exported:?}").contains("order?"));
    });
}

#[derive(Debug)]
struct Gathers(Arc<Mutex<Vec<SpanData>>>);

impl opentelemetry_sdk::trace::SpanProcessor for Gathers {
    fn on_start(&self, _: &mut opentelemetry_sdk::trace::Span, _: &opentelemetry::Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap().push(span);
    }

    fn force_flush(&self) -> opentelemetry_sdk::error::OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> opentelemetry_sdk::error::OTelSdkResult {
        Ok(())
    }
}

/// Content goes only where the code and the environment both let it.
#[test]
fn the_stricter_of_code_and_environment_counts() {
    for (environment, code, on_span, on_event) in [
        ("", Capture::SpanOnly, true, false),
        ("", Capture::SpanAndEvent, true, true),
        ("NO_CONTENT", Capture::SpanAndEvent, false, false),
        ("nonsense", Capture::SpanAndEvent, false, false),
        ("SPAN_AND_EVENT", Capture::NoContent, false, false),
        ("SPAN_AND_EVENT", Capture::EventOnly, false, true),
        ("SPAN_ONLY", Capture::EventOnly, false, false),
    ] {
        let case = format!("{code:?}");
        with(&[(CAPTURE, environment), (CASE, &case)], || {
            assert!(ContentPolicy::new().capture(code).install());
            assert!(
                !ContentPolicy::new().install(),
                "only the first has an effect"
            );
            let spans = capture(|| question(&json!("where is my order?")));
            assert_eq!(
                content(&spans, INPUT).is_some(),
                on_span,
                "{environment} {code:?}"
            );
            let event = event(&spans, INPUT).is_some_and(|text| !text.is_empty());
            assert_eq!(event, on_event, "{environment} {code:?}");
        });
    }
}

/// Only what is on the list leaves the process: on spans, on their events, and on log records.
#[test]
fn only_allowed_attributes_leave_the_process() {
    #[agent(attributes("app.tier" = "gold", "app.customer" = "bob"))]
    fn answer() -> Result<(), String> {
        current()
            .attribute("app.note", "private")
            .event("app.noted", [("app.note", "private")]);
        question(&json!("hello"));
        Err("no order of bob".to_owned())
    }
    with(&[(CAPTURE, "SPAN_AND_EVENT")], || {
        ContentPolicy::new()
            .attributes_allowed(["gen_ai.operation.*", "gen_ai.output.messages", "app.tier"])
            .attributes_allowed(["error.type"])
            .install();
        let spans = capture(|| assert!(answer().is_err()));
        let mut keys: Vec<&str> = Vec::new();
        for span in spans.iter() {
            keys.extend(
                span.attributes
                    .iter()
                    .map(|attribute| attribute.key.as_str()),
            );
            let events = span.events.iter().flat_map(|event| &event.attributes);
            keys.extend(events.map(|attribute| attribute.key.as_str()));
        }
        let logs = spans.logs().iter().flat_map(|log| &log.attributes);
        keys.extend(logs.map(|(key, _)| key.as_str()));
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(
            keys,
            [
                "app.tier",
                "error.type",
                "gen_ai.operation.name",
                "gen_ai.output.messages"
            ]
        );
        let text = spans.to_string();
        assert!(!text.contains("bob") && !text.contains("private"), "{text}");
    });
}

/// A policy that was installed counts, and a builder that says something else is told so.
#[test]
fn a_builder_after_a_policy_is_told() {
    with(&[], || {
        ContentPolicy::new().install();
        let error = agent_otel::Builder::new("test")
            .capture(Capture::SpanOnly)
            .try_init()
            .expect_err("two places");
        assert!(
            error.to_string().contains("ContentPolicy::install"),
            "{error}"
        );
        assert!(
            agent_otel::Builder::new("test")
                .console(false)
                .try_init()
                .is_ok()
        );
    });
}
