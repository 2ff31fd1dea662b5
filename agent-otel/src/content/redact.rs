//! Masks secrets in a value of JSON: in its texts, in its numbers, and in members that are named like secrets.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::pattern::{self, Named, Pattern, Patterns};

/// Masks what the patterns know in the value.
pub(super) fn mask(value: &mut Value, patterns: Patterns) {
    if patterns != Patterns::NONE {
        visit(value, patterns, false);
    }
}

/// `is_schema`: the members of this object are named after what a schema describes, and hold no value of it.
fn visit(value: &mut Value, patterns: Patterns, is_schema: bool) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(masked) = pattern::mask(text, patterns) {
                *text = masked;
            }
        }
        Value::Number(number) => {
            let is_card =
                patterns.has(Pattern::Card) && number.as_u64().is_some_and(pattern::is_card_number);
            if is_card {
                *value = pattern::mask_of(Pattern::Card).into();
            }
        }
        Value::Array(items) => {
            pairs(items, patterns);
            each(items, patterns);
        }
        Value::Object(members) => object(members, patterns, is_schema),
        Value::Null | Value::Bool(_) => {}
    }
}

fn each(items: &mut [Value], patterns: Patterns) {
    for item in items {
        visit(item, patterns, false);
    }
}

/// Masks what follows its name in a list: headers and variables as pairs, and options of a command.
fn pairs(items: &mut [Value], patterns: Patterns) {
    let are_pairs = items.len() % 2 == 0 && items.iter().all(Value::is_string);
    for at in 1..items.len() {
        let Some([Value::String(name), Value::String(value)]) = items.get_mut(at - 1..=at) else {
            continue;
        };
        let named = match name.strip_prefix("--") {
            Some(name) => pattern::named(name)
                // What takes something away takes no value, and a sentence is none.
                .filter(|_| !name.starts_with("no-") && !value.contains(' '))
                .filter(|_| pattern::is_argument(value)),
            None if are_pairs && at % 2 == 1 => {
                pattern::named(name).filter(|_| pattern::is_second(value))
            }
            None => None,
        };
        let named = named.filter(|named| patterns.has(named.pattern()));
        if let Some(named) = named.filter(|named| named.is_secret(value)) {
            pattern::mask_of(named.pattern()).clone_into(value);
        }
    }
}

fn object(members: &mut Map<String, Value>, patterns: Patterns, is_schema: bool) {
    let mut has_secret_key = false;
    // A header or a variable as a pair: its name is the value of another member.
    let pair = ["name", "key", "header"].iter().find_map(|key| {
        let named = pattern::named(members.get(*key)?.as_str()?)?;
        patterns.has(named.pattern()).then_some(named)
    });
    for (key, value) in members.iter_mut() {
        has_secret_key |= matches!(pattern::mask(key, patterns), Cow::Owned(_));
        let named = match key.as_str() {
            "value" => pair,
            _ if is_schema => None,
            key => pattern::named(key).filter(|named| patterns.has(named.pattern())),
        };
        if let Some(named) = named {
            secret(value, named, patterns);
        } else if let ("required" | "enum", Value::Array(names)) = (key.as_str(), &mut *value) {
            // The lists of a schema have no pairs.
            each(names, patterns);
        } else {
            let is_schema = matches!(key.as_str(), "properties" | "$defs" | "definitions");
            visit(value, patterns, is_schema);
        }
    }
    if has_secret_key {
        mask_keys(members, patterns);
    }
}

/// The mask of a text that is a secret because of its name.
#[cfg(feature = "logs")]
pub(super) fn named_text(name: &str, text: &str, patterns: Patterns) -> Option<&'static str> {
    let named = pattern::named(name).filter(|named| patterns.has(named.pattern()))?;
    named
        .is_secret(text)
        .then(|| pattern::mask_of(named.pattern()))
}

/// The mask of a number that is a secret because of its name, or because it is that of a card.
#[cfg(feature = "logs")]
pub(super) fn named_number(
    name: &str,
    number: Option<u64>,
    patterns: Patterns,
) -> Option<&'static str> {
    let named = pattern::named(name)
        .filter(|named| matches!(named, Named::Secret | Named::Header))
        .map(Named::pattern);
    let card = number.filter(|number| pattern::is_card_number(*number));
    let pattern = named.or(card.map(|_| Pattern::Card))?;
    patterns.has(pattern).then(|| pattern::mask_of(pattern))
}

/// Masks all that a value holds, because of its name. Its shape stays.
fn secret(value: &mut Value, named: Named, patterns: Patterns) {
    let of_each = match named {
        Named::Several => Named::Secret,
        named => named,
    };
    match value {
        Value::String(text) => {
            if named.is_secret(text) {
                pattern::mask_of(named.pattern()).clone_into(text);
            } else {
                visit(value, patterns, false);
            }
        }
        Value::Number(_) if matches!(named, Named::Secret | Named::Header) => {
            *value = pattern::mask_of(named.pattern()).into();
        }
        Value::Array(items) => items
            .iter_mut()
            .filter(|item| named != Named::Several || !item.is_number())
            .for_each(|item| secret(item, of_each, patterns)),
        Value::Object(members) => {
            members
                .values_mut()
                .for_each(|member| secret(member, of_each, patterns));
            mask_keys(members, patterns);
        }
        Value::Number(_) | Value::Null | Value::Bool(_) => {}
    }
}

/// Masks the keys; those that become the same are told apart by a number.
fn mask_keys(members: &mut Map<String, Value>, patterns: Patterns) {
    for (key, value) in std::mem::take(members) {
        let masked = pattern::mask(&key, patterns).into_owned();
        let mut key = masked.clone();
        let mut number = 1_u32;
        while members.contains_key(&key) {
            number += 1;
            key = format!("{masked} {number}");
        }
        members.insert(key, value);
    }
}
