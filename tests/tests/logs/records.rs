//! What a record tells.

use expect_test::expect;
use tracing_subscriber::layer::SubscriberExt as _;

use super::ENDPOINT;
use super::program::{places, printed, run, stderr, told};
use super::receiver::{Receiver, attributes, hexadecimal, text};

#[test]
fn records_are_exported_and_printed_with_the_ids_of_their_span() {
    let receiver = Receiver::start();
    let output = run("answers", &[(ENDPOINT, receiver.address())]);
    assert!(told(&output).is_empty(), "{output:?}");
    let places = places(&output);
    assert_eq!(places.len(), 6, "{places:?}");
    for [name, trace, span, flags] in &places {
        let (_, record) = receiver.record(name);
        assert_eq!(hexadecimal(&record.trace_id), *trace, "{name}");
        assert_eq!(hexadecimal(&record.span_id), *span, "{name}");
        assert_eq!(record.flags.to_string(), *flags, "{name}");
        assert_eq!(record.flags, 1, "{name}");
        let line = printed(&output, name);
        assert!(
            line.ends_with(&format!("trace={trace} span={span}")),
            "{line}"
        );
    }
    // The agent's span and the tool's below it, in one trace.
    let traces: Vec<_> = places.iter().map(|place| &place[1]).collect();
    assert!(traces.iter().all(|trace| *trace == traces[0]), "{places:?}");
    assert_eq!(places[0][2], places[1][2]);
    assert_ne!(places[0][2], places[2][2]);
}

#[test]
fn a_record_outside_of_any_span_has_no_ids() {
    let receiver = Receiver::start();
    let output = run("answers", &[(ENDPOINT, receiver.address())]);
    let (_, record) = receiver.record("outside");
    assert!(record.trace_id.is_empty() && record.span_id.is_empty());
    let line = printed(&output, "outside");
    assert!(
        line.ends_with(" INFO logs  outside") && !line.contains("trace="),
        "{line}"
    );
}

#[test]
fn a_record_tells_what_was_logged() {
    let receiver = Receiver::start();
    let output = run("answers", &[(ENDPOINT, receiver.address())]);
    let (target, warning) = receiver.record("no such order");
    assert_eq!(target, "logs");
    assert_eq!(
        (warning.severity_number, warning.severity_text.as_str()),
        (13, "WARN")
    );
    assert!(warning.time_unix_nano > 0);
    assert_eq!(warning.event_name, "");
    let fields = attributes(&warning);
    assert_eq!(fields["order"], "int 9999");
    assert_eq!(fields["customer"], "Ada L");
    assert_eq!(fields["open"], "bool true");
    assert_eq!(fields.len(), 3, "{fields:?}");
    let line = printed(&output, "no such order");
    assert!(
        line.contains(
            "  WARN logs  no such order  order=9999  customer=\"Ada L\"  open=true  trace="
        ),
        "{line}"
    );

    let (target, error) = receiver.record("said by log");
    assert_eq!(target, "shop::log");
    assert_eq!(
        (error.severity_number, error.severity_text.as_str()),
        (17, "ERROR")
    );
    let pairs = attributes(&error);
    assert_eq!(pairs["order"], "int 9999");
    assert_eq!(pairs["shelf"], "B 7");
    assert_eq!(pairs.len(), 2, "{pairs:?}");

    let (_, named) = receiver.record("after the wait");
    assert_eq!(named.event_name, "shop.waited");
    let (_, with_error) = receiver.record("with an error");
    let message = std::fmt::Error.to_string();
    assert_eq!(attributes(&with_error)["exception.message"], message);
}

#[test]
fn records_carry_the_resource() {
    let receiver = Receiver::start();
    run("returns", &[(ENDPOINT, receiver.address())]);
    let resources = receiver.resources();
    let resource = resources[0].resource.as_ref().unwrap();
    let name = resource
        .attributes
        .iter()
        .find(|attribute| attribute.key == "service.name");
    assert_eq!(text(name.unwrap().value.as_ref()), "shop");
}

#[test]
fn code_of_the_user_that_panics_loses_its_own_text_only() {
    let receiver = Receiver::start();
    run("logs_what_panics", &[(ENDPOINT, receiver.address())]);
    let panicked = "(panicked while it was written)";
    for body in ["a field panics", "a value panics"] {
        let (_, record) = receiver.record(body);
        assert_eq!(attributes(&record)["field"], panicked, "{body}");
    }
    receiver.record(panicked);
    let (_, long) = receiver.record("a field is long");
    let text = &attributes(&long)["long"];
    assert!(text.len() <= 64 * 1024 + '…'.len_utf8() && text.ends_with('…'));
}

#[test]
fn secrets_are_masked() {
    let receiver = Receiver::start();
    let output = run("logs_secrets", &[(ENDPOINT, receiver.address())]);
    let everything = format!("{:?}\n{}", receiver.resources(), stderr(&output));
    // In bytes, as well as in text.
    let key: Vec<u8> = b"sk-proj-4f9aBcD".to_vec();
    let secrets = [
        "sk-proj",
        "abcdef1234567890",
        "hunter2",
        "4111111111111111",
        "ada@example.com",
        &format!("{key:?}").replace(['[', ']'], ""),
    ];
    for secret in secrets {
        assert!(!everything.contains(secret), "{secret}: {everything}");
    }
    assert_eq!(receiver.records().len(), 6);
    let (_, by_name) = receiver.record("by name");
    assert_eq!(attributes(&by_name)["pin_code"], "int 7");
}

#[test]
fn only_allowed_attributes_leave_the_process() {
    let receiver = Receiver::start();
    run("logs_what_is_allowed", &[(ENDPOINT, receiver.address())]);
    for (body, allowed) in [
        ("by tracing", &["order", "shop.tier"][..]),
        ("by log", &["order"]),
    ] {
        let (_, record) = receiver.record(body);
        let mut keys: Vec<_> = record.attributes.iter().map(|kept| &kept.key).collect();
        keys.sort();
        assert_eq!(keys, allowed, "{body}");
    }
}

#[agent_otel::tool]
fn order_status(order: u64) -> u64 {
    tracing::warn!(order, "no such order");
    tracing::info!(name: "shop.looked", "looked it up");
    order
}

#[test]
fn a_capture_shows_records_below_their_spans() {
    let subscriber = tracing_subscriber::registry().with(agent_otel::logs::layer());
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let spans = agent_otel::testing::capture(|| order_status(9999));
    expect![[r#"

        execute_tool order_status [internal]
            gen_ai.operation.name: "execute_tool"
            gen_ai.tool.name: "order_status"
            log record [WARN]
                "no such order"
                order: 9999
            log shop.looked [INFO]
                "looked it up"
    "#]]
    .assert_eq(&spans.to_string());
    let bodies: Vec<_> = spans.logs().iter().map(|log| log.body.as_deref()).collect();
    assert_eq!(
        bodies,
        [Some("\"no such order\""), Some("\"looked it up\"")]
    );
}
