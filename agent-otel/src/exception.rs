//! Exceptions are recorded once, where they began: as a span event, as a log record, or as both.

use std::any::Any;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::error::Error;
use std::fmt::Display;
use std::sync::{Mutex, OnceLock, PoisonError};

use opentelemetry::trace::{SpanContext, SpanId, TraceId};
use opentelemetry::{Context, KeyValue};

use crate::failure::Failure;
use crate::kind::Kind;
use crate::{content, events, semconv};

/// Whose exception or event it is.
pub(crate) struct Place<'a> {
    pub(crate) kind: &'static Kind,
    pub(crate) span_context: &'a SpanContext,
    /// What is around it.
    pub(crate) context: &'a Context,
}

/// The attributes of the span event of an exception, where those are wanted.
pub(crate) fn event(failure: &Failure) -> Option<Vec<KeyValue>> {
    Signal::of_environment().event.then(|| attributes(failure))
}

/// Emits an exception as a log record, where those are wanted.
pub(crate) fn log(failure: &Failure, place: &Place<'_>) {
    if Signal::of_environment().log {
        events::exception(failure, place);
    }
}

/// `exception.type` and `exception.message`.
pub(crate) fn attributes(failure: &Failure) -> Vec<KeyValue> {
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
    attributes
}

/// What a panic tells.
pub(crate) fn panic(payload: &(dyn Any + Send)) -> Failure {
    Failure::panicked(said(payload))
}

/// Finds a payload of one type.
type Tell = fn(&(dyn Any + Send)) -> Option<&dyn Display>;

/// The message of a panic, as far as its payload is one of those that tell it.
fn said(payload: &(dyn Any + Send)) -> String {
    // What another task has panicked with, boxed once more.
    if let Some(inner) = payload.downcast_ref::<Box<dyn Any + Send>>() {
        return said(&**inner);
    }
    let tell: [Tell; 5] = [
        as_display::<&'static str>,
        as_display::<String>,
        as_display::<Cow<'static, str>>,
        as_display::<Box<dyn Error + Send + Sync>>,
        as_display::<Box<dyn Error + Send>>,
    ];
    let told = tell.iter().find_map(|tell| tell(payload));
    told.map(content::raw).unwrap_or_default()
}

fn as_display<T: Display + 'static>(payload: &(dyn Any + Send)) -> Option<&dyn Display> {
    let told: &T = payload.downcast_ref()?;
    Some(told)
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
        let words = words.split(',').map(str::trim);
        let has = |word: &str| words.clone().any(|entry| entry.eq_ignore_ascii_case(word));
        let both = has("logs/dup");
        Self {
            event: both || !has("logs"),
            log: both || has("logs"),
        }
    }
}

/// An exception that was recorded lately, as seen by the span above the one that recorded it.
struct Recorded {
    trace: TraceId,
    above: SpanId,
    exception_type: String,
    /// What the innermost error says.
    said: String,
    /// What the one that the span above sees says, and the message that became of it.
    shown: (String, String),
}

/// How many failures are remembered at a time. An error climbs at once, so few are needed.
const REMEMBERED: usize = 256;

static RECENT: Mutex<VecDeque<Recorded>> = Mutex::new(VecDeque::new());

/// The message of this very error, where a child of the span has shown it already.
pub(crate) fn shown(failure: &Failure, span: &SpanContext) -> Option<String> {
    let recent = RECENT.lock().unwrap_or_else(PoisonError::into_inner);
    let child = recent.iter().rev().find(|recorded| {
        recorded.trace == span.trace_id()
            && recorded.above == span.span_id()
            && recorded.shown.0 == failure.said
    });
    child.map(|recorded| recorded.shown.1.clone())
}

/// Whether this span is the first to see the failure: no child has recorded it, and it was thrown at all. Either way the
/// span above learns of it.
pub(crate) fn is_new(failure: &Failure, span: &SpanContext, parent: SpanId) -> bool {
    if failure.exception_type.is_empty() {
        return false;
    }
    let trace = span.trace_id();
    let here = span.span_id();
    let mut recent = RECENT.lock().unwrap_or_else(PoisonError::into_inner);
    let child = recent.iter().rev().find(|recorded| {
        recorded.trace == trace && recorded.above == here && wraps(failure, recorded)
    });
    // The innermost error is the one that every layer around it goes on to contain.
    let (exception_type, said) = match child {
        Some(recorded) => (recorded.exception_type.clone(), recorded.said.clone()),
        None => (failure.exception_type.to_string(), failure.said.clone()),
    };
    let is_new = child.is_none();
    if recent.len() == REMEMBERED {
        recent.pop_front();
    }
    recent.push_back(Recorded {
        trace,
        above: parent,
        exception_type,
        said,
        shown: (failure.said.clone(), failure.message.clone()),
    });
    is_new
}

/// Whether `failure` is the recorded error, or one around it: by its sources, or as text that ends in the other.
fn wraps(failure: &Failure, recorded: &Recorded) -> bool {
    let said = recorded.said.as_str();
    if said.is_empty() {
        return failure.said.is_empty() && failure.exception_type == recorded.exception_type;
    }
    let ends_in_it = failure.said.strip_suffix(said);
    failure.said == said
        || failure.sources.iter().any(|source| source == said)
        || ends_in_it.is_some_and(|outer| outer.ends_with(": "))
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
        assert_eq!(signals("LOGS"), (false, true));
        assert_eq!(signals("nonsense"), (true, false));
    }
}
