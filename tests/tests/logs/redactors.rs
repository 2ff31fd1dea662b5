//! Redactors of what is logged.

use opentelemetry_proto::tonic::common::v1::any_value::Value;

use super::ENDPOINT;
use super::program::{run, stderr};
use super::receiver::{Receiver, attributes, text};

/// What stands for a text that a redactor has lost.
const LOST: &str = "[left out: the redactor failed]";

#[test]
fn a_redactor_sees_what_is_logged() {
    let receiver = Receiver::start();
    let output = run("logs_what_is_redacted", &[(ENDPOINT, receiver.address())]);
    let (_, record) = receiver.record("by tracing for [customer]");
    let fields = attributes(&record);
    assert_eq!(fields["exception.message"], "no [customer]");
    assert_eq!(fields["who"], "[customer]");
    assert_eq!(fields["shown"], r#"["[customer]"]"#);
    assert_eq!(fields["bytes"], "\u{FFFD} [customer]");
    let plain = Some(Value::BytesValue(b"\xFF plain".to_vec()));
    assert_eq!(fields["plain"], format!("{plain:?}"));
    assert_eq!(fields["order"], "int 1042");
    assert_eq!(fields.len(), 6, "{fields:?}");
    let (_, record) = receiver.record("by log for [customer]");
    assert_eq!(attributes(&record)["who"], "[customer]");
    let printed = stderr(&output);
    assert!(printed.contains("[customer]"), "{printed}");
    assert!(!printed.contains("customer-7"), "{printed}");
}

#[test]
fn a_redactor_that_fails_loses_texts_and_no_record() {
    for variables in [&[][..], &[("HANGS", "1")]] {
        let receiver = Receiver::start();
        let mut all = vec![(ENDPOINT, receiver.address())];
        all.extend_from_slice(variables);
        let output = run("logs_while_a_redactor_fails", &all);
        let everything = format!("{:?}\n{}", receiver.resources(), stderr(&output));
        assert!(!everything.contains("customer-7"), "{everything}");
        let records = receiver.records();
        let told = records.iter().map(|(_, record)| {
            let fields = attributes(record);
            (
                text(record.body.as_ref()),
                fields["order"].clone(),
                fields.get("who").cloned(),
            )
        });
        let told: Vec<_> = told.collect();
        let lost = LOST.to_owned();
        let expected = if variables.is_empty() {
            vec![(
                "one field panics".to_owned(),
                "int 1".to_owned(),
                Some(lost),
            )]
        } else {
            vec![
                (lost.clone(), "int 2".to_owned(), None),
                (lost, "int 3".to_owned(), None),
            ]
        };
        assert_eq!(told, expected);
    }
}

/// What hooks log does not wait for themselves: a redactor's texts are lost, an upload's are redacted.
#[test]
fn hooks_may_log() {
    let receiver = Receiver::start();
    let output = run("logs_within_hooks", &[(ENDPOINT, receiver.address())]);
    let everything = format!("{:?}\n{}", receiver.resources(), stderr(&output));
    assert!(!everything.contains("customer-7"), "{everything}");
    receiver.record("an upload saw [customer]");
    let records = receiver.records();
    let within = records
        .iter()
        .filter(|(_, record)| text(record.body.as_ref()) == LOST);
    let within: Vec<_> = within.collect();
    assert!(!within.is_empty(), "{everything}");
    assert_eq!(attributes(&within[0].1)["order"], "int 1");
}
