//! Every environment variable that set-up knows, read in one place through a lookup, so that a test needs no process
//! of its own. OpenTelemetry specification, "Environment Variable Specification" and "OTLP Exporter".

use std::ffi::OsString;
use std::time::Duration;

use opentelemetry_sdk::metrics::Temporality;

use super::fault::Fault;
use super::sampler::Sampler;
use super::signal::{Signal, SignalEnvironment};
use super::value::{Endpoint, attributes, number};
use crate::content;
use crate::propagation::{PROPAGATORS, Propagators};
use crate::semconv::{SERVICE_NAME, Version};

/// The address of an OTLP/HTTP receiver of another process's console.
pub(super) const CONSOLE_ENDPOINT: &str = "AGENT_OTEL_CONSOLE_ENDPOINT";
/// The budget for everything that happens at shutdown, in milliseconds.
pub(super) const SHUTDOWN_TIMEOUT: &str = "AGENT_OTEL_SHUTDOWN_TIMEOUT";

const DAY: u64 = 86_400_000;

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
    pub(super) temporality: Temporality,
    pub(super) limits: Limits,
    pub(super) shutdown_timeout: Duration,
    #[cfg(feature = "logs")]
    pub(super) levels: (crate::logs::Levels, Vec<Fault>),
    pub(super) content: content::Environment,
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
            temporality: reader.temporality(),
            limits: Limits {
                attributes: reader.count("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT"),
                events: reader.count("OTEL_SPAN_EVENT_COUNT_LIMIT"),
                links: reader.count("OTEL_SPAN_LINK_COUNT_LIMIT"),
            },
            shutdown_timeout: reader.milliseconds(SHUTDOWN_TIMEOUT, 600_000, 5_000),
            #[cfg(feature = "logs")]
            levels: reader.levels(),
            content: reader.content(),
        };
        for (variable, is_understood, problem) in ELSEWHERE {
            let value = reader.text(variable);
            if let Some(value) = value.filter(|value| !is_understood(value)) {
                let fault = Fault::new(variable, problem).with_value(&value);
                reader.faults.push(fault);
            }
        }
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

/// A variable that is read elsewhere, whether a value of it is understood there, and what is told where it is not.
type Elsewhere = (&'static str, fn(&str) -> bool, &'static str);

/// Variables that spans, exporters and propagation read for themselves: a wrong one is told here, where people look.
const ELSEWHERE: [Elsewhere; 6] = [
    (
        "AGENT_OTEL_SEMCONV",
        |value| Version::parse(value).is_some(),
        "is no version of the conventions that is known here, so the newest names are used; set it to latest or 1.41",
    ),
    (
        "AGENT_OTEL_CANCELLED",
        |value| is_one_of(value, &["unset", "error"]),
        "is neither unset nor error, so cancellation leaves the status unset; set it to error to make it one",
    ),
    (
        "AGENT_OTEL_MODEL_SPANS",
        |value| is_one_of(value, &["ours", "theirs"]),
        "is neither ours nor theirs, so the spans of #[llm_call] tell model calls; set it to theirs where client crates tell them",
    ),
    (
        "OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN",
        |value| {
            value
                .split(',')
                .any(|word| is_one_of(word, &["logs", "logs/dup"]))
        },
        "has no word that is known here, so exceptions are span events; set it to logs or logs/dup",
    ),
    (
        PROPAGATORS,
        |value| Propagators::parse(value).is_some(),
        "names no propagator that is known here, so tracecontext and baggage are spoken; use these, one of them, or none",
    ),
    (
        PROPAGATORS,
        |value| Propagators::parse(value).is_none() || Propagators::knows_all(value),
        "has a word that is left out, since it is not known here or stands beside others; use tracecontext, baggage or both, or none alone",
    ),
];

fn is_one_of(value: &str, words: &[&str]) -> bool {
    let value = value.trim();
    words.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// Reads variables, and gathers what is wrong with them.
pub(super) struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<OsString>,
    pub(super) faults: Vec<Fault>,
}

impl Reader<'_> {
    /// The value of `variable`; empty is the same as not set, as the specification says.
    pub(super) fn text(&mut self, variable: &'static str) -> Option<String> {
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

    pub(super) fn milliseconds(
        &mut self,
        variable: &'static str,
        most: u64,
        default: u64,
    ) -> Duration {
        let value = self.text(variable);
        Duration::from_millis(number(
            variable,
            value.as_deref(),
            (1, most),
            default,
            &mut self.faults,
        ))
    }

    /// Read here, since the exporter bears no blanks around it.
    fn temporality(&mut self) -> Temporality {
        let variable = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
        let Some(value) = self.text(variable) else {
            return Temporality::default();
        };
        value.parse().unwrap_or_else(|()| {
            let problem =
                "is no temporality, so cumulative is used; set it to cumulative, delta or lowmemory";
            self.faults
                .push(Fault::new(variable, problem).with_value(&value));
            Temporality::default()
        })
    }

    fn count(&mut self, variable: &'static str) -> u32 {
        let value = self.text(variable);
        let most = u64::from(u32::MAX);
        let count = number(variable, value.as_deref(), (0, most), 128, &mut self.faults);
        u32::try_from(count).unwrap_or(128)
    }

    /// Which log records are taken, and what is wrong with it. That is told where log records are asked for, and nowhere
    /// else: `RUST_LOG` may be meant for a subscriber of the program's own.
    #[cfg(feature = "logs")]
    fn levels(&self) -> (crate::logs::Levels, Vec<Fault>) {
        use crate::logs::{Levels, OTEL_LOG_LEVEL, RUST_LOG};

        let mut reader = Reader {
            lookup: self.lookup,
            faults: Vec::new(),
        };
        let (rust_log, level) = (reader.text(RUST_LOG), reader.text(OTEL_LOG_LEVEL));
        let levels = Levels::read(rust_log.as_deref(), level.as_deref());
        let faults = &mut reader.faults;
        faults.extend(levels.unknown.iter().map(|directive| {
            Fault::new(RUST_LOG, "has a directive that is not understood, so it is left out; write target=level, such as shop=debug, or a level")
                .with_value(directive)
        }));
        faults.extend(levels.no_level.as_ref().map(|level| {
            Fault::new(
                OTEL_LOG_LEVEL,
                "is no level, so info is used; use error, warn, info, debug, trace or none",
            )
            .with_value(level)
        }));
        (levels, reader.faults)
    }

    /// What becomes of content is read where it is decided.
    fn content(&mut self) -> content::Environment {
        let faults = &mut self.faults;
        content::Environment::read(self.lookup, &mut |(variable, value, problem)| {
            let fault = Fault::new(variable, problem);
            faults.push(match value {
                Some(value) => fault.with_value(&value),
                None => fault,
            });
        })
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
        let mut attributes = attributes(variable, &value, &mut self.faults);
        let count = attributes.len();
        attributes.retain(|(key, value)| key != SERVICE_NAME || !value.is_empty());
        if attributes.len() < count {
            self.faults.push(Fault::new(
                variable,
                "has a service.name that is empty, so the name in the code stays; give it a value or remove it",
            ));
        }
        attributes
    }

    pub(super) fn endpoint(&mut self, variable: &'static str) -> Option<Endpoint> {
        let value = self.text(variable)?;
        Endpoint::parse(variable, &value, &mut self.faults)
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
