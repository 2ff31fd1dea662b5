//! What becomes of spans where the receiver does not take them, or takes its time.

use std::io::Write;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use agent_otel_tests::program::told;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceResponse,
};
use prost::Message;

use super::server::{nobody, server, sink};
use super::{ALL, ENDPOINT, assert_one_line, assert_report, names, run};

#[test]
fn a_refused_port_is_told_once_and_counted() {
    let output = run("shuts_down", &[(ENDPOINT, &nobody())]);
    assert_one_line(
        &output,
        &[
            ENDPOINT,
            "connection refused",
            "spans did not reach",
            "/v1/traces",
        ],
    );
    assert_report(&output, "ended=3 exported=0 failed=3 dropped=0");
}

/// A server of plain HTTP at an address that begins with https.
#[test]
fn a_failure_of_encryption_is_told_as_what_it_is() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
            // Open, so that what is still on its way in does not reset it.
            std::mem::forget(stream);
        }
    });
    let variables = [
        (ENDPOINT, address.as_str()),
        ("OTEL_METRICS_EXPORTER", "none"),
    ];
    let output = run("shuts_down", &variables);
    assert_one_line(
        &output,
        &["spans did not reach", "received corrupt message"],
    );
}

#[test]
fn a_receiver_that_never_answers_costs_no_more_than_the_budget() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let budget = ("AGENT_OTEL_SHUTDOWN_TIMEOUT", "1000");
    for name in ["shuts_down", "returns"] {
        let output = run(name, &[(ENDPOINT, &address), budget]);
        assert_one_line(&output, &[ENDPOINT, "no answer", "spans did not reach"]);
    }
}

#[test]
fn an_export_takes_no_longer_than_its_batch_may() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let variables = [
        (ENDPOINT, address.as_str()),
        ("OTEL_METRICS_EXPORTER", "none"),
        ("OTEL_BSP_EXPORT_TIMEOUT", "300"),
        ("AGENT_OTEL_SHUTDOWN_TIMEOUT", "60000"),
    ];
    let output = run("shuts_down", &variables);
    assert_one_line(&output, &["no answer within 0.3 s", "spans did not reach"]);
}

#[test]
fn a_request_that_outlasts_a_flush_is_not_cut_short() {
    // Spans alone, since the receiver answers once.
    let alone = ("OTEL_METRICS_EXPORTER", "none");
    let output = run("flushes_before_the_answer", &[alone]);
    assert!(told(&output).is_empty(), "{output:?}");
    assert_report(&output, "ended=3 exported=3 failed=0 dropped=0");

    let output = run("leaves_before_the_answer", &[alone]);
    assert_report(&output, "ended=3 exported=3 failed=0 dropped=0");
    let told = told(&output);
    assert!(
        told[0].contains("spans did not reach") && told[0].contains("no answer within 0.4 s"),
        "{told:?}"
    );
}

#[test]
fn a_receiver_that_is_busy_is_tried_again() {
    let (address, requests) = sink(&[(503, Vec::new()), (200, Vec::new())]);
    let traces = format!("{address}/v1/traces");
    let output = run(
        "shuts_down",
        &[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &traces)],
    );
    assert!(told(&output).is_empty(), "{output:?}");
    assert_report(&output, "ended=3 exported=3");
    assert_eq!(names(&requests).len(), 6);
}

#[test]
fn a_refusal_says_what_to_look_at_and_is_not_tried_again() {
    for (status, look) in [
        (401, "OTEL_EXPORTER_OTLP_HEADERS"),
        (404, "base address"),
        (413, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE"),
        (415, "http/protobuf"),
    ] {
        let (address, requests) = sink(&[(status, Vec::new())]);
        let output = run("shuts_down", &[(ENDPOINT, &address)]);
        assert_one_line(&output, &[look, &status.to_string()]);
        assert_report(&output, "ended=3 exported=0 failed=3");
        assert_eq!(names(&requests).len(), 3);
    }
}

#[test]
fn spans_that_the_receiver_rejects_have_failed() {
    // A receiver cannot reject more than it was sent.
    for (rejected_spans, told, report) in [
        (2, "2 of 3 spans", "ended=3 exported=1 failed=2 dropped=0"),
        (
            i64::MAX,
            "3 of 3 spans",
            "ended=3 exported=0 failed=3 dropped=0",
        ),
    ] {
        let answer = ExportTraceServiceResponse {
            partial_success: Some(ExportTracePartialSuccess {
                rejected_spans,
                error_message: "too old".to_owned(),
            }),
        };
        let (address, _requests) = sink(&[(200, answer.encode_to_vec())]);
        let output = run("shuts_down", &[(ENDPOINT, &address)]);
        assert_one_line(&output, &[told]);
        assert_report(&output, report);
    }
}

#[test]
fn a_web_page_is_no_answer() {
    let (address, requests) = sink(&[(200, b"<html>Log in</html>".to_vec())]);
    let output = run("shuts_down", &[(ENDPOINT, &address)]);
    assert_one_line(&output, &["a web page", ENDPOINT, "proxy"]);
    assert_report(&output, "ended=3 exported=0 failed=3 dropped=0");
    assert_eq!(names(&requests), ALL);
}

/// The exporter waits for longer than shutdown does, since it was told to.
#[test]
fn what_is_known_of_a_failure_is_told_when_time_is_up() {
    let (address, _requests) = sink(&[(429, Vec::new())]);
    let variables = [
        (ENDPOINT, address.as_str()),
        ("AGENT_OTEL_SHUTDOWN_TIMEOUT", "2000"),
    ];
    for name in ["shuts_down", "returns"] {
        let output = run(name, &variables);
        assert_one_line(&output, &["spans did not reach", "answered 429"]);
    }
}

#[test]
fn each_outage_is_told_and_its_end() {
    let answers = [400, 200, 400, 200].map(|status| (status, Vec::new()));
    let (address, _requests) = sink(&answers);
    let variables = [
        (ENDPOINT, address.as_str()),
        ("OTEL_METRICS_EXPORTER", "none"),
        ("OTEL_LOGS_EXPORTER", "none"),
    ];
    let output = run("sends_four_times", &variables);
    let told = told(&output);
    let parts = ["did not reach", "takes telemetry again"];
    for (line, part) in told.iter().zip(parts.iter().cycle()) {
        assert!(line.contains(part), "{told:#?}");
    }
    assert_eq!(told.len(), 4, "{told:#?}");
    assert_report(&output, "ended=4 exported=2 failed=2 dropped=0");
}

/// Spans are refused once and log records always, for a reason of the same words.
#[test]
fn refused_log_records_are_told_whatever_was_told_of_spans() {
    let spans = AtomicUsize::new(0);
    let (address, _requests) = server(move |request, _| {
        let is_taken = request.head.starts_with("POST /v1/traces ")
            && spans.fetch_add(1, Ordering::SeqCst) > 0;
        (if is_taken { 200 } else { 400 }, Vec::new())
    });
    let alone = ("OTEL_METRICS_EXPORTER", "none");
    let output = run("sends_four_times", &[(ENDPOINT, &address), alone]);
    let told = told(&output);
    for part in [
        "log records did not reach",
        "answered 400 Bad Request",
        "4 log records to",
        "0 exported, 4 failed, 0 dropped",
    ] {
        let is_told = |line: &String| line.contains(part) && line.contains("/v1/logs");
        assert!(told.iter().any(is_told), "{part}: {told:#?}");
    }
}
