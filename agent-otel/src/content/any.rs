//! JSON as the structured value of a log record's attribute.

use opentelemetry::logs::AnyValue;
use opentelemetry::{Array, Key, Value as AttributeValue};
use serde_json::Value;

/// The value of an event. Members that are `null` are left out, since log records have none.
pub(super) fn any(value: Value) -> AnyValue {
    match value {
        // In a list, where the places of others count.
        Value::Null => AnyValue::String("null".into()),
        Value::Bool(value) => value.into(),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => integer.into(),
            (None, Some(float)) if !number.is_u64() => float.into(),
            _ => number.to_string().into(),
        },
        Value::String(text) => text.into(),
        Value::Array(items) => items.into_iter().map(any).collect(),
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, member)| !member.is_null())
            .map(|(key, member)| (Key::from(key), any(member)))
            .collect(),
    }
}

/// An attribute of a span as one of an event.
pub(super) fn of_attribute(value: &AttributeValue) -> AnyValue {
    match value {
        AttributeValue::Bool(value) => (*value).into(),
        AttributeValue::I64(value) => (*value).into(),
        AttributeValue::F64(value) => (*value).into(),
        AttributeValue::Array(Array::Bool(values)) => values.iter().copied().collect(),
        AttributeValue::Array(Array::I64(values)) => values.iter().copied().collect(),
        AttributeValue::Array(Array::F64(values)) => values.iter().copied().collect(),
        AttributeValue::Array(Array::String(values)) => values.iter().cloned().collect(),
        other => other.as_str().into_owned().into(),
    }
}
