//! Spans of the SDK as spans of the [model](super::trace).

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{SpanId, Status, TraceId};
use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;

use super::trace::{Attributes, Outcome, Shown, Span};
use crate::semconv::{EXCEPTION_EVENT, EXCEPTION_MESSAGE};

/// A span of this process.
pub(super) fn from_sdk(span: &SpanData, service: &str) -> (TraceId, Span) {
    let mut attributes = Attributes::default();
    for KeyValue { key, value, .. } in &span.attributes {
        if Attributes::knows(key.as_str()) {
            if let Some(value) = shown(value) {
                attributes.set(key.as_str(), value);
            }
        }
    }
    let error = match &span.status {
        Status::Error { description } => Some(description.to_string()),
        Status::Unset | Status::Ok => None,
    };
    let exception = span
        .events
        .iter()
        .find(|event| event.name == EXCEPTION_EVENT)
        .and_then(|event| {
            let message = |pair: &&KeyValue| pair.key.as_str() == EXCEPTION_MESSAGE;
            Some(event.attributes.iter().find(message)?.value.to_string())
        });
    let model = model(
        attributes.outcome(error, exception),
        attributes,
        Identity {
            id: span.span_context.span_id(),
            parent: span.parent_span_id,
            parent_is_remote: span.parent_span_is_remote,
            service: service.to_owned(),
            name: span.name.to_string(),
            start: nanoseconds(span.start_time),
            end: nanoseconds(span.end_time),
            links: span.links.len(),
        },
    );
    (span.span_context.trace_id(), model)
}

/// What a span has that needs no attributes.
pub(super) struct Identity {
    pub(super) id: SpanId,
    pub(super) parent: SpanId,
    pub(super) parent_is_remote: bool,
    pub(super) service: String,
    pub(super) name: String,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) links: usize,
}

/// The span of these parts.
pub(super) fn model(outcome: Outcome, attributes: Attributes, identity: Identity) -> Span {
    Span {
        id: identity.id,
        parent: Some(identity.parent).filter(|parent| *parent != SpanId::INVALID),
        parent_is_remote: identity.parent_is_remote,
        service: identity.service,
        name: identity.name,
        start: identity.start,
        end: identity.end.max(identity.start),
        outcome,
        operation: attributes.operation,
        request_model: attributes.request_model,
        response_model: attributes.response_model,
        tokens: attributes.tokens,
        finish_reasons: attributes.finish_reasons,
        retries: attributes.retries,
        links: identity.links,
    }
}

pub(super) fn nanoseconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| {
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    })
}

fn shown(value: &Value) -> Option<Shown> {
    Some(match value {
        Value::String(text) => Shown::Text(text.to_string()),
        Value::I64(number) => Shown::Number(u64::try_from(*number).ok()?),
        Value::Array(Array::String(texts)) => {
            Shown::Texts(texts.iter().map(ToString::to_string).collect())
        }
        _ => return None,
    })
}
