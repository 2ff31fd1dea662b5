//! What says that something is missing, and finds it said.

use serde_json::{Map, Value};

use super::text::{is_broken_off, without_note};
use crate::semconv;

/// What stands for a value that is too deep.
const TOO_DEEP: &str = "[left out: deeper than 64 levels]";

/// Room for a note with any number, be it an element or a member.
pub(super) const NOTE: usize = 56;

/// What stands for a value below the deepest level.
pub(in super::super) fn too_deep() -> Value {
    Value::String(TOO_DEEP.to_owned())
}

/// How many items are missing where this one is: more than one, if it tells of some that are missing already.
pub(super) fn missing(item: &Value) -> u64 {
    let told = |key| item.get(key).and_then(Value::as_u64).unwrap_or(0);
    match item {
        Value::Object(_) => {
            1 + told(semconv::CONTENT_LEFT_OUT_AFTER) + told(semconv::CONTENT_LEFT_OUT_BEFORE)
        }
        Value::String(text) => gap_of(text).unwrap_or(1),
        _ => 1,
    }
}

/// The items that are there, with a note wherever some are not. A list of objects stays one, as its schema wants: its
/// notes are members of what is beside the gap.
pub(in super::super) fn joined(
    items: impl Iterator<Item = Result<Value, u64>>,
    objects: bool,
) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    let mut gap = 0;
    for item in items {
        match item {
            Ok(mut item) => {
                if gap > 0 && kept.is_empty() && objects {
                    add(&mut item, semconv::CONTENT_LEFT_OUT_BEFORE, gap);
                } else {
                    note_gap(&mut kept, gap, objects);
                }
                gap = 0;
                kept.push(item);
            }
            Err(missing) => gap += missing,
        }
    }
    note_gap(&mut kept, gap, objects);
    kept
}

/// Notes that `missing` items belong behind the last of `kept`.
fn note_gap(kept: &mut Vec<Value>, missing: u64, objects: bool) {
    if missing == 0 {
        return;
    }
    if objects {
        if let Some(last) = kept.last_mut() {
            add(last, semconv::CONTENT_LEFT_OUT_AFTER, missing);
        }
    } else {
        kept.push(Value::String(format!("{GAP_START}{missing}{GAP_END}")));
    }
}

/// Adds to the count that a member of an object is.
pub(super) fn add(object: &mut Value, key: &str, more: u64) {
    if let Value::Object(members) = object {
        let before = members.get(key).and_then(Value::as_u64).unwrap_or(0);
        members.insert(key.to_owned(), before.saturating_add(more).into());
    }
}

const GAP_START: &str = "[";
const GAP_END: &str = " left out]";

fn gap_of(text: &str) -> Option<u64> {
    text.strip_prefix(GAP_START)?
        .strip_suffix(GAP_END)?
        .parse()
        .ok()
}

/// An object from which members are missing.
pub(in super::super) fn noted(members: Map<String, Value>, missing: u64) -> Value {
    let mut object = Value::Object(members);
    if missing > 0 {
        add(&mut object, semconv::CONTENT_LEFT_OUT, missing);
    }
    object
}

/// Whether something was left out of the value: it says so itself.
pub(in super::super) fn is_cut(value: &Value) -> bool {
    match value {
        Value::String(text) => {
            text == TOO_DEEP
                || gap_of(text).is_some()
                || is_broken_off(text)
                || without_note(text).1 > 0
        }
        Value::Array(items) => items.iter().any(is_cut),
        Value::Object(members) => members
            .iter()
            .any(|(key, value)| is_note(key) || is_cut(value)),
        _ => false,
    }
}

/// Whether a member of an object tells what was left out.
pub(in super::super) fn is_note(key: &str) -> bool {
    matches!(
        key,
        semconv::CONTENT_LEFT_OUT
            | semconv::CONTENT_LEFT_OUT_AFTER
            | semconv::CONTENT_LEFT_OUT_BEFORE
    )
}
