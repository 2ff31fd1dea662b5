//! What the variables do, and what is told where one is wrong.

use agent_otel_tests::program::{stdout, told};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use super::server::{healthy, nobody, sink};
use super::{ALL, ENDPOINT, assert_one_line, assert_report, names, run};

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
fn the_whole_address_of_a_signal_lacks_its_path() {
    let (address, _requests) = sink(&[(404, Vec::new())]);
    let variable = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    let output = run("shuts_down", &[(variable, &address)]);
    let remedy = format!("{variable} holds the whole address, which ends in /v1/traces");
    assert_one_line(&output, &["404", &remedy]);
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
