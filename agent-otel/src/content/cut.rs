//! Shortens JSON to a budget of bytes, so that what is left is valid JSON in the same shape and says what is missing.
//!
//! Long strings keep their beginning, long arrays their first elements and more of their last ones: of a conversation
//! that is the system message and what was said last. A value keeps its type, so what fits a schema goes on to fit it.

use std::io;

use serde_json::{Map, Value};

use crate::semconv;

/// The most levels of arrays and objects (OpenTelemetry specification, "Attribute Limits").
pub(super) const DEPTH: usize = 64;

/// What stands for a value that is too deep.
const TOO_DEEP: &str = "[left out: deeper than 64 levels]";

/// Room for a note with any number, be it an element or a member.
const NOTE: usize = 56;

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

/// Bytes of one byte of a string in JSON.
pub(super) fn escaped(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0C => 2,
        0..0x20 => 6,
        _ => 1,
    }
}

/// Replaces what is deeper than `levels`.
pub(super) fn clip(value: &mut Value, levels: usize) {
    match value {
        Value::Array(_) | Value::Object(_) if levels == 0 => {
            *value = Value::String(TOO_DEEP.to_owned());
        }
        Value::Array(items) => items.iter_mut().for_each(|item| clip(item, levels - 1)),
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| clip(member, levels - 1)),
        _ => {}
    }
}

/// What stands for a value below the deepest level.
pub(super) fn too_deep() -> Value {
    Value::String(TOO_DEEP.to_owned())
}

fn shrink(value: Value, budget: usize) -> Option<Value> {
    match value {
        Value::String(text) => (budget >= 2).then(|| Value::String(head(&text, budget - 2, 0))),
        Value::Array(items) => array(items, budget),
        Value::Object(members) => object(members, budget),
        other => (size(&other) <= budget).then_some(other),
    }
}

/// As much of the beginning of `text` as has room, and how much is missing: `more` bytes beside what is cut here.
///
/// The cut is made between words, since half a key or half an address is no longer known as one.
pub(super) fn head(text: &str, budget: usize, more: usize) -> String {
    let (text, before) = without_note(text);
    let more = more.saturating_add(before);
    // A byte of text is a byte of JSON at least, so that a long text need not be counted.
    let fits = text.len() <= budget && text.bytes().map(escaped).sum::<usize>() <= budget;
    if more == 0 && fits {
        return text.to_owned();
    }
    // The note is as long as the largest number that it may hold.
    let widest = note(text.len().saturating_add(more));
    let Some(room) = budget.checked_sub(widest.len()) else {
        return if budget >= CUT.len() { CUT } else { "" }.to_owned();
    };
    let mut used = 0;
    let end = text
        .char_indices()
        .find(|(at, character)| {
            let bytes = text.as_bytes().get(*at..*at + character.len_utf8());
            used += bytes
                .unwrap_or_default()
                .iter()
                .copied()
                .map(escaped)
                .sum::<usize>();
            used > room
        })
        .map_or(text.len(), |(at, _)| at);
    let kept = text.get(..end).unwrap_or_default();
    let kept = if end < text.len() {
        whole_words(kept)
    } else {
        kept
    };
    let missing = text.len() - kept.len() + more;
    format!("{kept}{}", note(missing))
}

/// What stands at the end of a text that goes on, nobody knows how long.
pub(super) const BROKEN_OFF: &str = "… [cut]";

/// A text of which nobody knows how long it would have been.
pub(super) fn broken_off(text: &str) -> String {
    format!("{}{BROKEN_OFF}", whole_words(text))
}

/// Whether the text was broken off like that.
pub(super) fn is_broken_off(text: &str) -> bool {
    text.ends_with(CUT)
}

/// The beginning of a text in at most so many bytes.
pub(super) fn start(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// What stands at the end of a text, or for all of it: how many bytes are missing.
pub(super) fn note(bytes: usize) -> String {
    format!("{NOTE_START}{bytes}{NOTE_END}")
}

/// What stands at the end of a text where there is no room to say more.
const CUT: &str = "[cut]";
const NOTE_START: &str = "… [";
const NOTE_END: &str = " bytes left out]";

/// A text without the note that an earlier cut has left, and the number in it.
fn without_note(text: &str) -> (&str, usize) {
    let noted = text
        .strip_suffix(NOTE_END)
        .and_then(|text| text.rsplit_once(NOTE_START))
        .and_then(|(text, bytes)| Some((text, bytes.parse().ok()?)));
    noted.unwrap_or((text, 0))
}

/// `text` without the word that was cut at its end, and without digits that may be the first of more.
pub(crate) fn whole_words(text: &str) -> &str {
    /// What is longer is no word: an image, or a script that has no spaces.
    const LONGEST: usize = 512;

    let between = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\'' | ',' | ';' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}'
            )
    };
    let start = text.rfind(between).unwrap_or(0);
    if text.len() - start > LONGEST {
        return text;
    }
    let words = text.get(..start).unwrap_or_default();
    let is_digit = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-');
    let no_digits = words.trim_end_matches(is_digit);
    if words.len() - no_digits.len() > LONGEST {
        return words;
    }
    no_digits
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

/// How many items are missing where this one is: more than one, if it tells of some that are missing already.
fn missing(item: &Value) -> u64 {
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
pub(super) fn joined(items: impl Iterator<Item = Result<Value, u64>>, objects: bool) -> Vec<Value> {
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
fn add(object: &mut Value, key: &str, more: u64) {
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

/// An object from which members are missing.
pub(super) fn noted(members: Map<String, Value>, missing: u64) -> Value {
    let mut object = Value::Object(members);
    if missing > 0 {
        add(&mut object, semconv::CONTENT_LEFT_OUT, missing);
    }
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

/// Whether something was left out of the value: it says so itself.
pub(super) fn is_cut(value: &Value) -> bool {
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
pub(super) fn is_note(key: &str) -> bool {
    matches!(
        key,
        semconv::CONTENT_LEFT_OUT
            | semconv::CONTENT_LEFT_OUT_AFTER
            | semconv::CONTENT_LEFT_OUT_BEFORE
    )
}
