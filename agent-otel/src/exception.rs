//! Exceptions are recorded once, where they began: as a span event, as a log record, or as both.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::{Mutex, OnceLock, PoisonError};

use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanContext, SpanId, SpanKind, TraceId};

use crate::content;
use crate::operation::Kind;
use crate::outcome::Failure;
use crate::semconv;
use crate::span::Ending;

/// Whose exception it is.
pub(crate) struct Place<'a> {
    pub(crate) kind: &'static Kind,
    pub(crate) span_context: &'a SpanContext,
    pub(crate) parent: SpanId,
}

/// Records the exception, unless a child of this span has recorded it and it only passed through here.
pub(crate) fn record(ending: &mut Ending<'_>, failure: &Failure, place: &Place<'_>) {
    let thrown = !failure.exception_type.is_empty();
    if !thrown || passed_on(failure, place) {
        return;
    }
    let signal = Signal::of_environment();
    if signal.event {
        let mut attributes = vec![KeyValue::new(
            semconv::EXCEPTION_TYPE,
            failure.exception_type.clone(),
        )];
        if !failure.message.is_empty() {
            attributes.push(KeyValue::new(
                semconv::EXCEPTION_MESSAGE,
                failure.message.clone(),
            ));
        }
        ending.event(semconv::EXCEPTION_EVENT, attributes);
    }
    if signal.log {
        log(failure, place);
    }
}

/// What a panic tells.
pub(crate) fn panic(payload: &(dyn Any + Send)) -> Failure {
    let message = payload
        .downcast_ref::<&str>()
        .map(|message| (*message).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Failure {
        error_type: "panic".into(),
        exception_type: "panic".into(),
        message: content::error_message(message),
        sources: Vec::new(),
    }
}

/// Where exceptions go: `OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN` of the core conventions.
#[derive(Clone, Copy)]
struct Signal {
    event: bool,
    log: bool,
}

impl Signal {
    fn of_environment() -> Self {
        static SIGNAL: OnceLock<Signal> = OnceLock::new();
        *SIGNAL.get_or_init(|| {
            let words = std::env::var("OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN").unwrap_or_default();
            Self::parse(&words)
        })
    }

    /// A comma-separated list of words, of which two are known.
    fn parse(words: &str) -> Self {
        let has = |word| words.split(',').any(|entry| entry.trim() == word);
        let both = has("logs/dup");
        Self {
            event: both || !has("logs"),
            log: both || has("logs"),
        }
    }
}

#[cfg(feature = "sdk")]
fn log(failure: &Failure, place: &Place<'_>) {
    use opentelemetry::logs::{LogRecord, Logger, Severity};

    let Some(logger) = crate::provider::logger() else {
        return;
    };
    let mut record = logger.create_log_record();
    // The conventions name the event of client operations; the others follow its pattern.
    let name = match (&place.kind.span_kind, place.kind.operation) {
        (SpanKind::Client, _) => "gen_ai.client.operation.exception",
        (_, "execute_tool") => "gen_ai.execute_tool.exception",
        _ => "gen_ai.invoke_agent.exception",
    };
    record.set_event_name(name);
    record.set_severity_number(Severity::Warn);
    record.set_severity_text("WARN");
    record.add_attribute(semconv::EXCEPTION_TYPE, failure.exception_type.to_string());
    if !failure.message.is_empty() {
        record.add_attribute(semconv::EXCEPTION_MESSAGE, failure.message.clone());
    }
    let span = place.span_context;
    record.set_trace_context(span.trace_id(), span.span_id(), Some(span.trace_flags()));
    logger.emit(record);
}

#[cfg(not(feature = "sdk"))]
fn log(_failure: &Failure, place: &Place<'_>) {
    // Log records need the SDK; without it there is no provider to give one to.
    let _ = (
        &place.kind.span_kind,
        SpanKind::Client,
        place.kind.operation,
    );
}

/// An exception that was recorded lately, as seen by the span above the one that recorded it.
struct Recorded {
    trace: TraceId,
    above: SpanId,
    message: String,
}

/// How many failures are remembered at a time. An error climbs at once, so few are needed.
const REMEMBERED: usize = 256;

/// Whether a child has recorded this failure; either way the span above is told that it is recorded now.
fn passed_on(failure: &Failure, place: &Place<'_>) -> bool {
    static RECENT: Mutex<VecDeque<Recorded>> = Mutex::new(VecDeque::new());

    let trace = place.span_context.trace_id();
    let here = place.span_context.span_id();
    let mut recent = RECENT.lock().unwrap_or_else(PoisonError::into_inner);
    let child = recent.iter().rev().find(|recorded| {
        recorded.trace == trace && recorded.above == here && wraps(failure, &recorded.message)
    });
    // The innermost message is the one that every layer around it goes on to contain.
    let (found, message) = match child {
        Some(recorded) => (true, recorded.message.clone()),
        None => (false, failure.message.clone()),
    };
    if recent.len() == REMEMBERED {
        recent.pop_front();
    }
    recent.push_back(Recorded {
        trace,
        above: place.parent,
        message,
    });
    found
}

/// Whether `failure` is the error with this message, or one around it.
fn wraps(failure: &Failure, message: &str) -> bool {
    failure.message == message
        || failure.sources.iter().any(|source| source == message)
        || (!message.is_empty() && failure.message.contains(message))
}

#[cfg(test)]
mod tests {
    use super::Signal;

    #[test]
    fn the_environment_chooses_the_signal() {
        let signals = |words| {
            let signal = Signal::parse(words);
            (signal.event, signal.log)
        };
        assert_eq!(signals(""), (true, false));
        assert_eq!(signals("logs"), (false, true));
        assert_eq!(signals("database, logs/dup"), (true, true));
        assert_eq!(signals("nonsense"), (true, false));
    }
}
