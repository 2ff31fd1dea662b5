//! Shortens JSON to a budget of bytes, so that what is left is valid JSON in the same shape and says what is missing.
//!
//! Long strings keep their beginning, long arrays their first elements and more of their last ones: of a conversation
//! that is the system message and what was said last. A value keeps its type, so what fits a schema goes on to fit it.

mod note;
mod text;

use std::io;

use serde_json::{Map, Value};

use crate::semconv;
use note::{NOTE, add, missing};
use text::escaped;

pub(super) use note::{is_cut, is_note, joined, noted, too_deep};
pub(crate) use text::whole_words;
pub(super) use text::{BROKEN_OFF, broken_off, head, note, start};

/// The most levels of arrays and objects (OpenTelemetry specification, "Attribute Limits").
pub(super) const DEPTH: usize = 64;

/// The least that a member of an object is shortened to before members are left out.
const LEAST_MEMBER: usize = 24;

/// The value in at most `budget` bytes of JSON; `None` where not even its shape has room.
pub(super) fn fit(mut value: Value, budget: usize) -> Option<Value> {
    clip(&mut value, DEPTH);
    if size(&value) <= budget {
        return Some(value);
    }
    shrink(value, budget)
}

/// Bytes of the value's JSON.
pub(super) fn size(value: &Value) -> usize {
    match value {
        Value::Null => 4,
        Value::Bool(value) => 5 - usize::from(*value),
        Value::Number(_) => {
            let mut counter = Counter(0);
            let _ = serde_json::to_writer(&mut counter, value);
            counter.0
        }
        Value::String(text) => 2 + text.bytes().map(escaped).sum::<usize>(),
        Value::Array(items) => {
            items
                .iter()
                .map(|item| size(item) + 1)
                .sum::<usize>()
                .max(1)
                + 1
        }
        Value::Object(members) => members.iter().map(member_size).sum::<usize>().max(1) + 1,
    }
}

/// Bytes of a member with its key, the colon and a comma.
fn member_size((key, value): (&String, &Value)) -> usize {
    key_size(key) + size(value)
}

/// Bytes of a key with the colon and a comma.
fn key_size(key: &str) -> usize {
    4 + key.bytes().map(escaped).sum::<usize>()
}

struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Replaces what is deeper than `levels`.
pub(super) fn clip(value: &mut Value, levels: usize) {
    match value {
        Value::Array(_) | Value::Object(_) if levels == 0 => {
            *value = too_deep();
        }
        Value::Array(items) => items.iter_mut().for_each(|item| clip(item, levels - 1)),
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| clip(member, levels - 1)),
        _ => {}
    }
}

fn shrink(value: Value, budget: usize) -> Option<Value> {
    match value {
        Value::String(text) => (budget >= 2).then(|| Value::String(head(&text, budget - 2, 0))),
        Value::Array(items) => array(items, budget),
        Value::Object(members) => object(members, budget),
        other => (size(&other) <= budget).then_some(other),
    }
}

/// The cap under which all of `sizes` add up to `budget` at most, where the ones above it are cut down to it.
fn water_level(sizes: &[usize], budget: usize) -> usize {
    let mut sorted = sizes.to_vec();
    sorted.sort_unstable();
    let mut left = budget;
    for (index, size) in sorted.iter().enumerate() {
        let share = left / (sorted.len() - index);
        if *size > share {
            return share;
        }
        left -= size;
    }
    usize::MAX
}

fn array(items: Vec<Value>, budget: usize) -> Option<Value> {
    let room = budget.checked_sub(2)?;
    let objects = items.iter().all(Value::is_object);
    let sizes: Vec<usize> = items.iter().map(|item| size(item) + 1).collect();
    let level = water_level(&sizes, room);
    if level >= (budget / 16).max(64) {
        let cut = items.into_iter().zip(sizes).map(|(item, size)| {
            if size > level {
                shrunk(item, level.saturating_sub(1))
            } else {
                Ok(item)
            }
        });
        return Some(Value::Array(joined(cut, objects)));
    }
    // First elements and last ones, each as it is as far as it does not take more than its share.
    let is_noted = room >= 4 * NOTE;
    let room = if is_noted { room - NOTE } else { room };
    let most = (room / 4).max(room.min(128));
    let taken = |left: &mut usize, size: usize| {
        let fits = size.min(most) <= *left;
        *left -= if fits { size.min(most) } else { 0 };
        fits
    };
    let mut first_room = room / 4;
    let first = sizes
        .iter()
        .take_while(|size| taken(&mut first_room, **size))
        .count();
    let mut last_room = room - (room / 4 - first_room);
    let rest = sizes.get(first..).unwrap_or_default();
    let last = rest
        .iter()
        .rev()
        .take_while(|size| taken(&mut last_room, **size))
        .count();
    let dropped = first..sizes.len() - last;
    let cut = items
        .into_iter()
        .zip(sizes)
        .enumerate()
        .map(|(index, (item, size))| {
            if dropped.contains(&index) {
                Err(if is_noted { missing(&item) } else { 0 })
            } else if size > most {
                shrunk(item, most.saturating_sub(1))
                    .map_err(|missing| if is_noted { missing } else { 0 })
            } else {
                Ok(item)
            }
        });
    Some(Value::Array(joined(cut, objects)))
}

/// The item in at most `budget` bytes, or how many items are missing without it.
fn shrunk(item: Value, budget: usize) -> Result<Value, u64> {
    let alone = missing(&item);
    shrink(item, budget).ok_or(alone)
}

fn object(members: Map<String, Value>, budget: usize) -> Option<Value> {
    let members = without_data(members, budget);
    // Room for a note of members that turn out to have none.
    let room = budget.checked_sub(2)?;
    let keys: usize = members.keys().map(|key| key_size(key)).sum();
    let sizes: Vec<usize> = members.values().map(size).collect();
    let level = room
        .checked_sub(keys)
        .map_or(0, |room| water_level(&sizes, room));
    if level >= LEAST_MEMBER {
        let mut kept = Map::new();
        let mut missing = 0;
        for ((key, value), size) in members.into_iter().zip(sizes) {
            let value = if size > level {
                shrink(value, level)
            } else {
                Some(value)
            };
            match value {
                Some(value) => {
                    kept.insert(key, value);
                }
                None if is_structure(&key) => return None,
                None => missing += 1,
            }
        }
        return Some(noted_within(kept, missing, budget));
    }
    fewest(members, budget)
}

/// An object from which members are missing, with a note of that where it has room.
fn noted_within(members: Map<String, Value>, missing: u64, budget: usize) -> Value {
    let plain = Value::Object(members);
    if missing == 0 || size(&plain) + NOTE > budget {
        return plain;
    }
    let mut object = plain;
    add(&mut object, semconv::CONTENT_LEFT_OUT, missing);
    object
}

/// The members that have room, the small ones first, and those without which the object is not what it is.
fn fewest(members: Map<String, Value>, budget: usize) -> Option<Value> {
    let mut left = budget.checked_sub(2)?;
    // A large object has room to say what is missing.
    if members.len() > 8 {
        left = left.saturating_sub(NOTE);
    }
    let mut order: Vec<(bool, usize, String, Value)> = members
        .into_iter()
        .map(|(key, value)| (!is_structure(&key), size(&value), key, value))
        .collect();
    order.sort_by_key(|(optional, size, ..)| (*optional, *size));
    let mut kept = Map::new();
    let mut missing = 0_u64;
    for (optional, _, key, value) in order {
        let value = left.checked_sub(key_size(&key)).and_then(|room| {
            let value = shrink(value, room.min(LEAST_MEMBER))?;
            left = room - size(&value);
            Some(value)
        });
        match value {
            Some(value) => {
                kept.insert(key, value);
            }
            None if optional => missing += 1,
            None => return None,
        }
    }
    Some(noted_within(kept, missing, budget))
}

/// Members that the schemas of the conventions want.
fn is_structure(key: &str) -> bool {
    matches!(
        key,
        "role"
            | "parts"
            | "type"
            | "name"
            | "content"
            | "response"
            | "modality"
            | "uri"
            | "file_id"
    )
}

/// Part of an image is no image: data that has no room goes as a whole.
fn without_data(mut members: Map<String, Value>, budget: usize) -> Map<String, Value> {
    let is_blob = members.get("type").and_then(Value::as_str) == Some("blob");
    if let (true, Some(Value::String(data))) = (is_blob, members.get_mut("content")) {
        let bytes = data.len();
        if bytes + NOTE > budget {
            data.clear();
            let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
            members.insert(semconv::CONTENT_LEFT_OUT.to_owned(), bytes.into());
        }
    }
    members
}
