//! Set-up from outside: a process of its own for each environment, and real sockets for receivers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use agent_otel_tests::program::{self, stderr, stdout, told};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;

/// Far above what anything here takes, and far below a hang.
const NO_HANG: Duration = Duration::from_secs(60);
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const UPLOAD: &str = "OTEL_INSTRUMENTATION_GENAI_UPLOAD_BASE_PATH";

/// Runs the child `name` with these variables and no other of OpenTelemetry.
fn run(name: &str, variables: &[(&str, &str)]) -> Output {
    let begun = Instant::now();
    let output = program::run(env!("CARGO_BIN_EXE_child"), name, variables);
    assert!(begun.elapsed() < NO_HANG, "{name} hung");
    output
}

/// The one line that telemetry said, with each of `parts` in it.
fn assert_one_line(output: &Output, parts: &[&str]) {
    assert!(output.status.success(), "{output:?}");
    let lines = told(output);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    for part in parts {
        assert!(lines[0].contains(part), "{part}: {}", lines[0]);
    }
}

fn assert_report(output: &Output, report: &str) {
    assert!(output.status.success(), "{output:?}");
    let reported = format!("REPORT {report}");
    assert!(stdout(output).contains(&reported), "{report}: {output:?}");
}

struct Request {
    head: String,
    body: Vec<u8>,
}

/// An HTTP server that answers each request with the next of `answers`, and with the last of them from then on.
fn sink(answers: &[(u16, Vec<u8>)]) -> (String, Receiver<Request>) {
    let answers = answers.to_vec();
    server(move |_, index| answers[index.min(answers.len() - 1)].clone())
}

/// An HTTP server that answers with what comes of a request and of how many there were before.
fn server(
    answer: impl Fn(&Request, usize) -> (u16, Vec<u8>) + Send + Sync + 'static,
) -> (String, Receiver<Request>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sender, requests) = channel();
    let answers = Arc::new((AtomicUsize::new(0), answer));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (sender, answers) = (sender.clone(), Arc::clone(&answers));
            thread::spawn(move || {
                let mut reader = BufReader::new(stream);
                while let Some(request) = read_request(&mut reader) {
                    let index = answers.0.fetch_add(1, Ordering::SeqCst);
                    let (status, body) = answers.1(&request, index);
                    let _ = sender.send(request);
                    let content_type = if body.starts_with(b"<html>") {
                        "text/html; charset=utf-8"
                    } else {
                        "application/x-protobuf"
                    };
                    let wait = if status == 429 {
                        "retry-after: 5\r\n"
                    } else {
                        ""
                    };
                    let head = format!(
                        "HTTP/1.1 {status} x\r\ncontent-type: {content_type}\r\n{wait}content-length: {}\r\n\r\n",
                        body.len()
                    );
                    let _ = reader
                        .get_mut()
                        .write_all(&[head.as_bytes(), &body].concat());
                }
            });
        }
    });
    (address, requests)
}

fn healthy() -> (String, Receiver<Request>) {
    sink(&[(200, Vec::new())])
}

fn read_request(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let mut headers = head.lines();
    let length = headers.find_map(|line| line.strip_prefix("content-length: "))?;
    let mut body = vec![0; length.trim().parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    Some(Request { head, body })
}

/// An address where nobody listens.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// Names of all spans that came, in the order in which they came.
fn names(requests: &Receiver<Request>) -> Vec<String> {
    requests
        .try_iter()
        .filter(|request| request.head.starts_with("POST /v1/traces "))
        .map(|request| ExportTraceServiceRequest::decode(request.body.as_slice()).unwrap())
        .flat_map(|request| request.resource_spans)
        .flat_map(|resource| resource.scope_spans)
        .flat_map(|scope| scope.spans)
        .map(|span| span.name)
        .collect()
}

const ALL: [&str; 3] = ["first", "second", "root"];

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

/// A pipe whose reader is gone shows nothing.
#[cfg(unix)]
#[test]
fn what_the_terminal_does_not_take_is_not_exported() {
    let (reader, writer) = std::os::unix::net::UnixStream::pair().unwrap();
    drop(reader);
    let errors = std::os::fd::OwnedFd::from(writer).into();
    let child = env!("CARGO_BIN_EXE_child");
    let output = program::run_to(errors, child, "shuts_down", &[]);
    assert_report(&output, "ended=3 exported=0 failed=3 dropped=0");
    let output = run("shuts_down", &[]);
    assert_report(&output, "ended=3 exported=3 failed=0 dropped=0");
}

#[test]
fn no_span_begins_after_shutdown() {
    let (address, requests) = healthy();
    let output = run("begins_after_shutdown", &[(ENDPOINT, &address)]);
    assert_report(&output, "ended=0 exported=0 failed=0 dropped=0");
    assert!(names(&requests).is_empty());
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

/// A child whose parent takes its standard error and does not read it.
#[test]
fn nobody_who_reads_standard_error_stops_nobody() {
    let nobody = nobody();
    let unread = |name, variables: &[_]| {
        let output = program::run_unread(env!("CARGO_BIN_EXE_child"), name, variables);
        assert!(output.status.success(), "{output:?}");
        output
    };
    let wrong = [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
        ("AGENT_OTEL_SHUTDOWN_TIMEOUT", "1000"),
    ];
    let told = [&wrong[..], &[(ENDPOINT, nobody.as_str())]].concat();
    let output = unread("shuts_down", &told);
    assert_report(&output, "ended=3 exported=0 failed=3 dropped=0");
    // Beside a waterfall that does not come through either.
    for name in ["shuts_down", "returns", "inits_twice"] {
        unread(name, &wrong);
    }
    unread("uploads", &[(UPLOAD, "/dev/null/x"), wrong[2]]);
}

#[test]
fn uploads_are_waited_for_whatever_was_told_before() {
    let folder = std::env::temp_dir().join(format!("agent-otel-setup-{}", std::process::id()));
    let variables = [
        (UPLOAD, folder.to_str().unwrap()),
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("AGENT_OTEL_SHUTDOWN_TIMEOUT", "60000"),
    ];
    let output = run("uploads", &variables);
    assert_one_line(&output, &["OTEL_EXPORTER_OTLP_PROTOCOL"]);
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().flatten().collect();
    let whole = files
        .iter()
        .filter(|file| file.metadata().unwrap().len() > 3_000_000);
    assert_eq!(whole.count(), 2);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn uploads_that_are_dropped_are_told_when_main_returns() {
    let output = run(
        "uploads",
        &[(UPLOAD, "/dev/null/x"), ("OTEL_TRACES_EXPORTER", "none")],
    );
    assert!(output.status.success(), "{output:?}");
    let told = told(&output);
    assert!(
        told.len() == 1 && told[0].contains("operations was not uploaded"),
        "{told:#?}"
    );
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
fn every_request_carries_the_resource() {
    let (address, requests) = healthy();
    let variables = [
        (ENDPOINT, address.as_str()),
        (
            "OTEL_RESOURCE_ATTRIBUTES",
            "deployment.environment.name=test",
        ),
    ];
    run("returns", &variables);
    let request = requests.try_iter().next().unwrap();
    let decoded = ExportTraceServiceRequest::decode(request.body.as_slice()).unwrap();
    let resource = format!("{:?}", decoded.resource_spans[0].resource);
    for part in [
        "service.name",
        "child",
        "deployment.environment.name",
        "telemetry.sdk.name",
    ] {
        assert!(resource.contains(part), "{part}: {resource}");
    }
}

#[test]
fn malformed_headers_are_told_and_the_others_are_sent() {
    let (address, requests) = healthy();
    let headers = ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=s3cret-1,s3cret-2");
    let output = run("shuts_down", &[(ENDPOINT, &address), headers]);
    assert_one_line(&output, &["OTEL_EXPORTER_OTLP_HEADERS: member 2"]);
    assert!(!format!("{output:?}").contains("s3cret"));
    let request = requests.try_iter().next().unwrap();
    assert!(request.head.contains("x-key: s3cret-1"), "{}", request.head);
}

#[test]
fn a_variable_that_is_misspelled_is_told_with_what_was_meant() {
    let (address, _requests) = healthy();
    let output = run(
        "shuts_down",
        &[(ENDPOINT, &address), ("AGENT_OTEL_SEMCOV", "1.41")],
    );
    assert_one_line(
        &output,
        &["AGENT_OTEL_SEMCOV: ", "did you mean AGENT_OTEL_SEMCONV?"],
    );
}

#[test]
fn a_wrong_protocol_is_told_and_http_protobuf_is_sent() {
    for protocol in ["grpc", "http/json", "pigeon"] {
        let (address, requests) = healthy();
        let protocol = ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol);
        let output = run("shuts_down", &[(ENDPOINT, &address), protocol]);
        assert_one_line(&output, &["OTEL_EXPORTER_OTLP_PROTOCOL="]);
        assert_eq!(names(&requests), ALL);
    }
}

#[test]
fn disabled_means_no_request_no_thread_and_propagation() {
    let (address, requests) = healthy();
    for value in ["true", "TRUE"] {
        let disabled = ("OTEL_SDK_DISABLED", value);
        let output = run("is_disabled", &[(ENDPOINT, &address), disabled]);
        assert!(told(&output).is_empty(), "{output:?}");
        let sent = "SENT 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert!(stdout(&output).contains(sent), "{output:?}");
        assert_report(&output, "ended=0");
    }
    assert!(requests.try_iter().next().is_none());
}

#[test]
fn exporter_none_sends_and_prints_nothing() {
    let (address, requests) = healthy();
    let variables = [
        (ENDPOINT, address.as_str()),
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_METRICS_EXPORTER", "none"),
        ("OTEL_LOGS_EXPORTER", "none"),
    ];
    let output = run("shuts_down", &variables);
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    assert!(requests.try_iter().next().is_none());
}

#[test]
fn a_second_init_joins_and_other_values_are_told() {
    let output = run("inits_twice", &[]);
    assert_one_line(&output, &["other values for the service name"]);
    assert_report(&output, "ended=3 exported=3");
    assert!(
        stdout(&output).contains("ERROR init: was called before"),
        "{output:?}"
    );
}

#[test]
fn an_init_after_providers_were_handed_over_says_which_count() {
    let output = run("hands_over_and_inits", &[("OTEL_TRACES_EXPORTER", "none")]);
    let counts =
        "a tracer was handed over before, by Providers::install or, in a test, by testing::capture";
    assert_one_line(&output, &["init: ", counts]);
    let error = format!("ERROR init: {counts}");
    assert!(stdout(&output).contains(&error), "{output:?}");

    let disabled = run("hands_over_and_inits", &[("OTEL_SDK_DISABLED", "true")]);
    assert!(!stderr(&disabled).contains(counts), "{disabled:?}");
}

#[test]
fn nothing_is_lost_when_main_returns_or_panics() {
    for name in ["returns", "panics"] {
        let (address, requests) = healthy();
        let output = run(name, &[(ENDPOINT, &address)]);
        assert!(told(&output).is_empty(), "{output:?}");
        assert_eq!(names(&requests), ALL, "{name}");
    }
}

#[test]
fn it_works_inside_a_runtime_of_one_thread() {
    let (address, requests) = healthy();
    let output = run("has_a_runtime", &[(ENDPOINT, &address)]);
    assert_report(&output, "ended=3 exported=3");
    assert_report(&output, "ended=6 exported=6");
    assert_eq!(names(&requests).len(), 6);
}

#[test]
fn without_an_endpoint_a_waterfall_is_printed() {
    let stderr = stderr(&run("returns", &[]));
    assert!(stderr.starts_with("trace "), "{stderr}");
    for part in [" · child · 3 spans · ", "\n  root", "├ first", "└ second"] {
        assert!(stderr.contains(part), "{part}: {stderr}");
    }
    assert!(!stderr.contains('\u{1b}'), "{stderr}");
}

#[test]
fn a_span_that_is_open_at_exit_is_shown() {
    let stderr = stderr(&run("leaves_a_span_open", &[]));
    for part in [
        "2 spans",
        "1 unfinished",
        "never ends",
        "… unfinished",
        "└ done",
    ] {
        assert!(stderr.contains(part), "{part}: {stderr}");
    }
}

#[test]
fn another_console_gets_the_traces_as_well() {
    let (console, shown) = healthy();
    let (address, requests) = healthy();
    let variables = [
        ("AGENT_OTEL_CONSOLE_ENDPOINT", console.as_str()),
        (ENDPOINT, &address),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=s3cret"),
    ];
    let output = run("returns", &variables);
    assert!(output.stderr.is_empty(), "{output:?}");
    assert_eq!(names(&requests), ALL);
    let request = shown.try_iter().next().unwrap();
    assert!(!request.head.contains("s3cret"), "{}", request.head);

    let output = run("returns", &variables[..1]);
    assert!(output.stderr.is_empty(), "{output:?}");
    assert_eq!(names(&shown), ALL);
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
fn the_whole_address_of_a_signal_lacks_its_path() {
    let (address, _requests) = sink(&[(404, Vec::new())]);
    let variable = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    let output = run("shuts_down", &[(variable, &address)]);
    let remedy = format!("{variable} holds the whole address, which ends in /v1/traces");
    assert_one_line(&output, &["404", &remedy]);
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

#[test]
fn harmful_numbers_are_told_and_harmless() {
    for (variable, value) in [
        ("OTEL_BSP_MAX_QUEUE_SIZE", "18446744073709551615"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "100000000000"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
        ("OTEL_BSP_SCHEDULE_DELAY", "0"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "0"),
        ("OTEL_TRACES_SAMPLER", "jaeger_remote"),
    ] {
        let (address, requests) = healthy();
        let output = run("returns", &[(ENDPOINT, &address), (variable, value)]);
        assert_one_line(&output, &[variable, value]);
        assert_eq!(names(&requests), ALL, "{variable}={value}");
    }
}

#[test]
fn credentials_of_an_address_are_sent_and_never_told() {
    let (address, requests) = healthy();
    let address = address.replace("http://", "http://user:s3cret@");
    run("returns", &[(ENDPOINT, &address)]);
    let request = requests.try_iter().next().unwrap();
    let basic = "authorization: Basic dXNlcjpzM2NyZXQ=";
    assert!(request.head.contains(basic), "{}", request.head);

    let nobody = nobody().replace("http://", "http://user:s3cret@") + "?key=s3cret";
    let output = run("returns", &[(ENDPOINT, &nobody)]);
    assert!(!format!("{output:?}").contains("s3cret"), "{output:?}");
    assert_one_line(&output, &["***@127.0.0.1", "?***"]);
}

#[test]
fn strict_set_up_returns_every_fault() {
    let variables = [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
    ];
    let output = run("is_strict", &variables);
    assert!(output.stderr.is_empty(), "{output:?}");
    for (variable, value) in variables {
        let fault = format!("{variable}=\"{value}\"");
        assert!(stdout(&output).contains(&fault), "{fault}: {output:?}");
    }
}
