//! From a record to the log exporter.

use opentelemetry::Context;
use opentelemetry::logs::{AnyValue, LogRecord, Logger, Severity};
use opentelemetry::trace::{SpanId, TraceContextExt, TraceFlags, TraceId};
use tracing_core::Level;

use super::record::Record;
use crate::{content, context, provider};

/// Crates whose records an export may cause. Exported, they would cause the next export, for ever.
const TRANSPORT: [&str; 8] = [
    "h2",
    "hyper",
    "hyper_util",
    "reqwest",
    "rustls",
    "rustls_platform_verifier",
    "tonic",
    "tower",
];

/// Where a record belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) trace: TraceId,
    pub(super) span: SpanId,
    pub(super) flags: TraceFlags,
}

impl Place {
    /// The current span's, if there is one.
    pub(super) fn current(target: &str) -> Option<Self> {
        // The OpenTelemetry API logs while it changes the current context, which nobody may read meanwhile.
        if is_opentelemetry(target) {
            return None;
        }
        context::map_current(|context| {
            let span = context.span();
            let span = span.span_context();
            span.is_valid().then(|| Self {
                trace: span.trace_id(),
                span: span.span_id(),
                flags: span.trace_flags(),
            })
        })
    }
}

/// Whether records of `target` could be exported here and now.
pub(super) fn wants(target: &str) -> bool {
    !causes_itself(target)
        && provider::records().is_some()
        // Everything after this may ask for the current context.
        && context::is_alive()
        && !Context::is_current_telemetry_suppressed()
}

/// Whether an export may cause records of this target.
fn causes_itself(target: &str) -> bool {
    let name = target.split("::").next().unwrap_or(target);
    is_opentelemetry(target) || TRANSPORT.contains(&name)
}

fn is_opentelemetry(target: &str) -> bool {
    target.starts_with("opentelemetry")
}

/// Hands the record to the exporter.
pub(super) fn emit(record: Record, place: Option<Place>) {
    let Some(logger) = provider::records() else {
        return;
    };
    let mut exported = logger.create_log_record();
    exported.set_timestamp(record.time);
    exported.set_target(record.target);
    exported.set_severity_number(severity(record.level));
    exported.set_severity_text(record.level.as_str());
    if let Some(name) = record.event_name {
        exported.set_event_name(name);
    }
    if let Some(body) = record.body {
        exported.set_body(AnyValue::from(body));
    }
    let attributes = record.attributes.into_iter();
    exported.add_attributes(attributes.filter(|(key, _)| content::is_allowed(key.as_str())));
    if let Some(place) = place {
        exported.set_trace_context(place.trace, place.span, Some(place.flags));
    }
    logger.emit(exported);
}

/// Logs Data Model, "Mapping of `SeverityNumber`".
fn severity(level: Level) -> Severity {
    match level {
        Level::TRACE => Severity::Trace,
        Level::DEBUG => Severity::Debug,
        Level::INFO => Severity::Info,
        Level::WARN => Severity::Warn,
        Level::ERROR => Severity::Error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_export_logs_is_not_exported() {
        for target in [
            "hyper::client::connect",
            "h2",
            "opentelemetry-otlp",
            "opentelemetry_sdk::logs",
            "rustls::conn",
            "rustls_platform_verifier::verification::others",
        ] {
            assert!(causes_itself(target), "{target}");
        }
        for target in [
            "shop",
            "rustls_pemfile",
            "hyperspace",
            "tower_http::trace",
            "h2o::server",
        ] {
            assert!(!causes_itself(target), "{target}");
        }
    }
}
