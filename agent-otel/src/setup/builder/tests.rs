//! Who wins, where the code and the environment both say something.

use super::*;
use crate::setup::environment::CONSOLE_ENDPOINT;

fn plan(builder: &Builder, variables: &[(&str, &str)]) -> Plan {
    let (plan, faults) = builder.plan(|name| {
        let (_, value) = variables.iter().find(|(variable, _)| *variable == name)?;
        Some(OsString::from(value))
    });
    assert!(faults.is_empty(), "{faults:?}");
    plan
}

fn addresses(plan: &Plan) -> Vec<String> {
    plan.traces
        .iter()
        .map(|otlp| otlp.endpoint.to_string())
        .collect()
}

#[test]
fn whoever_runs_the_program_names_the_service() {
    let code = Builder::new("code");
    assert_eq!(plan(&code, &[]).service, "code");
    let attributes = ("OTEL_RESOURCE_ATTRIBUTES", "service.name=attribute,a=1");
    assert_eq!(plan(&code, &[attributes]).service, "attribute");
    let name = ("OTEL_SERVICE_NAME", "variable");
    assert_eq!(plan(&code, &[attributes, name]).service, "variable");
    assert_eq!(plan(&Builder::new(""), &[]).service, "unknown_service");
}

#[test]
fn attributes_of_the_code_beat_those_of_the_environment() {
    let builder = Builder::new("x").resource_attribute("a", 2);
    let plan = plan(&builder, &[("OTEL_RESOURCE_ATTRIBUTES", "a=1,b=1")]);
    assert!(plan.resource.contains(&KeyValue::new("a", 2)));
    assert!(plan.resource.contains(&KeyValue::new("b", "1")));
}

type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], bool);

/// Which destinations come of which variables.
#[test]
fn destinations() {
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1");
    let console = (CONSOLE_ENDPOINT, "http://127.0.0.1:9");
    let exporter = |value| ("OTEL_TRACES_EXPORTER", value);
    let (c, local, loopback) = (
        "http://c:1/v1/traces",
        "http://localhost:4318/v1/traces",
        "http://127.0.0.1:9/v1/traces",
    );
    let table: &[Case<'_>] = &[
        (&[], &[], true),
        (&[endpoint], &[c], false),
        (&[console], &[loopback], false),
        (&[endpoint, console], &[c, loopback], false),
        (&[exporter("otlp")], &[local], false),
        (&[exporter("console")], &[], true),
        (&[exporter("console"), endpoint], &[], true),
        (&[exporter("otlp,console"), endpoint], &[c], true),
        (&[exporter("none"), endpoint, console], &[], false),
    ];
    for (variables, to, waterfall) in table {
        let plan = plan(&Builder::new("x"), variables);
        assert_eq!(addresses(&plan), *to, "{variables:?}");
        assert_eq!(plan.waterfall, *waterfall, "{variables:?}");
    }
}

/// The address may be in the code; whoever runs the program says whether anything goes there.
#[test]
fn what_is_only_printed_goes_nowhere() {
    let code = Builder::new("x").endpoint("http://c:1");
    let printed = plan(&code, &[("OTEL_TRACES_EXPORTER", "console")]);
    assert!(printed.traces.is_empty() && printed.waterfall);
    let printed = plan(&code, &[("OTEL_LOGS_EXPORTER", "console")]);
    assert!(printed.logs.is_none() && !printed.traces.is_empty());
}

#[test]
fn metrics_and_logs_go_only_where_an_endpoint_is_set() {
    let quiet = plan(&Builder::new("x"), &[]);
    assert!(quiet.metrics.is_none() && quiet.logs.is_none());
    let loud = plan(&Builder::new("x").endpoint("http://c:1"), &[]);
    assert!(loud.metrics.is_some() && loud.logs.is_some());
    let none = ("OTEL_METRICS_EXPORTER", "none");
    let half = plan(&Builder::new("x").endpoint("http://c:1"), &[none]);
    assert!(half.metrics.is_none() && half.logs.is_some());
}

#[test]
fn the_code_beats_the_endpoint_of_the_environment() {
    let variables = [
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://env:1/x"),
        ("OTEL_TRACES_SAMPLER", "always_off"),
    ];
    let builder = Builder::new("x")
        .endpoint("http://code:1")
        .sampler(Sampler::AlwaysOn);
    let plan = plan(&builder, &variables);
    assert_eq!(addresses(&plan), ["http://code:1/v1/traces"]);
    assert_eq!(plan.sampler, Sampler::AlwaysOn);
}

#[test]
fn the_console_can_be_forced_and_forbidden() {
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1");
    assert!(plan(&Builder::new("x").console(true), &[endpoint]).waterfall);
    assert!(!plan(&Builder::new("x").console(false), &[]).waterfall);
}

#[test]
fn no_secret_reaches_a_debug() {
    let builder = Builder::new("x")
        .header("x-key", "s3cret")
        .endpoint("http://c:1");
    let plan = plan(&builder, &[]);
    assert!(!format!("{builder:?} {plan:?}").contains("s3cret"));
    for endpoint in [
        "http://app:s3cret@c:1",
        "http://app:s3cret?w@c:1",
        "http://app:s3cret#/@c:1",
        "http://c:1/?key=s3cret",
        "app:s3cret@c:1",
    ] {
        let builder = Builder::new("x").endpoint(endpoint);
        let shown = format!("{builder:?}");
        assert!(
            shown.contains("c:1") && !shown.contains("s3cret"),
            "{shown}"
        );
    }
}

#[test]
fn differences_are_named() {
    let first = plan(&Builder::new("a"), &[]);
    let second = plan(&Builder::new("b").sampler(Sampler::AlwaysOff), &[]);
    assert!(first.differences(&first).is_empty());
    assert_eq!(
        first.differences(&second),
        ["the service name", "the sampler"]
    );
}
