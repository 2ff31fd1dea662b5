//! Beside subscribers and loggers of the program.

use super::ENDPOINT;
use super::program::{places, printed, run, stdout, told};
use super::receiver::{Receiver, hexadecimal};

#[test]
fn a_layer_of_ones_own_works_before_and_after_init() {
    for (name, prints) in [
        ("adds_the_layer_before", false),
        ("adds_the_layer_after", true),
    ] {
        let receiver = Receiver::start();
        let output = run(name, &[(ENDPOINT, receiver.address())]);
        assert!(told(&output).is_empty(), "{output:?}");
        assert!(!receiver.bodies().contains(&"too early".to_owned()));
        for [body, trace, span, _] in places(&output) {
            // Only the program's own `tracing` subscriber was set up in the second one.
            if body == "said by log" && prints {
                continue;
            }
            let (_, record) = receiver.record(&body);
            assert_eq!(hexadecimal(&record.trace_id), trace, "{name}: {body}");
            assert_eq!(hexadecimal(&record.span_id), span, "{name}: {body}");
            if prints {
                let line = printed(&output, &body);
                assert!(line.contains(&trace) && line.contains(&span), "{line}");
            }
        }
    }
}

#[test]
fn records_of_log_may_come_by_tracing() {
    let receiver = Receiver::start();
    let output = run("forwards_log_to_tracing", &[(ENDPOINT, receiver.address())]);
    assert!(told(&output).is_empty(), "{output:?}");
    let (target, record) = receiver.record("said by log");
    assert_eq!(target, "shop::log");
    assert_eq!(record.event_name, "");
    assert!(record.attributes.is_empty(), "{record:?}");
    let places = places(&output);
    let place = places.iter().find(|place| place[0] == "said by log");
    assert_eq!(hexadecimal(&record.span_id), place.unwrap()[2]);
    let line = printed(&output, "said by log");
    assert!(
        line.contains("ERROR shop::log  said by log  trace="),
        "{line}"
    );
    assert!(!receiver.bodies().contains(&"as an export does".to_owned()));
}

#[test]
fn a_subscriber_that_is_set_stays_and_is_told() {
    let receiver = Receiver::start();
    let output = run("has_a_subscriber", &[(ENDPOINT, receiver.address())]);
    let lines = told(&output);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].contains("agent_otel::logs::layer()"),
        "{}",
        lines[0]
    );
    assert!(
        stdout(&output).contains("ERROR Builder::logs: "),
        "{output:?}"
    );
    assert_eq!(receiver.requests(), 0);
}

#[test]
fn a_logger_that_is_set_stays_and_is_told() {
    let receiver = Receiver::start();
    let output = run("has_a_logger", &[(ENDPOINT, receiver.address())]);
    let lines = told(&output);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("agent_otel::logs::logger("), "{lines:?}");
    assert!(stdout(&output).contains("OWN said by log"), "{output:?}");
    assert_eq!(receiver.bodies(), ["said by tracing"]);
}

#[test]
fn a_logger_can_be_put_into_ours() {
    let receiver = Receiver::start();
    let output = run("wraps_its_logger", &[(ENDPOINT, receiver.address())]);
    assert!(told(&output).is_empty(), "{output:?}");
    let stdout = stdout(&output);
    for line in ["OWN said by log", "OWN for the other logger"] {
        assert!(stdout.contains(line), "{stdout}");
    }
    assert_eq!(receiver.bodies(), ["said by log"]);
}
