//! Shows the texts of records to the redactors of the user.

use std::borrow::Cow;

use opentelemetry::Key;
use opentelemetry::logs::AnyValue;
use serde_json::Value;

use super::record::Record;
use crate::content;

/// What redactors know the message by.
const BODY: &str = "body";

/// Leaves of the record's texts what the redactors leave. Waits for them.
pub(super) fn redact(record: &mut Record) {
    if !content::has_redactors() {
        return;
    }
    let body = record.body.take();
    let has_body = body.is_some();
    let body = body.map(|body| (Key::from_static_str(BODY), body));
    let fields = record.attributes.iter().filter_map(|(key, value)| {
        let text = text(value)?.into_owned();
        Some((key.clone(), text))
    });
    let texts: Vec<_> = body.into_iter().chain(fields).collect();
    if texts.is_empty() {
        return;
    }
    let mut left = content::redacted(texts).into_iter();
    if has_body {
        record.body = left.next().and_then(left_of);
    }
    record.attributes.retain_mut(|(_, value)| {
        let Some(text) = text(value) else {
            return true;
        };
        let Some(left) = left.next().and_then(left_of) else {
            return false;
        };
        if text != left {
            *value = left.into();
        }
        true
    });
}

/// The text of a field, if it is one. Bytes may be.
fn text(value: &AnyValue) -> Option<Cow<'_, str>> {
    match value {
        AnyValue::String(text) => Some(text.as_str().into()),
        AnyValue::Bytes(bytes) => Some(String::from_utf8_lossy(bytes)),
        _ => None,
    }
}

/// What a redactor has left, if anything.
fn left_of(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Null => None,
        other => Some(other.to_string()),
    }
}
