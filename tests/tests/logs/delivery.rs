//! Which records arrive, and what is said of those that do not.

use super::ENDPOINT;
use super::program::{printed, run, stderr, told};
use super::receiver::Receiver;

#[test]
fn nothing_is_lost_at_the_end_and_nothing_follows_it() {
    let receiver = Receiver::start();
    run("returns", &[(ENDPOINT, receiver.address())]);
    assert_eq!(receiver.bodies(), ["last words"]);

    let receiver = Receiver::start();
    let output = run("shuts_down_and_goes_on", &[(ENDPOINT, receiver.address())]);
    assert_eq!(receiver.bodies(), ["while it runs"]);
    printed(&output, "after the end, too");
}

#[test]
fn records_that_the_queue_has_no_room_for_are_told() {
    let receiver = Receiver::start();
    let variables = [
        (ENDPOINT, receiver.address()),
        ("OTEL_LOGS_EXPORTER", "otlp"),
        ("OTEL_BLRP_MAX_QUEUE_SIZE", "8"),
    ];
    let output = run("logs_a_burst", &variables);
    let lost = 1_000 - receiver.records().len();
    assert!(lost > 0, "{output:?}");
    let lines = told(&output);
    assert_eq!(lines.len(), 1, "{lines:?}");
    let told = format!(
        "agent-otel: {lost} log records to {}/v1/logs ",
        receiver.address()
    );
    assert!(lines[0].starts_with(&told), "{lines:?}");
    assert!(lines[0].contains("OTEL_BLRP_MAX_QUEUE_SIZE"), "{lines:?}");
}

#[test]
fn records_that_do_not_arrive_are_told() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let variables = [
        (ENDPOINT, nobody.as_str()),
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_METRICS_EXPORTER", "none"),
    ];
    let lines = told(&run("returns", &variables));
    assert_eq!(lines.len(), 1, "{lines:?}");
    for part in [
        "log records did not reach",
        "/v1/logs",
        "connection refused",
    ] {
        assert!(lines[0].contains(part), "{part}: {lines:?}");
    }
}

#[test]
fn records_that_the_receiver_rejects_are_told() {
    let receiver = Receiver::rejecting(1);
    let lines = told(&run("returns", &[(ENDPOINT, receiver.address())]));
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].contains("1 of 1 log record did not reach"),
        "{lines:?}"
    );
}

#[test]
fn what_an_export_logs_is_not_exported() {
    let receiver = Receiver::start();
    let variables = [(ENDPOINT, receiver.address()), ("RUST_LOG", "trace")];
    let output = run("logs_what_an_export_logs", &variables);
    assert_eq!(receiver.bodies(), ["first", "last"]);
    assert_eq!(receiver.requests(), 2);
    // They are there to be seen.
    let lines = stderr(&output);
    assert_eq!(lines.matches("  as an export does").count(), 4, "{lines}");
}

#[test]
fn a_disabled_telemetry_leaves_the_lines() {
    let receiver = Receiver::start();
    let variables = [
        (ENDPOINT, receiver.address()),
        ("OTEL_SDK_DISABLED", "true"),
    ];
    let output = run("answers", &variables);
    assert!(told(&output).is_empty(), "{output:?}");
    let line = printed(&output, "no such order");
    assert!(!line.contains("trace="), "{line}");
    assert_eq!(receiver.requests(), 0);
}

#[test]
fn the_exporter_variable_says_where_records_go() {
    for (value, exported, is_printed) in [
        ("otlp", true, false),
        ("console", false, true),
        ("otlp,console", true, true),
        ("none", false, false),
    ] {
        let receiver = Receiver::start();
        let variables = [
            (ENDPOINT, receiver.address()),
            ("OTEL_LOGS_EXPORTER", value),
        ];
        let output = run("returns", &variables);
        assert!(told(&output).is_empty(), "{value}: {output:?}");
        assert_eq!(receiver.requests() > 0, exported, "{value}");
        let lines = stderr(&output);
        assert_eq!(lines.contains("last words"), is_printed, "{value}: {lines}");
    }
}
