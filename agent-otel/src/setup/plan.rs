//! What is going to be set up, decided and checked.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry_sdk::metrics::Temporality;

use super::environment::{Batch, Limits};
use super::sampler::Sampler;
use super::value::{Endpoint, Headers};
use crate::ModelSpans;
use crate::content;

/// One place that takes OTLP.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Otlp {
    pub(super) endpoint: Endpoint,
    pub(super) headers: Headers,
    pub(super) timeout: Duration,
    /// Whether it is another process's console, which is on this machine and behind no proxy.
    pub(super) to_console: bool,
    pub(super) delay: Duration,
}

/// What is going to be set up: the same plan twice is the same set-up.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) disabled: bool,
    pub(super) service: String,
    pub(super) resource: Vec<KeyValue>,
    pub(super) traces: Vec<Otlp>,
    pub(super) metrics: Option<Otlp>,
    pub(super) logs: Option<Otlp>,
    pub(super) waterfall: bool,
    pub(super) sampler: Sampler,
    pub(super) spans: Batch,
    pub(super) records: Batch,
    pub(super) metric_interval: Duration,
    pub(super) temporality: Temporality,
    pub(super) limits: Limits,
    pub(super) shutdown_timeout: Duration,
    pub(super) model_spans: Option<ModelSpans>,
    /// What happens to records of `tracing` and `log`; `None` where they are left alone.
    #[cfg(feature = "logs")]
    pub(super) local: Option<crate::logs::Local>,
    pub(super) content: content::Policy,
}

impl Plan {
    /// What is not the same in `other`, in words and without values.
    pub(super) fn differences(&self, other: &Self) -> Vec<&'static str> {
        #[cfg(feature = "logs")]
        let log_records = self.local != other.local;
        #[cfg(not(feature = "logs"))]
        let log_records = false;
        [
            ("OTEL_SDK_DISABLED", self.disabled != other.disabled),
            ("the service name", self.service != other.service),
            (
                "the resource attributes",
                self.service == other.service && self.resource != other.resource,
            ),
            (
                "the destinations",
                self.traces != other.traces
                    || self.metrics != other.metrics
                    || self.logs != other.logs,
            ),
            ("the console", self.waterfall != other.waterfall),
            ("the sampler", self.sampler != other.sampler),
            (
                "the batches and limits",
                self.spans != other.spans
                    || self.records != other.records
                    || self.metric_interval != other.metric_interval
                    || self.temporality != other.temporality
                    || self.limits != other.limits,
            ),
            (
                "the shutdown timeout",
                self.shutdown_timeout != other.shutdown_timeout,
            ),
            ("the model spans", self.model_spans != other.model_spans),
            ("the log records", log_records),
            ("what becomes of content", self.content != other.content),
        ]
        .into_iter()
        .filter_map(|(what, differs)| differs.then_some(what))
        .collect()
    }
}
