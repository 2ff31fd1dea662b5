//! Every environment variable that set-up knows, read in one place through a lookup, so that a test needs no process
//! of its own. OpenTelemetry specification, "Environment Variable Specification" and "OTLP Exporter".

use std::ffi::OsString;
use std::time::Duration;

use super::fault::Fault;
use super::sampler::Sampler;
use super::value::{Endpoint, Headers, attributes, number};

/// The address of an OTLP/HTTP receiver of another process's console.
pub(super) const CONSOLE_ENDPOINT: &str = "AGENT_OTEL_CONSOLE_ENDPOINT";
/// The budget for everything that happens at shutdown, in milliseconds.
pub(super) const SHUTDOWN_TIMEOUT: &str = "AGENT_OTEL_SHUTDOWN_TIMEOUT";

const DAY: u64 = 86_400_000;

/// The three signals, each with the names that it has in variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    Traces,
    Metrics,
    Logs,
}

struct Names {
    path: &'static str,
    exporter: &'static str,
    endpoint: &'static str,
    headers: &'static str,
    protocol: &'static str,
    timeout: &'static str,
    compression: &'static str,
    certificates: [&'static str; 6],
}

impl Signal {
    fn names(self) -> Names {
        macro_rules! names {
            ($signal:literal, $path:literal) => {
                Names {
                    path: $path,
                    exporter: concat!("OTEL_", $signal, "_EXPORTER"),
                    endpoint: concat!("OTEL_EXPORTER_OTLP_", $signal, "_ENDPOINT"),
                    headers: concat!("OTEL_EXPORTER_OTLP_", $signal, "_HEADERS"),
                    protocol: concat!("OTEL_EXPORTER_OTLP_", $signal, "_PROTOCOL"),
                    timeout: concat!("OTEL_EXPORTER_OTLP_", $signal, "_TIMEOUT"),
                    compression: concat!("OTEL_EXPORTER_OTLP_", $signal, "_COMPRESSION"),
                    certificates: [
                        concat!("OTEL_EXPORTER_OTLP_", $signal, "_CERTIFICATE"),
                        concat!("OTEL_EXPORTER_OTLP_", $signal, "_CLIENT_KEY"),
                        concat!("OTEL_EXPORTER_OTLP_", $signal, "_CLIENT_CERTIFICATE"),
                        "OTEL_EXPORTER_OTLP_CERTIFICATE",
                        "OTEL_EXPORTER_OTLP_CLIENT_KEY",
                        "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
                    ],
                }
            };
        }
        match self {
            Self::Traces => names!("TRACES", "/v1/traces"),
            Self::Metrics => names!("METRICS", "/v1/metrics"),
            Self::Logs => names!("LOGS", "/v1/logs"),
        }
    }

    pub(super) fn path(self) -> &'static str {
        self.names().path
    }

    pub(super) fn exporter_variable(self) -> &'static str {
        self.names().exporter
    }
}

/// What `OTEL_*_EXPORTER` asks for; nothing of it where the variable is not set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Exporters {
    pub(super) otlp: bool,
    pub(super) console: bool,
    pub(super) none: bool,
}

/// The OTLP exporter of one signal.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SignalEnvironment {
    pub(super) exporters: Exporters,
    /// The full address, with the path of the signal.
    pub(super) endpoint: Option<Endpoint>,
    pub(super) headers: Headers,
    pub(super) timeout: Duration,
}

/// The batch processor of one signal, every value within what the SDK bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) delay: Duration,
    pub(super) queue: usize,
    pub(super) size: usize,
    /// The longest that one export may take, retries and all.
    pub(super) timeout: Duration,
}

/// Counts above which the SDK leaves attributes, events and links of a span out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    pub(super) attributes: u32,
    pub(super) events: u32,
    pub(super) links: u32,
}

/// Everything that the environment says, checked.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Environment {
    pub(super) disabled: bool,
    pub(super) service_name: Option<String>,
    pub(super) resource: Vec<(String, String)>,
    pub(super) traces: SignalEnvironment,
    pub(super) metrics: SignalEnvironment,
    pub(super) logs: SignalEnvironment,
    pub(super) console_endpoint: Option<Endpoint>,
    pub(super) sampler: Option<Sampler>,
    pub(super) spans: Batch,
    pub(super) records: Batch,
    pub(super) metric_interval: Duration,
    pub(super) limits: Limits,
    pub(super) shutdown_timeout: Duration,
}

impl Environment {
    /// Reads all variables through `lookup`, and what is wrong with them.
    pub(super) fn read(lookup: impl Fn(&str) -> Option<OsString>) -> (Self, Vec<Fault>) {
        let mut reader = Reader {
            lookup: &lookup,
            faults: Vec::new(),
        };
        let environment = Self {
            disabled: reader.disabled(),
            service_name: reader.text("OTEL_SERVICE_NAME"),
            resource: reader.resource(),
            traces: reader.signal(Signal::Traces),
            metrics: reader.signal(Signal::Metrics),
            logs: reader.signal(Signal::Logs),
            console_endpoint: reader.endpoint(CONSOLE_ENDPOINT).map(|base| {
                let faults = &mut reader.faults;
                base.join(Signal::Traces.path(), faults)
            }),
            sampler: reader.sampler(),
            spans: reader.batch(
                [
                    "OTEL_BSP_SCHEDULE_DELAY",
                    "OTEL_BSP_MAX_QUEUE_SIZE",
                    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
                    "OTEL_BSP_EXPORT_TIMEOUT",
                ],
                5_000,
            ),
            records: reader.batch(
                [
                    "OTEL_BLRP_SCHEDULE_DELAY",
                    "OTEL_BLRP_MAX_QUEUE_SIZE",
                    "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
                    "OTEL_BLRP_EXPORT_TIMEOUT",
                ],
                1_000,
            ),
            metric_interval: reader.milliseconds("OTEL_METRIC_EXPORT_INTERVAL", DAY, 60_000),
            limits: Limits {
                attributes: reader.count("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT"),
                events: reader.count("OTEL_SPAN_EVENT_COUNT_LIMIT"),
                links: reader.count("OTEL_SPAN_LINK_COUNT_LIMIT"),
            },
            shutdown_timeout: reader.milliseconds(SHUTDOWN_TIMEOUT, 600_000, 5_000),
        };
        // The base variables serve three signals; what is wrong with one is said once.
        let mut faults: Vec<Fault> = Vec::with_capacity(reader.faults.len());
        for fault in reader.faults {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        (environment, faults)
    }
}

struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<OsString>,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    /// The value of `variable`; empty is the same as not set, as the specification says.
    fn text(&mut self, variable: &'static str) -> Option<String> {
        let value = (self.lookup)(variable)?;
        let Ok(value) = value.into_string() else {
            self.faults.push(Fault::new(
                variable,
                "is not UTF-8, so it is left out; write it in UTF-8",
            ));
            return None;
        };
        let trimmed = value.trim();
        (!trimmed.is_empty()).then(|| trimmed.to_owned())
    }

    fn milliseconds(&mut self, variable: &'static str, most: u64, default: u64) -> Duration {
        let value = self.text(variable);
        Duration::from_millis(number(
            variable,
            value.as_deref(),
            (1, most),
            default,
            &mut self.faults,
        ))
    }

    fn count(&mut self, variable: &'static str) -> u32 {
        let value = self.text(variable);
        let most = u64::from(u32::MAX);
        let count = number(variable, value.as_deref(), (0, most), 128, &mut self.faults);
        u32::try_from(count).unwrap_or(128)
    }

    fn disabled(&mut self) -> bool {
        let variable = "OTEL_SDK_DISABLED";
        let Some(value) = self.text(variable) else {
            return false;
        };
        if !value.eq_ignore_ascii_case("true") && !value.eq_ignore_ascii_case("false") {
            self.faults.push(
                Fault::new(variable, "is neither true nor false, so telemetry stays on; set it to true to switch telemetry off")
                    .with_value(&value),
            );
        }
        value.eq_ignore_ascii_case("true")
    }

    fn resource(&mut self) -> Vec<(String, String)> {
        let variable = "OTEL_RESOURCE_ATTRIBUTES";
        let value = self.text(variable).unwrap_or_default();
        attributes(variable, &value, &mut self.faults)
    }

    fn endpoint(&mut self, variable: &'static str) -> Option<Endpoint> {
        let value = self.text(variable)?;
        Endpoint::parse(variable, &value, &mut self.faults)
    }

    fn signal(&mut self, signal: Signal) -> SignalEnvironment {
        let names = signal.names();
        // The address of a signal is used as it is; the base address gets the path of the signal.
        let endpoint = self.endpoint(names.endpoint).or_else(|| {
            let base = self.endpoint("OTEL_EXPORTER_OTLP_ENDPOINT")?;
            Some(base.join(names.path, &mut self.faults))
        });
        let headers = [names.headers, "OTEL_EXPORTER_OTLP_HEADERS"]
            .into_iter()
            .find_map(|variable| Some((variable, self.text(variable)?)))
            .map(|(variable, value)| Headers::parse(variable, &value, &mut self.faults))
            .unwrap_or_default();
        for variable in [names.protocol, "OTEL_EXPORTER_OTLP_PROTOCOL"] {
            self.protocol(variable);
        }
        for variable in [names.compression, "OTEL_EXPORTER_OTLP_COMPRESSION"] {
            self.compression(variable);
        }
        for variable in names.certificates {
            self.certificate(variable);
        }
        let base = self.milliseconds("OTEL_EXPORTER_OTLP_TIMEOUT", 600_000, 10_000);
        let base_milliseconds = u64::try_from(base.as_millis()).unwrap_or(10_000);
        SignalEnvironment {
            exporters: self.exporters(signal),
            endpoint,
            headers,
            timeout: self.milliseconds(names.timeout, 600_000, base_milliseconds),
        }
    }

    fn protocol(&mut self, variable: &'static str) {
        let Some(value) = self.text(variable) else {
            return;
        };
        let problem = match value.to_ascii_lowercase().as_str() {
            "http/protobuf" => return,
            "grpc" => {
                "is not in this build, so http/protobuf is used; set it to http/protobuf and the endpoint to the HTTP port, 4318 in most places"
            }
            "http/json" => {
                "is not in this build, so http/protobuf is used; set it to http/protobuf"
            }
            _ => "is no OTLP protocol, so http/protobuf is used; set it to http/protobuf",
        };
        self.faults
            .push(Fault::new(variable, problem).with_value(&value));
    }

    fn compression(&mut self, variable: &'static str) {
        let Some(value) = self.text(variable) else {
            return;
        };
        if !value.eq_ignore_ascii_case("none") {
            self.faults.push(
                Fault::new(
                    variable,
                    "is not in this build, so nothing is compressed; set it to none or remove it",
                )
                .with_value(&value),
            );
        }
    }

    fn certificate(&mut self, variable: &'static str) {
        if self.text(variable).is_some() {
            self.faults.push(Fault::new(
                variable,
                "is not in this build, so the certificates of the system are used; add yours to them and remove it",
            ));
        }
    }

    fn exporters(&mut self, signal: Signal) -> Exporters {
        let variable = signal.exporter_variable();
        let Some(value) = self.text(variable) else {
            return Exporters::default();
        };
        let mut exporters = Exporters::default();
        for name in value
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
        {
            match name.to_ascii_lowercase().as_str() {
                "otlp" => exporters.otlp = true,
                "none" => exporters.none = true,
                "console" if signal == Signal::Traces => exporters.console = true,
                "console" => self.faults.push(
                    Fault::new(variable, "the console shows traces only, so it is left out; use otlp or none")
                        .with_value(name),
                ),
                _ => self.faults.push(
                    Fault::new(variable, "is no exporter of this build, so it is left out; use otlp, console or none")
                        .with_value(name),
                ),
            }
        }
        if exporters.none && (exporters.otlp || exporters.console) {
            self.faults.push(
                Fault::new(
                    variable,
                    "has none beside another exporter, so none is left out; keep one of them",
                )
                .with_value(&value),
            );
            exporters.none = false;
        }
        exporters
    }

    fn sampler(&mut self) -> Option<Sampler> {
        let variable = "OTEL_TRACES_SAMPLER";
        let name = self.text(variable)?;
        let sampler = match name.to_ascii_lowercase().as_str() {
            "always_on" => Sampler::AlwaysOn,
            "always_off" => Sampler::AlwaysOff,
            "traceidratio" => Sampler::TraceIdRatio(self.ratio()),
            "parentbased_always_on" => Sampler::ParentBasedAlwaysOn,
            "parentbased_always_off" => Sampler::ParentBasedAlwaysOff,
            "parentbased_traceidratio" => Sampler::ParentBasedTraceIdRatio(self.ratio()),
            _ => {
                self.faults.push(
                    Fault::new(variable, "is no sampler of this build, so parentbased_always_on is used; use always_on, always_off, traceidratio, or one of these with parentbased_ before it")
                        .with_value(&name),
                );
                return None;
            }
        };
        Some(sampler)
    }

    fn ratio(&mut self) -> f64 {
        let variable = "OTEL_TRACES_SAMPLER_ARG";
        let Some(value) = self.text(variable) else {
            return 1.0;
        };
        match value.parse::<f64>() {
            Ok(ratio) if (0.0..=1.0).contains(&ratio) => ratio,
            _ => {
                self.faults.push(
                    Fault::new(variable, "must be a number from 0 to 1, so 1 is used; set it to the share of traces to keep")
                        .with_value(&value),
                );
                1.0
            }
        }
    }

    fn batch(&mut self, [delay, queue, size, timeout]: [&'static str; 4], default: u64) -> Batch {
        let queue_text = self.text(queue);
        // The SDK allocates the whole queue at once, so its upper end is a bound on memory (about 90 MB of spans).
        let queue = number(
            queue,
            queue_text.as_deref(),
            (1, 262_144),
            2_048,
            &mut self.faults,
        );
        let size_text = self.text(size);
        let size = number(
            size,
            size_text.as_deref(),
            (1, queue),
            queue.min(512),
            &mut self.faults,
        );
        Batch {
            delay: self.milliseconds(delay, DAY, default),
            queue: usize::try_from(queue).unwrap_or(2_048),
            size: usize::try_from(size).unwrap_or(512),
            timeout: self.milliseconds(timeout, 600_000, 30_000),
        }
    }
}

#[cfg(test)]
#[path = "environment_tests.rs"]
mod tests;
