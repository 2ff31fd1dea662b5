//! One-call set-up: providers, exporters, and the handle that ends them.
//!
//! [`environment`] reads all variables ([`signal`] those that each signal has), [`builder`] joins them with
//! the code into a [`plan`], [`exporters`] builds what the plan says, [`start`] does so once a process, and [`telemetry`] ends it. Around each exporter sits [`accounting`],
//! which says by [`health`] what fails, under each OTLP exporter [`transport`]. [`unknown`] sees to misspelled names of variables.

mod accounting;
mod builder;
mod content;
mod environment;
mod exporters;
mod fault;
mod health;
mod plan;
mod processor;
mod records;
mod report;
mod sampler;
mod signal;
mod start;
mod telemetry;
mod transport;
mod unknown;
mod value;
mod wait;

pub use builder::Builder;
pub use fault::{Fault, SetupError};
pub use report::{Delivery, ShutdownReport};
pub use sampler::Sampler;
pub use telemetry::Telemetry;

/// Sets telemetry up in one line, from the environment; never fails and never takes the program down.
///
/// Finished traces go to the OTLP endpoint that the environment names, by HTTP; where it names none, they are printed as
/// a waterfall on standard error. What is wrong in the environment is told on standard error in one line that names the
/// variable, and telemetry goes on without it; [`try_init`] makes it an error. [`Builder`] has more to say.
///
/// `service_name` becomes `service.name`, unless `OTEL_SERVICE_NAME` (or `service.name` in `OTEL_RESOURCE_ATTRIBUTES`)
/// says otherwise. A second call returns a handle on the same telemetry; other values than the first time are told.
///
/// ```
/// let telemetry = agent_otel::init("shop.orchestrator");
/// // … the program …
/// let report = telemetry.shutdown_blocking();
/// assert_eq!(report.failed, 0);
/// ```
///
/// # Environment
///
/// Empty is the same as not set. Times are in milliseconds. Each variable of one signal (`…_TRACES_…`, `…_METRICS_…`,
/// `…_LOGS_…`) beats the one for all. A variable `AGENT_OTEL_…` that is not among these is told.
///
/// | variable | meaning | default |
/// |---|---|---|
/// | `OTEL_SDK_DISABLED` | `true` switches all telemetry off; trace context still passes through | `false` |
/// | `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` | the resource: a name, and `key=value,…` | |
/// | `OTEL_TRACES_EXPORTER` | `otlp`, `console`, `none`, or a list | `otlp` with an endpoint, else `console` |
/// | `OTEL_METRICS_EXPORTER` | `otlp` or `none` | `otlp` with an endpoint, else `none` |
/// | `OTEL_LOGS_EXPORTER` | `otlp` or `none`; with feature `logs` also `console`, or a list | `otlp` with an endpoint, else `none`; what `Builder::logs` takes is printed as well |
/// | `OTEL_EXPORTER_OTLP_{,TRACES_,METRICS_,LOGS_}ENDPOINT` | address; the one for all gets `/v1/traces` and the like appended | |
/// | `OTEL_EXPORTER_OTLP_{,…}HEADERS` | `name=value,…`, percent-encoded | |
/// | `OTEL_EXPORTER_OTLP_{,…}PROTOCOL` | `http/protobuf` | `http/protobuf` |
/// | `OTEL_EXPORTER_OTLP_{,…}TIMEOUT` | longest export | `10000` |
/// | `OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG` | see [`Sampler`] | `parentbased_always_on` |
/// | `OTEL_BSP_*`, `OTEL_BLRP_*` | batches of spans and log records; out of range is told and replaced by the default | as specified |
/// | `OTEL_METRIC_EXPORT_INTERVAL` | time between exports of metrics | `60000` |
/// | `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE` | `cumulative`, `delta` or `lowmemory` | `cumulative` |
/// | `OTEL_PROPAGATORS` | which formats are written and read: `tracecontext`, `baggage`, both, or `none` | both |
/// | `OTEL_SPAN_{ATTRIBUTE,EVENT,LINK}_COUNT_LIMIT` | limits of a span | `128` |
/// | `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` | where content goes: see [`Capture`](crate::Capture) | `NO_CONTENT` |
/// | `OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT` | `true` or `false`: the event with the details of each inference | `true` where content goes on events |
/// | `AGENT_OTEL_CONTENT_LIMIT` | bytes of one content attribute | `65536` |
/// | `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`, `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT` | the same, where it is less | |
/// | `OTEL_INSTRUMENTATION_GENAI_UPLOAD_BASE_PATH` | a folder: messages and instructions go into files there, and references on spans | |
/// | `OTEL_INSTRUMENTATION_GENAI_COMPLETION_HOOK` | `upload`, the only hook of this build; not needed with a folder | |
/// | `OTEL_INSTRUMENTATION_GENAI_UPLOAD_FORMAT`, `…_UPLOAD_MAX_QUEUE_SIZE` | `json` or `jsonl`; how many uploads may wait | `json`, `20` |
/// | `OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN` | `logs` or `logs/dup`: exceptions as log records, instead of or beside span events | span events |
/// | `AGENT_OTEL_CONSOLE_ENDPOINT` | address of another process's console; traces go there as well, and are not printed here | |
/// | `RUST_LOG`, `OTEL_LOG_LEVEL` | which records of `tracing` and `log` are taken, with `Builder::logs` | `info` |
/// | `AGENT_OTEL_MODEL_SPANS` | whose span tells a model call where a client crate writes one as well: `ours` or `theirs` ([`ModelSpans`](crate::ModelSpans)) | `ours` |
/// | `AGENT_OTEL_SEMCONV` | version of the conventions whose names are emitted: `latest` or `1.41` ([`semconv::Version`](crate::semconv::Version)) | `latest` |
/// | `AGENT_OTEL_CANCELLED` | `unset` or `error`: whether a cancelled operation, or a stream left early, is an error | `unset` |
/// | `AGENT_OTEL_SHUTDOWN_TIMEOUT` | longest wait at shutdown | `5000` |
///
/// OpenTelemetry specification, "Environment Variable Specification" and "OTLP Exporter".
pub fn init(service_name: impl Into<String>) -> Telemetry {
    Builder::new(service_name).init()
}

/// Sets telemetry up like [`init`], for those who want to stop where something is wrong.
///
/// # Errors
///
/// Everything that [`init`] would tell on standard error: variables with values that are not understood, exporters that
/// cannot be built, a second call with other values. Nothing is set up then.
///
/// ```
/// match agent_otel::try_init("shop.orchestrator") {
///     Ok(telemetry) => drop(telemetry),
///     Err(error) => eprintln!("telemetry: {error}"),
/// }
/// ```
pub fn try_init(service_name: impl Into<String>) -> Result<Telemetry, SetupError> {
    Builder::new(service_name).try_init()
}
