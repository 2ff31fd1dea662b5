//! Redactors: what they see, what they leave, and what becomes of those that fail.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use agent_otel::testing::capture;
use agent_otel::{ContentPolicy, agent, tool};
use agent_otel_tests::with;
use serde_json::{Value, json};

use super::{
    ARGUMENTS, CAPTURE, CASE, LONG, LOST, RESULT, SHORT, content, hanging, lookup, question, text,
};

/// A redactor sees content after the patterns, and what it leaves is written.
#[test]
fn a_redactor_has_the_last_word() {
    with(&[(CAPTURE, "SPAN_AND_EVENT")], || {
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let sees = Arc::clone(&seen);
        ContentPolicy::new()
            .hook_timeout(LONG)
            .redactor(move |attribute: &str, value: &mut Value| {
                sees.lock().unwrap().push(format!("{attribute} {value}"));
                match attribute {
                    ARGUMENTS => *value = Value::Null,
                    RESULT => value["order"] = json!("kept here"),
                    "exception.message" => *value = json!("an error"),
                    _ => {}
                }
            })
            .redactor(|_: &str, value: &mut Value| {
                if let Some(Value::String(text)) = value.get_mut("status") {
                    *text = text.to_uppercase();
                }
            })
            .install();
        let spans = capture(|| assert!(lookup(&json!({"mail": "alice@example.com"})).is_ok()));
        assert_eq!(content(&spans, ARGUMENTS), None);
        assert_eq!(
            content(&spans, RESULT),
            Some(json!({"order": "kept here", "status": "SHIPPED"}))
        );
        let spans = capture(|| assert!(lookup(&json!("no order of bob@example.com")).is_err()));
        assert!(
            spans.to_string().contains("status: error \"an error\""),
            "{spans}"
        );
        assert!(!spans.to_string().contains("no order"), "{spans}");
        question(&json!("hello"));
        let seen = seen.lock().unwrap().join("\n");
        assert!(
            seen.contains("[redacted:email]") && !seen.contains("@example.com"),
            "{seen}"
        );
    });
}

/// Whatever a redactor does, the function returns what it returns, and the span is there without the content.
#[test]
fn a_redactor_that_panics_loses_its_attribute_and_no_more() {
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        ContentPolicy::new()
            .hook_timeout(LONG)
            .redactor(|attribute: &str, _: &mut Value| {
                assert!(
                    !matches!(attribute, RESULT | "exception.message"),
                    "on purpose"
                );
            })
            .install();
        let spans = capture(|| assert!(lookup(&json!({"id": 7})).is_ok()));
        assert_eq!(
            content(&spans, ARGUMENTS),
            Some(json!({"order": {"id": 7}}))
        );
        assert_eq!(content(&spans, RESULT), None);
        assert_eq!(text(&spans, LOST).as_deref(), Some("redactor_panicked"));
        let spans = capture(|| assert!(lookup(&json!("a secret order")).is_err()));
        let told = "[left out: the redactor failed]";
        assert!(
            spans
                .to_string()
                .contains(&format!("status: error {told:?}")),
            "{spans}"
        );
        assert_eq!(spans[0].events[0].attributes[1].value.as_str(), told);
    });
}

#[test]
fn a_redactor_that_hangs_loses_content_until_it_is_back() {
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        let (release, hang) = hanging();
        ContentPolicy::new()
            .hook_timeout(SHORT)
            .redactor(move |_: &str, value: &mut Value| {
                if value.to_string().contains("hang") {
                    let _ = hang.lock().unwrap().recv();
                }
            })
            .install();
        let spans = capture(|| assert!(lookup(&json!({"id": "hang"})).is_ok()));
        assert_eq!(spans.len(), 1);
        assert_eq!(
            (content(&spans, ARGUMENTS), content(&spans, RESULT)),
            (None, None)
        );
        assert_eq!(text(&spans, LOST).as_deref(), Some("redactor_hung"));
        let spans = capture(|| assert!(lookup(&json!({"id": 7})).is_ok()));
        assert_eq!(
            text(&spans, LOST).as_deref(),
            Some("redactor_hung"),
            "it has not come back"
        );
        drop(release);
        while text(
            &capture(|| assert!(lookup(&json!({"id": 7})).is_ok())),
            RESULT,
        )
        .is_none()
        {
            thread::yield_now();
        }
    });
}

/// A redactor that works loses nothing, however many operations end at once.
#[test]
fn many_operations_wait_for_their_turn() {
    const THREADS: usize = 200;

    with(&[(CAPTURE, "SPAN_ONLY")], || {
        let begun = Arc::new(AtomicUsize::new(0));
        let all = Arc::clone(&begun);
        ContentPolicy::new()
            .hook_timeout(LONG)
            .redactor(move |_: &str, _: &mut Value| {
                while all.load(Ordering::SeqCst) < THREADS {
                    thread::yield_now();
                }
            })
            .install();
        let threads: Vec<_> = (0..THREADS)
            .map(|number| {
                let begun = Arc::clone(&begun);
                thread::spawn(move || {
                    begun.fetch_add(1, Ordering::SeqCst);
                    capture(|| assert!(lookup(&json!({ "id": number })).is_ok()))
                })
            })
            .collect();
        for (number, thread) in threads.into_iter().enumerate() {
            let spans = thread.join().unwrap();
            let arguments = json!({ "order": { "id": number } });
            assert_eq!(content(&spans, ARGUMENTS), Some(arguments), "{spans}");
            assert_eq!(text(&spans, LOST), None);
        }
    });
}

/// An error with causes that climbs through two spans is one text, and shown as one; where nothing is recorded, nothing is.
#[test]
fn a_failure_is_shown_to_redactors_once() {
    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Layer>>);
    impl std::fmt::Display for Layer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0)
        }
    }
    impl std::error::Error for Layer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            self.1.as_deref().map(|cause| cause as _)
        }
    }
    #[tool]
    fn fails() -> Result<(), Layer> {
        let cause = Layer("no host bob@example.com", None);
        let cause = Layer("no connection", Some(Box::new(cause)));
        Err(Layer("no answer", Some(Box::new(cause))))
    }
    #[agent]
    fn answer() -> Result<(), Layer> {
        fails()
    }
    for case in ["sampled", "sampled out"] {
        with(&[(CASE, case)], || {
            let seen: Arc<Mutex<Vec<String>>> = Arc::default();
            let sees = Arc::clone(&seen);
            ContentPolicy::new()
                .hook_timeout(LONG)
                .redactor(move |_: &str, value: &mut Value| {
                    sees.lock().unwrap().push(value.to_string());
                    *value = json!("redacted");
                })
                .install();
            let seen = || std::mem::take(&mut *seen.lock().unwrap());
            if case == "sampled" {
                let spans = capture(|| assert!(answer().is_err()));
                let message = "no answer: no connection: no host [redacted:email]";
                assert_eq!(seen(), [json!(message).to_string()]);
                let text = spans.to_string();
                assert_eq!(text.matches("status: error \"redacted\"").count(), 2);
                assert_eq!(text.matches("exception.message: \"redacted\"").count(), 1);
            } else {
                let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder()
                    .with_sampler(opentelemetry_sdk::trace::Sampler::AlwaysOff)
                    .build();
                opentelemetry::global::set_tracer_provider(provider);
                assert!(answer().is_err());
                assert_eq!(seen(), [""; 0]);
            }
        });
    }
}

/// A redactor that calls what is captured does not wait for itself.
#[test]
fn a_redactor_may_call_annotated_functions() {
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        ContentPolicy::new()
            .hook_timeout(LONG)
            .redactor(|_: &str, _: &mut Value| {
                assert!(lookup(&json!({"id": 1})).is_ok());
            })
            .install();
        let spans = capture(|| assert!(lookup(&json!({"id": 7})).is_ok()));
        assert_eq!(
            content(&spans, ARGUMENTS),
            Some(json!({"order": {"id": 7}}))
        );
    });
}
