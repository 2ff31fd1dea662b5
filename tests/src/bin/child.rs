//! What the set-up tests run in a process of its own: one small program for each word.

use std::collections::HashMap;
use std::io::Write as _;
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::mpsc::channel;
use std::time::Duration;

use agent_otel::Telemetry;
use opentelemetry::trace::{Span as _, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, global};
use opentelemetry_sdk::trace::SdkTracerProvider;
use serde_json::{Value, json};

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("shuts_down") => shuts_down(),
        Some("returns") => returns(),
        Some("panics") => panics(),
        Some("has_a_runtime") => has_a_runtime(),
        Some("leaves_a_span_open") => leaves_a_span_open(),
        Some("begins_after_shutdown") => begins_after_shutdown(),
        Some("is_disabled") => is_disabled(),
        Some("inits_twice") => inits_twice(),
        Some("is_strict") => is_strict(),
        Some("uploads") => uploads(),
        Some("sends_four_times") => sends_four_times(),
        Some("hands_over_and_inits") => hands_over_and_inits(),
        Some("flushes_before_the_answer") => goes_on(|telemetry| {
            telemetry.force_flush_blocking();
            telemetry
        }),
        Some("leaves_before_the_answer") => goes_on(|telemetry| {
            drop(telemetry);
            agent_otel::init("child")
        }),
        other => {
            eprintln!("no program is called {other:?}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn three_spans() {
    let tracer = global::tracer("test");
    tracer.in_span("root", |_| {
        tracer.in_span("first", |_| {});
        tracer.in_span("second", |_| {});
    });
}

fn tell(report: &agent_otel::ShutdownReport) {
    assert_eq!(
        report.ended,
        report.exported + report.failed + report.dropped
    );
    println!(
        "REPORT ended={} exported={} failed={} dropped={}",
        report.ended, report.exported, report.failed, report.dropped
    );
}

fn shuts_down() {
    let telemetry = agent_otel::init("child");
    three_spans();
    tell(&telemetry.shutdown_blocking());
    three_spans();
    assert_eq!(telemetry.shutdown_blocking(), telemetry.shutdown_blocking());
}

fn returns() {
    let _telemetry = agent_otel::init("child");
    three_spans();
}

fn panics() {
    let _telemetry = agent_otel::init("child");
    three_spans();
    panic!("on purpose");
}

fn has_a_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let telemetry = agent_otel::init("child");
        three_spans();
        tell(&telemetry.force_flush().await);
        three_spans();
        let (first, second) = tokio::join!(telemetry.shutdown(), telemetry.shutdown());
        assert_eq!(first, second);
        tell(&first);
    });
}

fn leaves_a_span_open() {
    let telemetry = agent_otel::init("child");
    let tracer = global::tracer("test");
    let open = Context::current_with_span(tracer.start("never ends"));
    tracer.start_with_context("done", &open).end();
    drop(telemetry);
    std::mem::forget(open);
}

/// A call that is made before shutdown, and runs after it.
#[agent_otel::tool]
fn look_up_later() -> std::pin::Pin<Box<dyn Future<Output = Option<String>>>> {
    Box::pin(async { agent_otel::current_trace_id() })
}

fn begins_after_shutdown() {
    let telemetry = agent_otel::init("child");
    let asked = look_up_later();
    tell(&telemetry.shutdown_blocking());
    assert_eq!(futures::executor::block_on(asked), None);
}

fn is_disabled() {
    let telemetry = agent_otel::init("child");
    three_spans();
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let received = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
    let caller = global::get_text_map_propagator(|propagator| propagator.extract(&received));
    let inside = caller.with_span(global::tracer("test").start_with_context("inside", &caller));
    let mut sent: HashMap<String, String> = HashMap::new();
    global::get_text_map_propagator(|propagator| propagator.inject_context(&inside, &mut sent));
    println!("SENT {}", sent["traceparent"]);
    for task in std::fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = std::fs::read_to_string(task.path().join("comm")).unwrap_or_default();
        assert!(!name.starts_with("agent-otel"), "{name}");
        assert!(!name.starts_with("OpenTelemetry"), "{name}");
    }
    tell(&telemetry.shutdown_blocking());
}

fn inits_twice() {
    let first = agent_otel::init("child");
    let second = agent_otel::init("child");
    assert!(agent_otel::try_init("child").is_ok());
    drop(first);
    three_spans();
    tell(&second.force_flush_blocking());
    let _other = agent_otel::init("another");
    println!("ERROR {}", agent_otel::try_init("another").unwrap_err());
}

fn is_strict() {
    match agent_otel::try_init("child") {
        Ok(telemetry) => tell(&telemetry.shutdown_blocking()),
        Err(error) => println!("ERROR {error}"),
    }
}

#[agent_otel::llm_call(provider = "openai", model = "m", input = messages, usage = manual)]
fn ask(messages: &Value) {
    let _ = messages;
}

fn uploads() {
    let _telemetry = agent_otel::init("child");
    let messages = json!([{"role": "user", "content": "word ".repeat(600_000)}]);
    for _ in 0..2 {
        ask(&messages);
    }
}

fn sends_four_times() {
    let telemetry = agent_otel::Builder::new("child").logs(true).init();
    for _ in 0..4 {
        global::tracer("test").in_span("root", |_| tracing::info!("a record"));
        telemetry.force_flush_blocking();
    }
    tell(&telemetry.shutdown_blocking());
}

/// Does not wait for the answer of a receiver that is slow, goes on, and says what became of the spans in the end.
fn goes_on(and_then: fn(Telemetry) -> Telemetry) {
    let receiver = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", receiver.local_addr().unwrap());
    let (answer, may_answer) = channel();
    std::thread::spawn(move || {
        let (mut stream, _) = receiver.accept().unwrap();
        may_answer.recv().unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            .unwrap();
        // Open until the process ends, so that what is still on its way in does not reset it.
        std::mem::forget(stream);
    });
    let telemetry = agent_otel::Builder::new("child")
        .endpoint(endpoint)
        .shutdown_timeout(Duration::from_millis(400))
        .init();
    three_spans();
    let telemetry = and_then(telemetry);
    answer.send(()).unwrap();
    let mut reports = (0..100).map(|_| telemetry.force_flush_blocking());
    let exported = reports.find(|report| report.exported > 0);
    tell(&exported.unwrap_or_else(|| telemetry.force_flush_blocking()));
}

/// Sets OpenTelemetry up in both of the ways there are.
fn hands_over_and_inits() {
    let tracer = SdkTracerProvider::builder().build();
    let first = agent_otel::Providers::new().tracer(&tracer);
    assert!(first.install());
    if let Err(error) = agent_otel::try_init("child") {
        println!("ERROR {error}");
    }
    let telemetry = agent_otel::init("child");
    assert!(agent_otel::try_init("child").is_ok());
    three_spans();
    tell(&telemetry.shutdown_blocking());
}
