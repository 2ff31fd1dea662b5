//! What the code asks for.

mod hidden;
mod plan;

use std::time::Duration;

use opentelemetry::{KeyValue, Value};

use super::sampler::Sampler;
use super::telemetry::Telemetry;
use super::{SetupError, start};
use crate::ModelSpans;
use crate::content::ContentPolicy;
use crate::semconv::Version;
use hidden::{Address, Secret};

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
}
