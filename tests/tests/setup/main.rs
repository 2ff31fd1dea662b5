//! Set-up from outside: a process of its own for each environment, and real sockets for receivers.

mod delivery;
mod environment;
mod lifetime;
mod server;

use std::process::Output;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use agent_otel_tests::program::{self, stdout, told};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use server::Request;

/// Far above what anything here takes, and far below a hang.
const NO_HANG: Duration = Duration::from_secs(60);
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
/// The names of the spans of most children, in the order in which they end.
const ALL: [&str; 3] = ["first", "second", "root"];
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
