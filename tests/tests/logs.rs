//! Records of `tracing` and `log` from outside: what a receiver gets of them, and what is printed.

use std::collections::HashMap;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::routing::post;
use expect_test::expect;
use opentelemetry_proto::tonic::collector::logs::v1::{
    ExportLogsPartialSuccess, ExportLogsServiceRequest, ExportLogsServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs};
use prost::Message;
use tracing_subscriber::layer::SubscriberExt as _;

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// An OTLP receiver that keeps each request for `/v1/logs`.
struct Receiver {
    address: String,
    requests: Arc<Mutex<Vec<Vec<ResourceLogs>>>>,
    _runtime: tokio::runtime::Runtime,
}

impl Receiver {
    fn start() -> Self {
        Self::rejecting(0)
    }

    /// One that takes all but so many records of each request.
    fn rejecting(rejected_log_records: i64) -> Self {
        let answer = ExportLogsServiceResponse {
            partial_success: Some(ExportLogsPartialSuccess {
                rejected_log_records,
                error_message: String::new(),
            }),
        };
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        let app = axum::Router::new()
            .route(
                "/v1/logs",
                post(move |body: Bytes| async move {
                    let request = ExportLogsServiceRequest::decode(body).unwrap();
                    kept.lock().unwrap().push(request.resource_logs);
                    answer.encode_to_vec()
                }),
            )
            .route("/v1/traces", post(|| async {}))
            .route("/v1/metrics", post(|| async {}));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
        let listener = listener.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async { axum::serve(listener, app).await });
        Self {
            address,
            requests,
            _runtime: runtime,
        }
    }

    fn requests(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    fn resources(&self) -> Vec<ResourceLogs> {
        self.requests.lock().unwrap().concat()
    }

    fn records(&self) -> Vec<(String, LogRecord)> {
        let scopes = self
            .resources()
            .into_iter()
            .flat_map(|resource| resource.scope_logs);
        scopes
            .flat_map(|logs| {
                let scope = logs.scope.unwrap_or_default();
                assert_eq!(scope.version, "", "no version of ours on a scope of others");
                let target = scope.name;
                logs.log_records
                    .into_iter()
                    .map(move |record| (target.clone(), record))
            })
            .collect()
    }

    fn bodies(&self) -> Vec<String> {
        self.records()
            .iter()
            .map(|(_, record)| text(record.body.as_ref()))
            .collect()
    }

    /// The only record with this message.
    fn record(&self, body: &str) -> (String, LogRecord) {
        let mut records = self.records();
        records.retain(|(_, record)| text(record.body.as_ref()) == body);
        assert_eq!(records.len(), 1, "{body}: {:?}", self.bodies());
        records.remove(0)
    }
}

fn text(value: Option<&AnyValue>) -> String {
    match value.and_then(|value| value.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => format!("int {number}"),
        Some(Value::BoolValue(value)) => format!("bool {value}"),
        other => format!("{other:?}"),
    }
}

fn attributes(record: &LogRecord) -> HashMap<&str, String> {
    let pair = |attribute: &KeyValue| text(attribute.value.as_ref());
    record
        .attributes
        .iter()
        .map(|attribute| (attribute.key.as_str(), pair(attribute)))
        .collect()
}

fn hexadecimal(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Runs the program `name` with these variables and no other that it reads.
fn run(name: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_logs"));
    command.arg(name);
    for (variable, _) in std::env::vars_os() {
        let upper = variable.to_string_lossy().to_uppercase();
        if upper.contains("OTEL") || upper.contains("PROXY") || upper == "RUST_LOG" {
            command.env_remove(&variable);
        }
    }
    let output = command
        .env("RUST_BACKTRACE", "0")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    output
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn told(output: &Output) -> Vec<String> {
    let lines = stderr(output);
    let told = lines
        .lines()
        .filter(|line| line.starts_with("agent-otel: "));
    told.map(str::to_owned).collect()
}

/// The line that was printed with this message.
fn printed(output: &Output, body: &str) -> String {
    let stderr = stderr(output);
    let mut lines = stderr
        .lines()
        .filter(|line| line.contains(&format!("  {body}")));
    let line = lines.next().unwrap_or_else(|| panic!("{body}: {stderr}"));
    assert_eq!(lines.next(), None, "{body} twice: {stderr}");
    line.to_owned()
}

/// Where the program was when it logged: message, trace, span and flags.
fn places(output: &Output) -> Vec<[String; 4]> {
    let stdout = stdout(output);
    let places: Vec<_> = stdout
        .lines()
        .filter_map(|line| line.strip_prefix("HERE "))
        .map(|line| {
            let mut words = line.rsplitn(4, ' ').map(str::to_owned);
            let mut next = || words.next().unwrap();
            let (flags, span, trace) = (next(), next(), next());
            [next(), trace, span, flags]
        })
        .collect();
    assert!(!places.is_empty(), "{output:?}");
    places
}

#[test]
fn records_are_exported_and_printed_with_the_ids_of_their_span() {
    let receiver = Receiver::start();
    let output = run("answers", &[(ENDPOINT, &receiver.address)]);
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
    let output = run("answers", &[(ENDPOINT, &receiver.address)]);
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
    let output = run("answers", &[(ENDPOINT, &receiver.address)]);
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
    run("returns", &[(ENDPOINT, &receiver.address)]);
    let resources = receiver.resources();
    let resource = resources[0].resource.as_ref().unwrap();
    let name = resource
        .attributes
        .iter()
        .find(|attribute| attribute.key == "service.name");
    assert_eq!(text(name.unwrap().value.as_ref()), "shop");
}

#[test]
fn nothing_is_lost_at_the_end_and_nothing_follows_it() {
    let receiver = Receiver::start();
    run("returns", &[(ENDPOINT, &receiver.address)]);
    assert_eq!(receiver.bodies(), ["last words"]);

    let receiver = Receiver::start();
    let output = run("shuts_down_and_goes_on", &[(ENDPOINT, &receiver.address)]);
    assert_eq!(receiver.bodies(), ["while it runs"]);
    printed(&output, "after the end, too");
}

#[test]
fn records_that_the_queue_has_no_room_for_are_told() {
    let receiver = Receiver::start();
    let variables = [
        (ENDPOINT, receiver.address.as_str()),
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
        receiver.address
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
    let lines = told(&run("returns", &[(ENDPOINT, &receiver.address)]));
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].contains("1 of 1 log record did not reach"),
        "{lines:?}"
    );
}

#[test]
fn a_line_is_out_before_the_process_is() {
    let output = run("exits_at_once", &[]);
    printed(&output, "going");
    printed(&output, "gone");
}

#[test]
fn a_layer_of_ones_own_works_before_and_after_init() {
    for (name, prints) in [
        ("adds_the_layer_before", false),
        ("adds_the_layer_after", true),
    ] {
        let receiver = Receiver::start();
        let output = run(name, &[(ENDPOINT, &receiver.address)]);
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
    let output = run("forwards_log_to_tracing", &[(ENDPOINT, &receiver.address)]);
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
    let output = run("has_a_subscriber", &[(ENDPOINT, &receiver.address)]);
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
    let output = run("has_a_logger", &[(ENDPOINT, &receiver.address)]);
    let lines = told(&output);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("agent_otel::logs::logger("), "{lines:?}");
    assert!(stdout(&output).contains("OWN said by log"), "{output:?}");
    assert_eq!(receiver.bodies(), ["said by tracing"]);
}

#[test]
fn a_logger_can_be_put_into_ours() {
    let receiver = Receiver::start();
    let output = run("wraps_its_logger", &[(ENDPOINT, &receiver.address)]);
    assert!(told(&output).is_empty(), "{output:?}");
    let stdout = stdout(&output);
    for line in ["OWN said by log", "OWN for the other logger"] {
        assert!(stdout.contains(line), "{stdout}");
    }
    assert_eq!(receiver.bodies(), ["said by log"]);
}

#[test]
fn what_an_export_logs_is_not_exported() {
    let receiver = Receiver::start();
    let variables = [(ENDPOINT, receiver.address.as_str()), ("RUST_LOG", "trace")];
    let output = run("logs_what_an_export_logs", &variables);
    assert_eq!(receiver.bodies(), ["first", "last"]);
    assert_eq!(receiver.requests(), 2);
    // They are there to be seen.
    let lines = stderr(&output);
    assert_eq!(lines.matches("  as an export does").count(), 3, "{lines}");
}

#[test]
fn a_disabled_telemetry_leaves_the_lines() {
    let receiver = Receiver::start();
    let variables = [
        (ENDPOINT, receiver.address.as_str()),
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
            (ENDPOINT, receiver.address.as_str()),
            ("OTEL_LOGS_EXPORTER", value),
        ];
        let output = run("returns", &variables);
        assert!(told(&output).is_empty(), "{value}: {output:?}");
        assert_eq!(receiver.requests() > 0, exported, "{value}");
        let lines = stderr(&output);
        assert_eq!(lines.contains("last words"), is_printed, "{value}: {lines}");
    }
}

#[test]
fn levels_come_from_the_environment() {
    let lines = |variables: &[(&str, &str)]| stderr(&run("answers", variables));
    let quiet = lines(&[("RUST_LOG", "logs=error")]);
    assert!(quiet.contains("with an error") && !quiet.contains("no such order"));
    assert!(!quiet.contains("said by log"), "{quiet}");
    let loud = lines(&[("OTEL_LOG_LEVEL", "debug")]);
    assert!(loud.contains("not loud enough"), "{loud}");
    let wrong = run("returns", &[("RUST_LOG", "logs=debug=x,logs=info")]);
    let told = told(&wrong);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("RUST_LOG=\"logs=debug=x\""), "{told:?}");
    printed(&wrong, "last words");
}

#[test]
fn code_of_the_user_that_panics_loses_its_own_text_only() {
    let receiver = Receiver::start();
    run("logs_what_panics", &[(ENDPOINT, &receiver.address)]);
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
    let output = run("logs_secrets", &[(ENDPOINT, &receiver.address)]);
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

/// What stands for a text that a redactor has lost.
const LOST: &str = "[left out: the redactor failed]";

#[test]
fn a_redactor_sees_what_is_logged() {
    let receiver = Receiver::start();
    let output = run("logs_what_is_redacted", &[(ENDPOINT, &receiver.address)]);
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
        let mut all = vec![(ENDPOINT, receiver.address.as_str())];
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
    let output = run("logs_within_hooks", &[(ENDPOINT, &receiver.address)]);
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

#[test]
fn only_allowed_attributes_leave_the_process() {
    let receiver = Receiver::start();
    run("logs_what_is_allowed", &[(ENDPOINT, &receiver.address)]);
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

/// Eight threads log, and print a waterfall for each record, at the same time.
#[test]
fn lines_and_waterfalls_do_not_garble_each_other() {
    let lines = stderr(&run("logs_on_many_threads", &[]));
    let count = |whole: fn(&str) -> bool| lines.lines().filter(|line| whole(line)).count();
    let is_record = |line: &str| {
        let mut words = line.split(' ');
        let time = words.next().is_some_and(|time| time.ends_with('Z'));
        time && line.contains("  INFO logs  a line with an end  thread=")
            && line
                .rsplit(' ')
                .next()
                .is_some_and(|span| span.len() == "span=".len() + 16)
    };
    assert_eq!(count(is_record), 400, "{lines}");
    let is_head = |line: &str| line.starts_with("trace ") && line.contains(" · shop · 1 span · ");
    assert_eq!(count(is_head), 400);
    let is_row = |line: &str| line.starts_with("  execute_tool noisy ");
    assert_eq!(count(is_row), 400);
    let is_empty = |line: &str| line.is_empty();
    assert_eq!(
        count(is_record) * 3 + count(is_empty),
        lines.lines().count()
    );
}
