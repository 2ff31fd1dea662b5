//! The variables that each of the three signals has: exporter, and everything about OTLP.

use std::time::Duration;

use super::environment::Reader;
use super::fault::Fault;
use super::value::{Endpoint, Headers};

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
    pub(super) const ALL: [Self; 3] = [Self::Traces, Self::Metrics, Self::Logs];

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

    /// Whether the terminal can show it.
    fn prints(self) -> bool {
        match self {
            Self::Traces => true,
            Self::Metrics => false,
            Self::Logs => cfg!(feature = "logs"),
        }
    }

    /// What is exported, in the plural.
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Traces => "spans",
            Self::Metrics => "metrics",
            Self::Logs => "log records",
        }
    }

    /// The variable of the whole address.
    pub(super) fn endpoint_variable(self) -> &'static str {
        self.names().endpoint
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

impl Reader<'_> {
    /// Everything that the environment says about one signal.
    pub(super) fn signal(&mut self, signal: Signal) -> SignalEnvironment {
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
                "console" if signal.prints() => exporters.console = true,
                "console" => self.faults.push(
                    Fault::new(variable, "the console of this build does not show it, so it is left out; use otlp or none")
                        .with_value(name),
                ),
                _ => {
                    let known = if signal.prints() { "otlp, console or none" } else { "otlp or none" };
                    let problem = format!("is no exporter of this build, so it is left out; use {known}");
                    self.faults.push(Fault::new(variable, problem).with_value(name));
                }
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
}
