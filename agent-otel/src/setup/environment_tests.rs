//! The table of variables and values, good and bad.

use super::super::signal::Exporters;
use super::*;

fn read(variables: &[(&str, &str)]) -> (Environment, Vec<String>) {
    let (environment, faults) = Environment::read(|name| {
        let (_, value) = variables.iter().find(|(variable, _)| *variable == name)?;
        Some(OsString::from(value))
    });
    (
        environment,
        faults.iter().map(ToString::to_string).collect(),
    )
}

#[test]
fn nothing_set_is_the_defaults_of_the_specification() {
    let (environment, faults) = read(&[]);
    assert!(faults.is_empty(), "{faults:?}");
    assert!(!environment.disabled);
    assert_eq!(environment.traces.endpoint, None);
    assert_eq!(environment.traces.timeout, Duration::from_secs(10));
    assert_eq!(
        environment.spans,
        Batch {
            delay: Duration::from_secs(5),
            queue: 2_048,
            size: 512,
            timeout: Duration::from_secs(30),
        }
    );
    assert_eq!(environment.metric_interval, Duration::from_secs(60));
    assert_eq!(environment.shutdown_timeout, Duration::from_secs(5));
}

#[test]
fn empty_is_not_set() {
    let variables = [
        "OTEL_SDK_DISABLED",
        "OTEL_SERVICE_NAME",
        "OTEL_RESOURCE_ATTRIBUTES",
        "OTEL_TRACES_EXPORTER",
        "OTEL_TRACES_SAMPLER",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_HEADERS",
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "OTEL_EXPORTER_OTLP_TIMEOUT",
        "OTEL_BSP_MAX_QUEUE_SIZE",
        "AGENT_OTEL_CONSOLE_ENDPOINT",
    ];
    let empty: Vec<_> = variables.iter().map(|name| (*name, " ")).collect();
    assert_eq!(read(&empty), read(&[]));
}

#[test]
fn only_true_disables() {
    for (value, disabled, told) in [
        ("true", true, false),
        ("TRUE", true, false),
        ("false", false, false),
        ("1", false, true),
        ("yes", false, true),
    ] {
        let (environment, faults) = read(&[("OTEL_SDK_DISABLED", value)]);
        assert_eq!(environment.disabled, disabled, "{value}");
        assert_eq!(!faults.is_empty(), told, "{value}");
    }
}

#[test]
fn the_variable_of_a_signal_beats_the_base() {
    let (environment, faults) = read(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://base:4318/otlp"),
        (
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            "http://traces:1/as/it/is",
        ),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a=base"),
        ("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "a=logs"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "1000"),
        ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "2000"),
    ]);
    assert!(faults.is_empty(), "{faults:?}");
    let shown = |signal: &SignalEnvironment| signal.endpoint.as_ref().map(ToString::to_string);
    assert_eq!(
        shown(&environment.traces).as_deref(),
        Some("http://traces:1/as/it/is")
    );
    assert_eq!(
        shown(&environment.metrics).as_deref(),
        Some("http://base:4318/otlp/v1/metrics")
    );
    assert_eq!(environment.traces.headers.0["a"], "base");
    assert_eq!(environment.logs.headers.0["a"], "logs");
    assert_eq!(environment.traces.timeout, Duration::from_secs(1));
    assert_eq!(environment.metrics.timeout, Duration::from_secs(2));
}

/// Each bad value gets exactly one line that begins with the variable, and the default.
#[test]
fn bad_values_are_told_once_and_replaced() {
    let table: &[(&str, &[&str])] = &[
        (
            "OTEL_EXPORTER_OTLP_PROTOCOL",
            &["grpc", "http/json", "gopher"],
        ),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", &["grpc"]),
        (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            &["http://", "ftp://x", "http://[::1"],
        ),
        (
            "OTEL_EXPORTER_OTLP_TIMEOUT",
            &["0", "-1", "ten", "18446744073709551616"],
        ),
        ("OTEL_EXPORTER_OTLP_HEADERS", &["nothing"]),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", &["gzip", "brotli"]),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", &["/etc/ca.pem"]),
        ("OTEL_TRACES_EXPORTER", &["jaeger", "none,bogus"]),
        ("OTEL_METRICS_EXPORTER", &["console", "prometheus"]),
        (
            "OTEL_TRACES_SAMPLER",
            &["jaeger_remote", "xray", "sometimes"],
        ),
        (
            "OTEL_BSP_MAX_QUEUE_SIZE",
            &["0", "-1", "abc", "100000000000", "18446744073709551615"],
        ),
        (
            "OTEL_BSP_SCHEDULE_DELAY",
            &["0", "-1", "abc", "18446744073709551615"],
        ),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", &["0", "2049"]),
        ("OTEL_BSP_EXPORT_TIMEOUT", &["0", "abc"]),
        ("OTEL_BLRP_MAX_QUEUE_SIZE", &["0", "100000000000"]),
        ("OTEL_METRIC_EXPORT_INTERVAL", &["0", "abc"]),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", &["-1", "abc"]),
        ("OTEL_RESOURCE_ATTRIBUTES", &["a", "a=%zz", "=b"]),
        ("AGENT_OTEL_CONSOLE_ENDPOINT", &["http://"]),
        ("AGENT_OTEL_SHUTDOWN_TIMEOUT", &["0", "soon"]),
    ];
    let defaults = read(&[]).0;
    for (variable, values) in table {
        for value in *values {
            let (mut environment, faults) = read(&[(variable, value)]);
            assert_eq!(faults.len(), 1, "{variable}={value}: {faults:#?}");
            assert!(faults[0].starts_with(variable), "{}", faults[0]);
            assert!(
                !faults[0].ends_with('.') && !faults[0].contains('\n'),
                "{}",
                faults[0]
            );
            environment.traces.exporters = Exporters::default();
            assert_eq!(environment, defaults, "{variable}={value}");
        }
    }
}

#[test]
fn a_sampler_argument_is_a_share() {
    for (argument, ratio, told) in [
        ("0.25", 0.25, false),
        ("0", 0.0, false),
        ("nan", 1.0, true),
        ("-1", 1.0, true),
        ("2", 1.0, true),
        ("inf", 1.0, true),
    ] {
        let (environment, faults) = read(&[
            ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
            ("OTEL_TRACES_SAMPLER_ARG", argument),
        ]);
        assert_eq!(
            environment.sampler,
            Some(Sampler::ParentBasedTraceIdRatio(ratio)),
            "{argument}"
        );
        assert_eq!(!faults.is_empty(), told, "{argument}: {faults:?}");
    }
}

#[test]
fn a_batch_is_never_larger_than_the_queue() {
    let (environment, faults) = read(&[("OTEL_BSP_MAX_QUEUE_SIZE", "10")]);
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!((environment.spans.queue, environment.spans.size), (10, 10));
}

#[test]
fn no_header_value_is_told_or_shown() {
    let (environment, faults) = read(&[
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            "authorization=Bearer%20s3cret,s3cret",
        ),
        (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "https://me:s3cret@collector/x?key=s3cret",
        ),
    ]);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(!format!("{environment:?} {faults:?}").contains("s3cret"));
}

/// What is wrong about content is told by its variable, and opens nothing.
#[test]
fn variables_of_content() {
    const CAPTURE: &str = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
    const EVENT: &str = "OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT";
    const HOOK: &str = "OTEL_INSTRUMENTATION_GENAI_COMPLETION_HOOK";
    const PATH: &str = "OTEL_INSTRUMENTATION_GENAI_UPLOAD_BASE_PATH";
    const FORMAT: &str = "OTEL_INSTRUMENTATION_GENAI_UPLOAD_FORMAT";
    const QUEUE: &str = "OTEL_INSTRUMENTATION_GENAI_UPLOAD_MAX_QUEUE_SIZE";
    for (variables, told) in [
        (&[(CAPTURE, "span_only"), (EVENT, "FALSE")][..], &[][..]),
        (&[(CAPTURE, "true")], &[CAPTURE]),
        (&[(CAPTURE, "SPAN_ONLY,EVENT_ONLY")], &[CAPTURE]),
        (&[(EVENT, "1")], &[EVENT]),
        (
            &[("AGENT_OTEL_CONTENT_LIMIT", "64k")],
            &["AGENT_OTEL_CONTENT_LIMIT"],
        ),
        (
            &[("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "-1")],
            &["OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT"],
        ),
        (&[(PATH, "/tmp/x"), (FORMAT, "JSONL"), (QUEUE, "1")], &[]),
        (&[(PATH, "file:///tmp/x"), (HOOK, "upload")], &[]),
        (&[(PATH, "s3://bucket/x")], &[PATH]),
        (&[(PATH, "/tmp/x"), (HOOK, "other")], &[HOOK]),
        (&[(HOOK, "upload")], &[HOOK]),
        (
            &[(PATH, "/tmp/x"), (FORMAT, "yaml"), (QUEUE, "0")],
            &[FORMAT, QUEUE],
        ),
    ] {
        let (_, faults) = read(variables);
        assert_eq!(faults.len(), told.len(), "{variables:?}: {faults:?}");
        for (fault, variable) in faults.iter().zip(told) {
            assert!(fault.starts_with(variable), "{variable}: {fault}");
        }
    }
}

/// What is read elsewhere is told as wrong exactly where it has no effect there.
#[test]
fn a_temporality_may_have_blanks_around_it() {
    let variable = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
    for (value, temporality) in [
        (" delta ", Temporality::Delta),
        ("LowMemory", Temporality::LowMemory),
        ("", Temporality::Cumulative),
    ] {
        let (environment, faults) = read(&[(variable, value)]);
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(environment.temporality, temporality, "{value:?}");
    }
}

#[test]
fn variables_that_are_read_elsewhere() {
    for (variable, good, bad) in [
        (
            "AGENT_OTEL_SEMCONV",
            &["latest", "v1.41", "V1.41.1", "LATEST"][..],
            &["1.41,foo", "1.37"][..],
        ),
        (
            "AGENT_OTEL_CANCELLED",
            &["Error", "unset"],
            &["foo,error", "errors"],
        ),
        (
            "AGENT_OTEL_MODEL_SPANS",
            &["Theirs", "ours"],
            &["theirs,x", "both"],
        ),
        (
            "OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN",
            &["LOGS", "database, logs/dup"],
            &["log"],
        ),
        (
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
            &["Delta", "cumulative", "lowmemory"],
            &["deltas", "delta,cumulative"],
        ),
        (
            "OTEL_PROPAGATORS",
            &["tracecontext", "baggage, tracecontext,", "None"],
            &["b3", "b3multi,jaeger", "tracecontext,b3", "none,baggage"],
        ),
    ] {
        for value in good {
            let (_, faults) = read(&[(variable, value)]);
            assert!(faults.is_empty(), "{variable}={value}: {faults:?}");
        }
        for value in bad {
            let (_, faults) = read(&[(variable, value)]);
            let told = format!("{variable}=\"{value}\": ");
            assert!(
                faults.len() == 1 && faults[0].starts_with(&told),
                "{told}: {faults:?}"
            );
        }
    }
}

#[test]
fn no_remedy_is_the_next_fault() {
    let remedy = |variable| read(&[(variable, "prometheus")]).1.concat();
    assert!(remedy("OTEL_METRICS_EXPORTER").ends_with("use otlp or none"));
    assert!(remedy("OTEL_TRACES_EXPORTER").ends_with("use otlp, console or none"));
}

#[test]
fn a_service_name_that_is_empty_is_told_and_left_out() {
    let (environment, faults) = read(&[("OTEL_RESOURCE_ATTRIBUTES", "service.name=,a=")]);
    assert_eq!(environment.resource, [("a".to_owned(), String::new())]);
    assert!(
        faults.len() == 1 && faults[0].contains("service.name"),
        "{faults:?}"
    );
}

#[cfg(unix)]
fn read_bytes(variable: &str, value: &[u8]) -> (Environment, Vec<String>) {
    use std::os::unix::ffi::OsStringExt;
    let (environment, faults) =
        Environment::read(|name| (name == variable).then(|| OsString::from_vec(value.to_vec())));
    let faults = faults.iter().map(ToString::to_string).collect();
    (environment, faults)
}

#[cfg(unix)]
#[test]
fn a_value_that_is_not_utf_8_is_told() {
    let (environment, faults) = read_bytes("OTEL_SERVICE_NAME", b"\xff");
    assert_eq!(environment.service_name, None);
    assert_eq!(faults.len(), 1, "{faults:?}");

    let path = "OTEL_INSTRUMENTATION_GENAI_UPLOAD_BASE_PATH";
    let (environment, faults) = read_bytes(path, b"/tmp/\xff");
    assert_eq!(environment.content, read(&[]).0.content);
    assert!(
        faults.len() == 1 && faults[0].starts_with(path),
        "{faults:?}"
    );
}

/// It is told where log records are taken.
#[cfg(all(unix, feature = "logs"))]
#[test]
fn levels_that_are_not_utf_8_are_told_with_the_log_records() {
    let (environment, faults) = read_bytes("RUST_LOG", b"shop=debug,\xff");
    assert!(faults.is_empty(), "{faults:?}");
    let (_, wrong) = environment.levels;
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(wrong[0].to_string().starts_with("RUST_LOG: is not UTF-8"));
}
