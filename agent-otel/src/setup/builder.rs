//! What the code asks for, and the plan that comes of it and the environment.

use std::ffi::OsString;
use std::time::Duration;

use opentelemetry::{KeyValue, Value};

use super::environment::Environment;
use super::fault::Fault;
use super::plan::{Otlp, Plan};
use super::sampler::Sampler;
use super::signal::{Signal, SignalEnvironment};
use super::telemetry::Telemetry;
use super::value::{Endpoint, Headers};
use super::{SetupError, start};
use crate::ModelSpans;
use crate::content::{self, ContentPolicy};
use crate::semconv::{SERVICE_NAME, Version};

/// Where OTLP goes when it is asked for by name and no address is set (OTLP exporter specification).
const DEFAULT_ENDPOINT: &str = "http://localhost:4318";
/// Longer than anybody waits, and short enough to count with.
const MAX_SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(600);
/// How long a span waits for others before it goes to another process's console: a person is looking.
const CONSOLE_DELAY: Duration = Duration::from_millis(200);

/// Set-up with more than a name: what the code knows, joined with what the environment says.
///
/// Who wins, where both say something:
///
/// | setting | wins | why |
/// |---|---|---|
/// | service name given to [`new`](Self::new) | environment | it is a default for whoever runs the program |
/// | [`resource_attribute`](Self::resource_attribute) | code | resource specification: the environment is the secondary resource |
/// | [`endpoint`](Self::endpoint), [`header`](Self::header), [`sampler`](Self::sampler), [`shutdown_timeout`](Self::shutdown_timeout), [`model_spans`](Self::model_spans) | code | environment variables are for what code leaves open |
/// | `OTEL_SDK_DISABLED` | environment | it is the switch of whoever runs the program |
/// | [`capture`](Self::capture) | the stricter | content goes only where both let it |
/// | [`content_limit`](Self::content_limit) | code, but no more than `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT` | that is the limit of whoever stores it |
///
/// ```
/// let telemetry = agent_otel::Builder::new("shop.orchestrator")
///     .resource_attribute("deployment.environment.name", "test")
///     .sampler(agent_otel::Sampler::AlwaysOn)
///     .console(false)
///     .init();
/// # telemetry.shutdown_blocking();
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    service_name: String,
    endpoint: Option<Address>,
    headers: Vec<(String, Secret)>,
    resource: Vec<KeyValue>,
    sampler: Option<Sampler>,
    console: Option<bool>,
    shutdown_timeout: Option<Duration>,
    semconv: Option<Version>,
    model_spans: Option<ModelSpans>,
    #[cfg(feature = "logs")]
    logs: bool,
    pub(super) content: ContentPolicy,
}

impl Builder {
    /// A set-up for the service of this name: `service.name`, unless `OTEL_SERVICE_NAME` or
    /// `OTEL_RESOURCE_ATTRIBUTES` names it otherwise.
    pub fn new(service_name: impl Into<String>) -> Self {
        Self {
            service_name: service_name.into(),
            endpoint: None,
            headers: Vec::new(),
            resource: Vec::new(),
            sampler: None,
            console: None,
            shutdown_timeout: None,
            semconv: None,
            model_spans: None,
            #[cfg(feature = "logs")]
            logs: false,
            content: ContentPolicy::new(),
        }
    }

    /// Sends traces, metrics and logs by OTLP over HTTP to this base address, `http://localhost:4318` for example;
    /// `/v1/traces` and the like are appended. Beats every `OTEL_EXPORTER_OTLP_*ENDPOINT`.
    pub fn endpoint(mut self, base: impl Into<String>) -> Self {
        self.endpoint = Some(Address(base.into()));
        self
    }

    /// Adds a header to every OTLP request, such as an API key. Beats the same name in
    /// `OTEL_EXPORTER_OTLP_*HEADERS`. The value is never shown.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), Secret(value.into())));
        self
    }

    /// Adds an attribute of the resource, which every span, metric and log record carries. Beats the same key in
    /// `OTEL_RESOURCE_ATTRIBUTES`.
    pub fn resource_attribute(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.resource.push(KeyValue::new(key.into(), value.into()));
        self
    }

    /// Chooses which traces are kept. Beats `OTEL_TRACES_SAMPLER`.
    pub fn sampler(mut self, sampler: Sampler) -> Self {
        self.sampler = Some(sampler);
        self
    }

    /// Prints finished traces as a waterfall on standard error, beside any other destination (`true`) or never
    /// (`false`). Without this call it is printed where no other destination is set, or `OTEL_TRACES_EXPORTER` has
    /// `console`. Where `AGENT_OTEL_CONSOLE_ENDPOINT` is set, another process prints, and this one does not.
    pub fn console(mut self, print: bool) -> Self {
        self.console = Some(print);
        self
    }

    /// The longest that [`Telemetry::shutdown`] and the last drop wait, all destinations together; 5 seconds without
    /// this call. Beats `AGENT_OTEL_SHUTDOWN_TIMEOUT` (milliseconds). At most 10 minutes.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.shutdown_timeout = Some(timeout);
        self
    }

    /// Emits the names of this version of the conventions. Beats `AGENT_OTEL_SEMCONV` (`latest` or `1.41`).
    pub fn semconv(mut self, version: Version) -> Self {
        self.semconv = Some(version);
        self
    }

    /// The version that the code asks for.
    pub(super) fn chosen_semconv(&self) -> Option<Version> {
        self.semconv
    }

    /// Chooses whose span tells a model call where a client crate writes one as well. Beats `AGENT_OTEL_MODEL_SPANS`.
    pub fn model_spans(mut self, whose: ModelSpans) -> Self {
        self.model_spans = Some(whose);
        self
    }

    /// Takes what the program logs by `tracing` and by `log`: exports it to the OTLP endpoint of logs and prints it on
    /// standard error, with the ids of the current trace and span. See [`logs`](crate::logs) for which records and where
    /// they go.
    ///
    /// A subscriber or logger that the program has set already stays, which is told in one line with what to do instead.
    ///
    /// ```
    /// let telemetry = agent_otel::Builder::new("shop").logs(true).init();
    /// tracing::info!("open for business");
    /// # telemetry.shutdown_blocking();
    /// ```
    #[cfg(feature = "logs")]
    pub fn logs(mut self, take: bool) -> Self {
        self.logs = take;
        self
    }

    /// Sets telemetry up; see [`init`](crate::init), which this is with more to say.
    pub fn init(self) -> Telemetry {
        start::init(&self)
    }

    /// Sets telemetry up, or says what is wrong; see [`try_init`](crate::try_init).
    pub fn try_init(self) -> Result<Telemetry, SetupError> {
        start::try_init(&self)
    }

    /// Joins this with the environment.
    pub(super) fn plan(&self, lookup: impl Fn(&str) -> Option<OsString>) -> (Plan, Vec<Fault>) {
        let (environment, mut faults) = Environment::read(lookup);
        let resource = self.resource(&environment);
        let mut plan = Plan {
            disabled: environment.disabled,
            service: service_name(&resource),
            resource,
            traces: Vec::new(),
            metrics: None,
            logs: None,
            waterfall: false,
            sampler: self.chosen_sampler(environment.sampler, &mut faults),
            spans: environment.spans,
            records: environment.records,
            metric_interval: environment.metric_interval,
            limits: environment.limits,
            shutdown_timeout: self
                .shutdown_timeout
                .unwrap_or(environment.shutdown_timeout)
                .min(MAX_SHUTDOWN_TIMEOUT),
            model_spans: self.model_spans,
            #[cfg(feature = "logs")]
            local: self.logs.then(|| local(&environment, &mut faults)),
            content: content::Policy::new(self.content.clone(), environment.content.clone()),
        };
        self.destinations(environment, &mut plan, &mut faults);
        (plan, faults)
    }

    fn resource(&self, environment: &Environment) -> Vec<KeyValue> {
        let mut resource = vec![KeyValue::new(SERVICE_NAME, self.service_name.clone())];
        let from_environment = environment.resource.iter().cloned();
        let named = environment.service_name.clone();
        let later = from_environment
            .chain(named.map(|name| (SERVICE_NAME.to_owned(), name)))
            .map(|(key, value)| KeyValue::new(key, value))
            .chain(self.resource.iter().cloned());
        for attribute in later {
            match resource.iter_mut().find(|known| known.key == attribute.key) {
                Some(known) => known.value = attribute.value,
                None => resource.push(attribute),
            }
        }
        resource
    }

    fn chosen_sampler(&self, environment: Option<Sampler>, faults: &mut Vec<Fault>) -> Sampler {
        let Some(sampler) = self.sampler else {
            return environment.unwrap_or_default();
        };
        match sampler.ratio() {
            Some(ratio) if !(0.0..=1.0).contains(&ratio) => {
                faults.push(
                    Fault::new("Builder::sampler", "has a ratio outside 0 to 1, so parentbased_always_on is used; give the share of traces to keep")
                        .with_value(&ratio.to_string()),
                );
                Sampler::default()
            }
            _ => sampler,
        }
    }

    fn destinations(&self, environment: Environment, plan: &mut Plan, faults: &mut Vec<Fault>) {
        let base = self
            .endpoint
            .as_ref()
            .and_then(|base| Endpoint::parse("Builder::endpoint", &base.0, faults));
        let mut otlp = |signal: Signal, environment: &SignalEnvironment| {
            if environment.exporters.none {
                return None;
            }
            let endpoint = match (&base, &environment.endpoint) {
                (Some(base), _) => base.join(signal.path(), faults),
                (None, Some(endpoint)) => endpoint.clone(),
                (None, None) if environment.exporters.otlp => {
                    Endpoint::parse(signal.exporter_variable(), DEFAULT_ENDPOINT, faults)?
                        .join(signal.path(), faults)
                }
                (None, None) => return None,
            };
            let mut headers = environment.headers.clone();
            for (name, value) in &self.headers {
                headers.insert(name, &value.0, faults);
            }
            Some(Otlp {
                endpoint,
                headers,
                timeout: environment.timeout,
                to_console: false,
                delay: plan.spans.delay,
            })
        };
        let traces = environment.traces;
        let only_console = traces.exporters.console && !traces.exporters.otlp && base.is_none();
        plan.metrics = otlp(Signal::Metrics, &environment.metrics);
        let logs = environment.logs;
        let only_printed = logs.exporters.console && !logs.exporters.otlp && base.is_none();
        plan.logs = otlp(Signal::Logs, &logs).filter(|_| !only_printed);
        let traces_otlp = if only_console {
            None
        } else {
            otlp(Signal::Traces, &traces)
        };
        plan.traces.extend(traces_otlp);

        let to_console = environment
            .console_endpoint
            .filter(|_| !traces.exporters.none);
        if let Some(endpoint) = to_console {
            plan.traces.push(Otlp {
                endpoint,
                headers: Headers::default(),
                timeout: traces.timeout,
                to_console: true,
                delay: CONSOLE_DELAY.min(plan.spans.delay),
            });
        } else if !traces.exporters.none {
            plan.waterfall = self
                .console
                .unwrap_or(traces.exporters.console || plan.traces.is_empty());
        }
    }
}

/// What happens to log records in this process, and what is wrong with the variables that say so.
#[cfg(feature = "logs")]
fn local(environment: &Environment, faults: &mut Vec<Fault>) -> crate::logs::Local {
    use crate::logs::{OTEL_LOG_LEVEL, RUST_LOG};

    let levels = environment.levels.clone();
    for directive in &levels.unknown {
        faults.push(
            Fault::new(RUST_LOG, "has a directive that is not understood, so it is left out; write target=level, such as shop=debug, or a level")
                .with_value(directive),
        );
    }
    if let Some(level) = &levels.no_level {
        faults.push(
            Fault::new(
                OTEL_LOG_LEVEL,
                "is no level, so info is used; use error, warn, info, debug, trace or none",
            )
            .with_value(level),
        );
    }
    let exporters = environment.logs.exporters;
    let nothing_said = !exporters.otlp && !exporters.console && !exporters.none;
    crate::logs::Local {
        levels,
        prints: nothing_said || exporters.console,
    }
}

/// An address, of which `Debug` shows neither user information nor a query: both may hold credentials.
#[derive(Clone)]
struct Address(String);

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("", &self.0));
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let host = rest.rsplit('@').next().unwrap_or_default();
        write!(f, "{scheme}://{host}")
    }
}

/// A value that no `Debug` shows.
#[derive(Clone)]
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

fn service_name(resource: &[KeyValue]) -> String {
    let name = resource
        .iter()
        .find(|attribute| attribute.key.as_str() == SERVICE_NAME)
        .map(|attribute| attribute.value.as_str().into_owned())
        .unwrap_or_default();
    if name.is_empty() {
        "unknown_service".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::super::environment::CONSOLE_ENDPOINT;
    use super::*;

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
}
