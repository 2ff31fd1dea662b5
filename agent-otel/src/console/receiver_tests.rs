//! The receiver, spoken to over TCP.

use std::io::{Read, Write};
use std::net::TcpStream;

use flate2::Compression;
use flate2::write::GzEncoder;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};

use super::*;

fn request(name: &str, id: u8, parent: &[u8]) -> Vec<u8> {
    let text = |text: &str| AnyValue {
        value: Some(any_value::Value::StringValue(text.to_owned())),
    };
    let span = Span {
        trace_id: vec![1; 16],
        span_id: vec![id; 8],
        parent_span_id: parent.to_vec(),
        name: name.to_owned(),
        start_time_unix_nano: 1,
        end_time_unix_nano: 2,
        ..Span::default()
    };
    let resource = Resource {
        attributes: vec![KeyValue {
            key: "service.name".to_owned(),
            value: Some(text(name)),
            ..KeyValue::default()
        }],
        ..Resource::default()
    };
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource),
            scope_spans: vec![ScopeSpans {
                spans: vec![span],
                ..ScopeSpans::default()
            }],
            ..ResourceSpans::default()
        }],
    }
    .encode_to_vec()
}

fn post(receiver: &Receiver, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(receiver.address).unwrap();
    write!(
        stream,
        "{head}\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    let _ = stream.write_all(body);
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer.lines().next().unwrap_or_default().to_owned()
}

const TRACES: &str = "POST /v1/traces HTTP/1.1\r\ncontent-type: application/x-protobuf";

#[test]
fn spans_of_several_processes_are_one_trace() {
    let receiver = Receiver::start().unwrap();
    assert_eq!(
        post(&receiver, TRACES, &request("child", 2, &[1; 8])),
        "HTTP/1.1 200 OK"
    );
    assert!(receiver.wait_for_root(Duration::from_millis(1)).is_none());
    assert_eq!(
        post(&receiver, TRACES, &request("root", 1, &[])),
        "HTTP/1.1 200 OK"
    );
    let trace = receiver.wait_for_root(Duration::from_secs(60)).unwrap();
    assert_eq!(trace.totals().services, 2);
    assert_eq!(trace.orphans().count(), 0);
    assert_eq!(receiver.finish().len(), 1);
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_body_may_be_compressed() {
    let receiver = Receiver::start().unwrap();
    let body = request("root", 1, &[]);
    let gzipped = gzip(&body);
    for (encoding, body) in [
        ("gzip", &gzipped),
        ("X-GZip", &gzipped),
        ("", &body),
        ("identity", &body),
    ] {
        let head = format!("{TRACES}\r\ncontent-encoding: {encoding}");
        assert_eq!(
            post(&receiver, &head, body),
            "HTTP/1.1 200 OK",
            "{encoding}"
        );
    }
    let other_case = TRACES.replace("application/x-protobuf", "Application/X-Protobuf; a=b");
    assert_eq!(post(&receiver, &other_case, &body), "HTTP/1.1 200 OK");
    assert_eq!(receiver.finish().len(), 1);
}

#[test]
fn what_is_too_large_or_broken_when_it_is_decompressed_is_refused() {
    let receiver = Receiver::start().unwrap();
    let gzipped = format!("{TRACES}\r\ncontent-encoding: gzip");
    let bomb = gzip(&vec![0; MAX_BODY + 1]);
    let mut cut = gzip(&request("root", 1, &[]));
    cut.truncate(cut.len() / 2);
    for (head, body, status) in [
        (gzipped.clone(), &*bomb, "413"),
        (gzipped.clone(), &cut, "400"),
        (gzipped.clone(), b"garbage", "400"),
        (format!("{gzipped}, gzip"), b"", "415"),
        (format!("{gzipped}\r\ncontent-encoding: gzip"), b"", "415"),
        (format!("{TRACES}\r\ncontent-encoding: br"), b"", "415"),
    ] {
        let answer = post(&receiver, &head, body);
        assert!(answer.contains(status), "{head}: {answer}");
    }
    assert!(receiver.finish().is_empty());
}

#[test]
fn what_is_no_otlp_over_http_is_refused() {
    let receiver = Receiver::start().unwrap();
    let protobuf = "content-type: application/x-protobuf";
    for (head, body, status) in [
        (
            format!("GET /v1/traces HTTP/1.1\r\n{protobuf}"),
            &b""[..],
            "405",
        ),
        (format!("POST / HTTP/1.1\r\n{protobuf}"), b"", "404"),
        (
            "POST /v1/traces HTTP/1.1\r\ncontent-type: text/plain".to_owned(),
            b"",
            "415",
        ),
        (TRACES.to_owned(), b"garbage", "400"),
        (
            format!("POST /v1/metrics HTTP/1.1\r\n{protobuf}"),
            b"garbage",
            "200",
        ),
    ] {
        let answer = post(&receiver, &head, body);
        assert!(answer.contains(status), "{head}: {answer}");
    }
    assert!(receiver.finish().is_empty());
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let receiver = Receiver::start().unwrap();
    let answer = post(&receiver, TRACES, &vec![0; MAX_BODY + 1]);
    // The server may close the connection while the client still writes.
    assert!(answer.contains("413") || answer.is_empty(), "{answer}");
    assert!(receiver.finish().is_empty());
}
