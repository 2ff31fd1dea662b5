//! From the first call of `init` to the end of the process.

use agent_otel_tests::program::{self, stderr, stdout, told};

use super::server::{healthy, nobody};
use super::{ALL, ENDPOINT, UPLOAD, assert_one_line, assert_report, names, run};

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
