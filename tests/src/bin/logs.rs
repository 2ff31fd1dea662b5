//! What the tests of log records run in a process of its own: one small program for each word.

use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use agent_otel::{Builder, UploadedContent, agent, current, in_context, tool};
use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt as _;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("answers") => answers(),
        Some("returns") => returns(),
        Some("shuts_down_and_goes_on") => shuts_down_and_goes_on(),
        Some("adds_the_layer_before") => adds_the_layer_before(),
        Some("adds_the_layer_after") => adds_the_layer_after(),
        Some("forwards_log_to_tracing") => forwards_log_to_tracing(),
        Some("has_a_subscriber") => has_a_subscriber(),
        Some("has_a_logger") => has_a_logger(),
        Some("wraps_its_logger") => wraps_its_logger(),
        Some("logs_what_an_export_logs") => logs_what_an_export_logs(),
        Some("logs_what_panics") => logs_what_panics(),
        Some("logs_on_many_threads") => logs_on_many_threads(),
        Some("logs_secrets") => logs_secrets(),
        Some("logs_what_is_redacted") => logs_what_is_redacted(),
        Some("logs_while_a_redactor_fails") => logs_while_a_redactor_fails(),
        Some("logs_within_hooks") => logs_within_hooks(),
        Some("logs_what_is_allowed") => logs_what_is_allowed(),
        Some("logs_a_burst") => logs_a_burst(),
        Some("exits_at_once") => exits_at_once(),
        other => {
            eprintln!("no program is called {other:?}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Tells which span the record `name` belongs to.
fn here(name: &str) {
    let current = current();
    let span = current.context().span();
    let span = span.span_context();
    println!(
        "HERE {name} {} {} {}",
        span.trace_id(),
        span.span_id(),
        span.trace_flags().to_u8()
    );
}

#[tool]
fn order_status(order: u64) -> Result<(), fmt::Error> {
    here("no such order");
    tracing::warn!(order, customer = "Ada L", open = true, "no such order");
    here("said by log");
    log::error!(target: "shop::log", order, shelf = "B 7"; "said by {}", "log");
    Err(fmt::Error)
}

#[agent]
async fn support() {
    here("before the wait");
    tracing::info!("before the wait");
    tokio::task::yield_now().await;
    here("after the wait");
    tracing::info!(name: "shop.waited", waits = 1, "after the wait");
    let _ = order_status(9999);
    let task = tokio::spawn(in_context(async {
        here("on a task");
        tracing::info!("on a task");
    }));
    task.await.unwrap();
    let error = fmt::Error;
    tracing::debug!("not loud enough");
    here("with an error");
    tracing::error!(error = &error as &dyn std::error::Error, "with an error");
}

fn on_a_runtime(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work);
}

fn answers() {
    let telemetry = Builder::new("shop").logs(true).init();
    tracing::info!("outside");
    on_a_runtime(async {
        support().await;
        telemetry.shutdown().await;
    });
}

fn returns() {
    let _telemetry = Builder::new("shop").logs(true).init();
    tracing::info!("last words");
}

fn shuts_down_and_goes_on() {
    let telemetry = Builder::new("shop").logs(true).init();
    tracing::info!("while it runs");
    telemetry.shutdown_blocking();
    tracing::info!("after the end");
    log::info!("after the end, too");
}

fn adds_the_layer_before() {
    let subscriber = tracing_subscriber::registry().with(agent_otel::logs::layer());
    tracing::subscriber::set_global_default(subscriber).unwrap();
    tracing::info!("too early");
    let _telemetry = Builder::new("shop").logs(true).init();
    on_a_runtime(support());
}

fn adds_the_layer_after() {
    let _telemetry = agent_otel::init("shop");
    let subscriber = tracing_subscriber::registry()
        .with(agent_otel::logs::layer())
        .with(agent_otel::logs::terminal());
    tracing::subscriber::set_global_default(subscriber).unwrap();
    on_a_runtime(support());
}

/// As the `init` of `tracing-subscriber` does.
fn forwards_log_to_tracing() {
    tracing_log::LogTracer::init().unwrap();
    let subscriber = tracing_subscriber::registry()
        .with(agent_otel::logs::layer())
        .with(agent_otel::logs::terminal());
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let _telemetry = Builder::new("shop").logs(true).init();
    on_a_runtime(support());
    log::error!(target: "hyper::client", "as an export does");
}

fn has_a_subscriber() {
    tracing::subscriber::set_global_default(tracing_subscriber::registry()).unwrap();
    let builder = Builder::new("shop").logs(true);
    println!("ERROR {}", builder.clone().try_init().unwrap_err());
    let _telemetry = builder.init();
    tracing::info!("for the other subscriber");
}

struct Own;

impl log::Log for Own {
    fn enabled(&self, _metadata: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        println!("OWN {}", record.args());
    }

    fn flush(&self) {}
}

fn has_a_logger() {
    log::set_boxed_logger(Box::new(Own)).unwrap();
    log::set_max_level(log::LevelFilter::Info);
    let _telemetry = Builder::new("shop").logs(true).init();
    log::info!("said by log");
    tracing::info!("said by tracing");
}

fn wraps_its_logger() {
    log::set_boxed_logger(Box::new(agent_otel::logs::logger(Own))).unwrap();
    log::set_max_level(log::LevelFilter::Debug);
    let _telemetry = Builder::new("shop").logs(true).init();
    log::info!("said by log");
    log::debug!("for the other logger");
}

fn logs_what_an_export_logs() {
    let telemetry = Builder::new("shop").logs(true).init();
    tracing::info!("first");
    telemetry.force_flush_blocking();
    tracing::error!(target: "hyper::client", "as an export does");
    log::error!(target: "reqwest::connect", "as an export does");
    log::error!(target: "rustls_platform_verifier::verification", "as an export does");
    tracing::error!(target: "opentelemetry_sdk::logs", "as an export does");
    {
        let _suppressed = Context::enter_telemetry_suppressed_scope();
        tracing::error!("while telemetry is suppressed");
    }
    telemetry.force_flush_blocking();
    telemetry.force_flush_blocking();
    tracing::info!("last");
    telemetry.shutdown_blocking();
}

struct Panics;

impl fmt::Debug for Panics {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("on purpose")
    }
}

fn logs_what_panics() {
    std::panic::set_hook(Box::new(|_| {}));
    let _telemetry = Builder::new("shop").logs(true).init();
    tracing::info!(field = ?Panics, "a field panics");
    log::info!(field:? = Panics; "a value panics");
    log::info!("{:?}", Panics);
    tracing::info!(long = "ä".repeat(100_000), "a field is long");
}

/// Lines and waterfalls at the same time.
fn logs_on_many_threads() {
    let _telemetry = Builder::new("shop").logs(true).init();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            scope.spawn(move || {
                for number in 0..50 {
                    let _ = noisy(thread, number);
                }
            });
        }
    });
}

#[tool]
fn noisy(thread: u32, number: u32) -> u32 {
    tracing::info!(thread, number, "a line with an end");
    number
}

fn logs_secrets() {
    const KEY: &str = "sk-proj-4f9aBcD_efGhIjKl-mNoPqRsT";
    let _telemetry = Builder::new("shop").logs(true).init();
    tracing::info!(header = "Bearer abcdef1234567890", "with {KEY}");
    tracing::info!(
        password = "hunter2",
        pin_code = 7,
        card = 4_111_111_111_111_111_u64,
        "by name"
    );
    tracing::info!(body = KEY.as_bytes(), debugged = ?[KEY], "as bytes");
    tracing::error!(
        error = &std::io::Error::other(KEY) as &dyn std::error::Error,
        "in an error"
    );
    log::info!(password = "hunter2", mail = "ada@example.com"; "by log with {KEY}");
    // The cut goes through the key.
    let long = "x ".repeat(32 * 1024 - 8) + KEY;
    tracing::info!(long, "at the end of what is kept");
}

/// For hooks that come back, however slow the machine is.
const LONG: Duration = Duration::from_secs(600);

fn masks_customers(_: &str, value: &mut Value) {
    if let Value::String(text) = value {
        *text = text.replace("customer-7", "[customer]");
    }
}

fn logs_what_is_redacted() {
    let _telemetry = Builder::new("shop")
        .logs(true)
        .hook_timeout(LONG)
        .redactor(|attribute: &str, value: &mut Value| {
            if attribute == "note" {
                *value = Value::Null;
            }
        })
        .redactor(masks_customers)
        .init();
    let error = std::io::Error::other("no customer-7");
    tracing::error!(
        error = &error as &dyn std::error::Error,
        who = "customer-7",
        shown = ?["customer-7"],
        bytes = b"\xFF customer-7".as_slice(),
        plain = b"\xFF plain".as_slice(),
        order = 1042,
        note = "private",
        "by tracing for customer-7"
    );
    log::info!(who = "customer-7"; "by log for customer-7");
}

fn logs_while_a_redactor_fails() {
    std::panic::set_hook(Box::new(|_| {}));
    let (release, hangs) = std::sync::mpsc::channel::<()>();
    let hangs = std::sync::Mutex::new(hangs);
    let redactor = move |_: &str, value: &mut Value| {
        assert!(value != "panic customer-7", "on purpose");
        if value == "hang customer-7" {
            let _ = hangs.lock().unwrap().recv();
        }
    };
    let builder = Builder::new("shop").logs(true).redactor(redactor);
    if std::env::var_os("HANGS").is_none() {
        let _telemetry = builder.hook_timeout(LONG).init();
        tracing::info!(who = "panic customer-7", order = 1, "one field panics");
        return;
    }
    let _telemetry = builder.hook_timeout(Duration::from_millis(20)).init();
    tracing::info!(order = 2, "hang customer-7");
    tracing::info!(order = 3, "customer-7 waits for nobody");
    drop(release);
}

fn logs_within_hooks() {
    let _telemetry = Builder::new("shop")
        .logs(true)
        .hook_timeout(LONG)
        .redactor(|attribute: &str, value: &mut Value| {
            tracing::info!(order = 1, "a redactor saw customer-7");
            masks_customers(attribute, value);
        })
        .upload(|_: &mut UploadedContent| tracing::info!("an upload saw customer-7"))
        .init();
    #[tool(arguments)]
    fn lookup(order: u64) -> u64 {
        order
    }
    lookup(7);
}

fn logs_what_is_allowed() {
    let telemetry = Builder::new("shop").attributes_allowed(["order", "shop.*"]);
    let _telemetry = telemetry.logs(true).init();
    tracing::info!(
        order = 1042,
        shop.tier = "gold",
        customer = "Ada",
        "by tracing"
    );
    log::info!(order = 1042, customer = "Ada"; "by log");
}

fn logs_a_burst() {
    let _telemetry = Builder::new("shop").logs(true).init();
    for number in 0..1_000 {
        tracing::info!(number, "one of many");
    }
}

fn exits_at_once() {
    let _telemetry = Builder::new("shop").logs(true).init();
    tracing::info!("going");
    log::error!("gone");
    std::process::exit(0);
}
