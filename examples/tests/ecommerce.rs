//! The shop, seen from outside: what a person asks, what the shop says, and what the terminal shows.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;

/// What one run of the shop printed.
struct Run {
    success: bool,
    answer: String,
    waterfall: String,
}

fn shop(args: &[&str]) -> Run {
    run(Command::new(env!("CARGO_BIN_EXE_ecommerce")).args(args))
}

fn run(shop: &mut Command) -> Run {
    // What the machine of a developer or of the CI is set up for is not what is tested here.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let set_here = shop.get_envs().any(|(set, _)| set == name.as_str());
        if !set_here && (name.starts_with("OTEL_") || name.starts_with("OPENAI_")) {
            shop.env_remove(name);
        }
    }
    let Output {
        status,
        stdout,
        stderr,
    } = shop.output().expect("the shop starts");
    Run {
        success: status.success(),
        answer: String::from_utf8_lossy(&stdout).trim().to_owned(),
        waterfall: String::from_utf8_lossy(&stderr).into_owned(),
    }
}

impl Run {
    /// The lines of the waterfall that show this span.
    fn spans(&self, name: &str) -> Vec<&str> {
        self.waterfall
            .lines()
            .filter(|line| line.contains(name) && line.contains('━'))
            .collect()
    }

    fn has(&self, text: &str) -> bool {
        self.waterfall.contains(text)
    }

    /// Every span that was counted is drawn, in one tree, and every model call tells its tokens.
    fn assert_one_whole_trace(&self) {
        let headers: Vec<_> = self
            .waterfall
            .lines()
            .filter(|line| line.starts_with("trace "))
            .collect();
        let [header] = headers.as_slice() else {
            panic!("one trace: {}", self.waterfall);
        };
        let words: Vec<_> = header.split(' ').collect();
        let spans = words
            .iter()
            .position(|word| *word == "spans")
            .and_then(|at| words.get(at - 1));
        let drawn = self
            .waterfall
            .lines()
            .filter(|line| line.starts_with("  "))
            .count();
        assert_eq!(
            spans.and_then(|spans| spans.parse().ok()),
            Some(drawn),
            "{}",
            self.waterfall
        );
        assert!(!self.has("parent not seen"), "{}", self.waterfall);
        let calls = self
            .waterfall
            .lines()
            .filter(|line| line.contains("chat gpt-5-mini"));
        assert!(
            calls.clone().count() > 0 && calls.clone().all(|call| call.contains(" tok")),
            "{}",
            self.waterfall
        );
    }
}

#[test]
fn an_order_is_found_by_three_services_in_one_trace() {
    let run = shop(&["Where is my order 1042?"]);
    assert_eq!(
        run.answer,
        "Order 1042 (blue kettle) is on its way and should arrive on 2026-11-24."
    );
    run.assert_one_whole_trace();
    assert!(
        run.has("3 services · 14 spans · 7 model calls"),
        "{}",
        run.waterfall
    );
    assert!(!run.has("error"), "{}", run.waterfall);
}

#[test]
fn both_agents_are_asked_at_once() {
    let run = shop(&["Is the blue kettle in stock, and where is my order 1042?"]);
    assert_eq!(
        run.answer,
        "The blue kettle (KET-BLU-17) is in stock: 12 pieces. \
         Order 1042 (blue kettle) is on its way and should arrive on 2026-11-24."
    );
    run.assert_one_whole_trace();
    assert!(run.has("3 services"), "{}", run.waterfall);
}

#[test]
fn an_unknown_order_is_a_failed_tool_and_a_polite_answer() {
    let run = shop(&["Where is my order 9999?"]);
    assert_eq!(run.answer, "I am sorry, there is no order 9999.");
    run.assert_one_whole_trace();
    assert!(
        run.has("execute_tool order_status › OrderNotFound: there is no order 9999"),
        "{}",
        run.waterfall
    );
}

#[test]
fn a_broken_database_is_told_to_the_operator_and_not_to_the_customer() {
    let run = shop(&["--fail", "order_status", "Where is my order 1042?"]);
    assert_eq!(run.answer, "I am sorry, I cannot look that up right now.");
    run.assert_one_whole_trace();
    assert!(
        run.has("DatabaseFailed: the database failed: no such table"),
        "{}",
        run.waterfall
    );
}

#[test]
fn an_agent_that_is_gone_is_a_failed_call() {
    let run = shop(&["--fail", "order-management", "Where is my order 1042?"]);
    assert_eq!(run.answer, "I am sorry, I cannot look that up right now.");
    run.assert_one_whole_trace();
    assert!(
        run.has("invoke_agent order-management › -32603"),
        "{}",
        run.waterfall
    );
}

#[test]
fn a_slow_agent_is_a_long_bar() {
    let run = shop(&[
        "--slow",
        "order-management=1500ms",
        "Where is my order 1042?",
    ]);
    assert!(run.success);
    run.assert_one_whole_trace();
    let calls = run.spans("invoke_agent order-management");
    assert_eq!(calls.len(), 2, "{}", run.waterfall);
    for call in calls {
        // 1.85 s, and not 350 ms.
        assert!(call.ends_with(" s") || call.contains(" s "), "{call}");
    }
}

#[test]
fn a_model_that_refuses_fails_the_agent_and_the_shop() {
    for (fault, status, label) in [
        ("model", "429", "rate_limit_exceeded"),
        ("key", "401", "invalid_api_key"),
    ] {
        let run = shop(&["--fail", fault, "Where is my order 1042?"]);
        assert!(!run.success);
        assert_eq!(run.answer, "");
        let failed = format!("chat gpt-5-mini › {label}");
        assert!(run.has(&failed), "{}", run.waterfall);
        assert!(
            run.has(&format!("ecommerce: the model failed: {status}")),
            "{}",
            run.waterfall
        );
    }
}

#[test]
fn telemetry_that_goes_nowhere_does_not_stop_the_shop() {
    let mut shop = Command::new(env!("CARGO_BIN_EXE_ecommerce"));
    // Port 9 is that of the discard service, which nobody runs.
    shop.env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9");
    shop.env("OTEL_EXPORTER_OTLP_HEADERS", "no header");
    let run = run(shop.arg("Where is my order 1042?"));
    assert!(run.success);
    assert!(run.answer.starts_with("Order 1042"), "{}", run.answer);
    assert!(run.has("3 services"), "{}", run.waterfall);
    for variable in ["OTEL_EXPORTER_OTLP_HEADERS:", "OTEL_EXPORTER_OTLP_ENDPOINT"] {
        assert!(run.has(variable), "{}", run.waterfall);
    }
    // Three processes found the same fault; one line is enough for a person.
    assert_eq!(
        run.waterfall.matches("OTEL_EXPORTER_OTLP_HEADERS:").count(),
        1,
        "{}",
        run.waterfall
    );
}

/// An OTLP endpoint, and all that is sent to it.
fn receiver(runtime: &tokio::runtime::Runtime) -> (String, Arc<Mutex<Vec<u8>>>) {
    let sent = Arc::<Mutex<Vec<u8>>>::default();
    let keeper = Arc::clone(&sent);
    let keep = async move |body: Bytes| keeper.lock().expect("nobody panics").extend(body);
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
    let listener = listener.expect("a port");
    let address = listener.local_addr().expect("an address");
    runtime.spawn(async { axum::serve(listener, Router::new().fallback(keep)).await });
    (format!("http://{address}"), sent)
}

#[test]
fn what_people_write_leaves_only_where_it_is_asked_for() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for mode in ["NO_CONTENT", "SPAN_ONLY"] {
        let (address, sent) = receiver(&runtime);
        let mut shop = Command::new(env!("CARGO_BIN_EXE_ecommerce"));
        shop.env("OTEL_EXPORTER_OTLP_ENDPOINT", address);
        shop.env("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", mode);
        let question = "Is the blue kettle in stock, and where is my order 1042?";
        assert!(run(shop.arg(question)).success);
        let sent = sent.lock().expect("nobody panics");
        let sent = String::from_utf8_lossy(&sent);
        assert!(sent.contains("execute_tool order_status"), "spans are sent");
        // Of the question, of arguments and results of tools, and of the answer.
        for word in [
            question,
            "kettle",
            "my order",
            "1042",
            "KET-BLU-17",
            "12 pieces",
            "on its way",
        ] {
            assert_eq!(sent.contains(word), mode == "SPAN_ONLY", "{mode}: {word}");
        }
    }
}

#[test]
fn a_mistyped_command_line_is_told() {
    let run = shop(&["--slow", "order-management", "Where is my order 1042?"]);
    assert!(!run.success);
    assert!(run.has("--slow takes AGENT=TIME"), "{}", run.waterfall);
}
