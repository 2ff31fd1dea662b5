//! Uploads: hooks of the program, and files that the environment asks for.

use std::sync::{Arc, Mutex, mpsc};

use agent_otel::testing::capture;
use agent_otel::{ContentPolicy, UploadedContent, agent};
use agent_otel_tests::{with, written_with};
use serde_json::{Value, json};

use super::{
    CAPTURE, CASE, INPUT, LONG, LOST, OUTPUT, SHORT, complete, content, event, hanging, question,
    schema, text,
};

/// Trace and span, operation, messages, and whether the span is sampled.
type Stored = (String, String, Option<Value>, bool);

#[test]
fn an_upload_sees_content_and_leaves_a_reference() {
    // Whether or not anything is captured.
    for mode in ["NO_CONTENT", "SPAN_AND_EVENT"] {
        with(&[(CAPTURE, mode)], || {
            let is_captured = std::env::var(CAPTURE).unwrap() != "NO_CONTENT";
            let stored: Arc<Mutex<Vec<Stored>>> = Arc::default();
            let store = Arc::clone(&stored);
            ContentPolicy::new()
                .hook_timeout(LONG)
                .upload(move |content: &mut UploadedContent| {
                    let id = format!("{}/{}", content.trace_id(), content.span_id());
                    let operation = content.operation().to_owned();
                    let messages = content.input_messages().cloned();
                    let entry = (id.clone(), operation, messages, content.is_sampled());
                    store.lock().unwrap().push(entry);
                    content.attribute("app.reference", id);
                    content.remove(INPUT);
                    if let Some(answer) = content.output_messages() {
                        answer[0]["parts"][0]["content"] = json!("elsewhere, ask bob@example.com");
                    }
                })
                .install();
            let spans = capture(|| question(&json!("order of alice@example.com")));
            let span = &spans[0].span_context;
            let id = format!("{}/{}", span.trace_id(), span.span_id());
            let stored = stored.lock().unwrap();
            let [(stored_as, operation, messages, is_sampled)] = stored.as_slice() else {
                panic!("stored once: {stored:?}");
            };
            assert_eq!(
                (stored_as, operation.as_str(), *is_sampled),
                (&id, "chat", true)
            );
            assert_eq!(
                messages.as_ref(),
                Some(
                    &json!([{"role": "user", "parts": [{"type": "text", "content": "order of [redacted:email]"}]}])
                )
            );
            assert_eq!(text(&spans, "app.reference"), Some(id));
            assert_eq!(content(&spans, INPUT), None);
            let answer =
                content(&spans, OUTPUT).map(|answer| answer[0]["parts"][0]["content"].clone());
            assert_eq!(
                answer,
                is_captured.then(|| json!("elsewhere, ask [redacted:email]"))
            );
            if is_captured {
                assert_eq!(event(&spans, INPUT).as_deref(), Some(""));
                assert!(event(&spans, OUTPUT).unwrap().contains("elsewhere"));
            }
        });
    }
}

/// An upload is independent of sampling.
#[test]
fn an_upload_sees_what_is_sampled_out() {
    with(&[], || {
        let (sender, uploaded) = mpsc::channel();
        ContentPolicy::new()
            .hook_timeout(LONG)
            .upload(move |content: &mut UploadedContent| {
                let _ = sender.send((content.operation().to_owned(), content.is_sampled()));
            })
            .install();
        let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder()
            .with_sampler(opentelemetry_sdk::trace::Sampler::AlwaysOff)
            .build();
        opentelemetry::global::set_tracer_provider(provider);
        question(&json!("hello"));
        assert_eq!(uploaded.try_recv(), Ok(("chat".to_owned(), false)));
    });
}

/// Three model calls of one agent.
#[agent]
fn answers_three() {
    for number in 0..3 {
        question(&json!(number.to_string()));
    }
}

/// What has no span of its own has an id of its own, so that nothing takes the place of another.
#[test]
fn uploads_without_a_span_do_not_collide() {
    for provider in ["none", "sampled out"] {
        with(&[(CASE, provider)], || {
            let (sender, uploaded) = mpsc::channel();
            ContentPolicy::new()
                .hook_timeout(LONG)
                .upload(move |content: &mut UploadedContent| {
                    if content.operation() == "chat" {
                        let ids = (content.trace_id(), content.span_id());
                        let _ = sender.send((ids, content.is_sampled()));
                    }
                })
                .install();
            if provider == "sampled out" {
                let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder()
                    .with_sampler(opentelemetry_sdk::trace::Sampler::AlwaysOff)
                    .build();
                opentelemetry::global::set_tracer_provider(provider);
            }
            answers_three();
            let uploaded: Vec<_> = uploaded.try_iter().collect();
            assert_eq!(uploaded.len(), 3);
            let distinct = |id: fn(&(String, String)) -> &String| {
                let ids = uploaded.iter().map(|(ids, _)| id(ids));
                ids.collect::<std::collections::HashSet<_>>().len()
            };
            assert_eq!(distinct(|(_, span)| span), 3, "{uploaded:?}");
            let traces = if provider == "none" { 3 } else { 1 };
            assert_eq!(distinct(|(trace, _)| trace), traces, "{uploaded:?}");
            for ((trace, span), is_sampled) in &uploaded {
                assert!(!is_sampled);
                assert!(*trace != "0".repeat(32) && *span != "0".repeat(16));
            }
        });
    }
}

#[test]
fn an_upload_that_panics_or_hangs_loses_the_content_and_no_more() {
    for (word, lost, timeout) in [
        ("panic", "upload_panicked", LONG),
        ("hang", "upload_hung", SHORT),
    ] {
        with(&[(CAPTURE, "SPAN_ONLY"), (CASE, word)], || {
            let (release, hang) = hanging();
            ContentPolicy::new()
                .hook_timeout(timeout)
                .upload(move |_: &mut UploadedContent| {
                    assert_ne!(word, "panic", "on purpose");
                    let _ = hang.lock().unwrap().recv();
                })
                .install();
            let spans = capture(|| question(&json!(word)));
            let told = (content(&spans, INPUT), content(&spans, OUTPUT));
            assert_eq!(told, (None, None));
            assert_eq!(text(&spans, LOST).as_deref(), Some(lost));
            drop(release);
        });
    }
}

const UPLOAD: &str = "OTEL_INSTRUMENTATION_GENAI_UPLOAD_BASE_PATH";

/// A folder of this test's own, which is gone at its end.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("agent-otel-{name}-{}", std::process::id()));
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_environment_uploads_to_files() {
    for format in ["json", "jsonl"] {
        let folder = Folder::new(format);
        let path = folder.0.display().to_string();
        with(
            &[
                (UPLOAD, &path),
                ("OTEL_INSTRUMENTATION_GENAI_UPLOAD_FORMAT", format),
            ],
            || {
                let telemetry = agent_otel::Builder::new("test")
                    .console(false)
                    .hook_timeout(LONG)
                    .init();
                let (one, two) = (
                    json!({"role": "user", "content": "one"}),
                    json!({"role": "user", "content": "two"}),
                );
                complete(
                    &json!([one, two]),
                    &json!("Be brief"),
                    &Value::Null,
                    json!("three"),
                );
                telemetry.shutdown_blocking();
                let folder = std::env::var(UPLOAD).unwrap();
                let format = std::env::var("OTEL_INSTRUMENTATION_GENAI_UPLOAD_FORMAT").unwrap();
                let mut files: Vec<_> = std::fs::read_dir(folder)
                    .unwrap()
                    .map(|file| file.unwrap().path())
                    .collect();
                files.sort();
                let names: Vec<_> = files
                    .iter()
                    .map(|file| {
                        file.file_name()
                            .unwrap()
                            .to_string_lossy()
                            .split_once('_')
                            .unwrap()
                            .1
                            .to_owned()
                    })
                    .collect();
                let end = |name: &str| format!("{name}.{format}");
                assert_eq!(
                    names,
                    [end("inputs"), end("outputs"), end("system_instruction")]
                );
                let inputs = std::fs::read_to_string(&files[0]).unwrap();
                let messages: Vec<Value> = if format == "json" {
                    serde_json::from_str(&inputs).unwrap()
                } else {
                    inputs
                        .lines()
                        .map(|line| serde_json::from_str(line).unwrap())
                        .collect()
                };
                assert_eq!(messages.len(), 2);
                schema::check("input-messages", &json!(messages));
            },
        );
    }
}

/// Files of what is sampled out stand beside each other.
#[test]
fn files_of_what_is_sampled_out_are_all_there() {
    let folder = Folder::new("sampled-out");
    let path = folder.0.display().to_string();
    let variables = [
        (UPLOAD, path.as_str()),
        ("OTEL_TRACES_SAMPLER", "always_off"),
    ];
    with(&variables, || {
        let telemetry = agent_otel::Builder::new("test")
            .console(false)
            .hook_timeout(LONG)
            .init();
        answers_three();
        telemetry.shutdown_blocking();
        let files = std::fs::read_dir(std::env::var(UPLOAD).unwrap()).unwrap();
        let said: std::collections::BTreeSet<_> = files
            .map(|file| file.unwrap().path())
            .filter(|path| path.display().to_string().contains("_inputs"))
            .map(|path| std::fs::read_to_string(path).unwrap())
            .collect();
        assert_eq!(said.len(), 3, "{said:?}");
    });
}

/// What cannot be written is counted, and told at the end.
#[test]
fn uploads_that_fail_are_told() {
    // A file is no folder.
    let path = std::env::current_exe().expect("a file").join("x");
    let written = written_with(&[(UPLOAD, &path.display().to_string())], || {
        let telemetry = agent_otel::Builder::new("test")
            .console(false)
            .hook_timeout(LONG)
            .init();
        question(&json!("one"));
        question(&json!("two"));
        telemetry.shutdown_blocking();
    });
    if let Some(written) = written {
        let told = "agent-otel: the content of 2 operations was not uploaded";
        assert!(
            written.contains(told) && written.contains(UPLOAD),
            "{written}"
        );
    }
}
