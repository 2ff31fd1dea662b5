//! Spans of an OTLP export request as spans of the [model](super::trace).

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1 as otlp;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1 as wire;

use super::convert::{Identity, model};
use super::trace::{Attributes, Shown, Span};
use crate::semconv::{EXCEPTION_EVENT, EXCEPTION_MESSAGE, SERVICE_NAME};

/// Bit of the span flags that says that the next one is known, and that next one
/// (`opentelemetry/proto/trace/v1/trace.proto`, `SpanFlags`).
const HAS_IS_REMOTE: u32 = 0x100;
const IS_REMOTE: u32 = 0x200;

/// The spans of an OTLP export request. Spans without valid ids are left out.
pub(super) fn from_otlp(request: ExportTraceServiceRequest) -> Vec<(TraceId, Span)> {
    let mut spans = Vec::new();
    for resource in request.resource_spans {
        let service = resource
            .resource
            .and_then(|resource| {
                let named = |pair: &&otlp::KeyValue| pair.key == SERVICE_NAME;
                text(resource.attributes.iter().find(named)?.value.as_ref()?)
            })
            .unwrap_or_default();
        for span in resource
            .scope_spans
            .into_iter()
            .flat_map(|scope| scope.spans)
        {
            spans.extend(from_wire(span, &service));
        }
    }
    spans
}

fn from_wire(span: wire::Span, service: &str) -> Option<(TraceId, Span)> {
    let trace = TraceId::from_bytes(span.trace_id.try_into().ok()?);
    let id = SpanId::from_bytes(span.span_id.try_into().ok()?);
    if trace == TraceId::INVALID || id == SpanId::INVALID {
        return None;
    }
    let mut attributes = Attributes::default();
    for pair in &span.attributes {
        if Attributes::knows(&pair.key) {
            if let Some(value) = pair.value.as_ref().and_then(shown_any) {
                attributes.set(&pair.key, value);
            }
        }
    }
    let error = span
        .status
        .filter(|status| status.code() == wire::status::StatusCode::Error)
        .map(|status| status.message);
    let exception = span
        .events
        .iter()
        .find(|event| event.name == EXCEPTION_EVENT)
        .and_then(|event| {
            let message = |pair: &&otlp::KeyValue| pair.key == EXCEPTION_MESSAGE;
            text(event.attributes.iter().find(message)?.value.as_ref()?)
        });
    let parent = span
        .parent_span_id
        .try_into()
        .map_or(SpanId::INVALID, SpanId::from_bytes);
    let model = model(
        attributes.outcome(error, exception),
        attributes,
        Identity {
            id,
            parent,
            parent_is_remote: span.flags & HAS_IS_REMOTE != 0 && span.flags & IS_REMOTE != 0,
            service: service.to_owned(),
            name: span.name,
            start: span.start_time_unix_nano,
            end: span.end_time_unix_nano,
            links: span.links.len(),
        },
    );
    Some((trace, model))
}

fn shown_any(value: &otlp::AnyValue) -> Option<Shown> {
    Some(match value.value.as_ref()? {
        Any::StringValue(text) => Shown::Text(text.clone()),
        Any::IntValue(number) => Shown::Number(u64::try_from(*number).ok()?),
        Any::ArrayValue(array) => Shown::Texts(array.values.iter().filter_map(text).collect()),
        _ => return None,
    })
}

fn text(value: &otlp::AnyValue) -> Option<String> {
    match value.value.as_ref()? {
        Any::StringValue(text) => Some(text.clone()),
        _ => None,
    }
}
