//! What the attributes of one call were like. The next one is mostly alike: then it is read without a search.

use opentelemetry::{Key, KeyValue, Value};

use super::usage::{Place, Tokens};
use crate::semconv;

/// Attributes in their order, each with what metrics make of it.
#[derive(Debug)]
pub(super) struct Layout(Vec<(Key, Use)>);

/// What metrics make of an attribute.
#[derive(Debug)]
enum Use {
    Nothing,
    /// It had this value.
    Dimension(Value),
    Tokens(Place),
    FirstChunk,
}

/// What attributes tell beside dimensions.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    pub(super) tokens: Tokens,
    /// Seconds from the request to the first chunk, whoever has measured them.
    pub(super) first_chunk: Option<f64>,
}

/// Attributes in two parts.
pub(super) type Written<'a> = [&'a [KeyValue]; 2];

impl Layout {
    /// The layout of attributes of which those with `keys` are dimensions.
    pub(super) fn of(written: Written<'_>, keys: &[&str]) -> Self {
        let attributes = written.into_iter().flatten();
        let fields = attributes.map(|KeyValue { key, value, .. }| {
            let used = if keys.contains(&key.as_str()) {
                Use::Dimension(value.clone())
            } else {
                Use::of(key)
            };
            (key.clone(), used)
        });
        Self(fields.collect())
    }

    /// Whether attributes are laid out like this and have the same dimensions.
    pub(super) fn is_of(&self, attributes: &[KeyValue]) -> bool {
        self.0.len() == attributes.len()
            && attributes
                .iter()
                .zip(&self.0)
                .all(|(attribute, (key, used))| used.is_of(key, attribute))
    }

    /// The numbers of attributes that are laid out like this and have the same dimensions; `false` if they are not.
    pub(super) fn read(&self, written: Written<'_>, numbers: &mut Numbers) -> bool {
        let [first, second] = written;
        if self.0.len() != first.len() + second.len() {
            return false;
        }
        for (attribute, (key, used)) in first.iter().chain(second).zip(&self.0) {
            if !used.is_of(key, attribute) {
                return false;
            }
            used.take(&attribute.value, numbers);
        }
        true
    }
}

impl Numbers {
    /// The numbers of attributes of any layout.
    pub(super) fn of(written: Written<'_>) -> Self {
        let mut numbers = Self::default();
        for KeyValue { key, value, .. } in written.into_iter().flatten() {
            Use::of(key).take(value, &mut numbers);
        }
        numbers
    }
}

impl Use {
    /// What is made of an attribute that is no dimension.
    fn of(key: &Key) -> Self {
        if key.as_str() == semconv::GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK {
            return Self::FirstChunk;
        }
        Place::of(key.as_str()).map_or(Self::Nothing, Self::Tokens)
    }

    /// Whether `attribute` has this key, and if it is a dimension this value.
    #[inline(always)]
    fn is_of(&self, key: &Key, attribute: &KeyValue) -> bool {
        is_same(attribute.key.as_str(), key.as_str())
            && match self {
                Self::Dimension(value) => is_same_value(&attribute.value, value),
                _ => true,
            }
    }

    #[inline]
    fn take(&self, value: &Value, numbers: &mut Numbers) {
        match (self, value) {
            (Self::Tokens(place), value) => numbers.tokens.take(*place, value),
            (Self::FirstChunk, Value::F64(seconds)) => numbers.first_chunk = Some(*seconds),
            _ => {}
        }
    }
}

/// Whether two texts are the same; most often they are the same constant.
#[inline(always)]
pub(super) fn is_same(one: &str, other: &str) -> bool {
    std::ptr::eq(one, other) || one == other
}

/// Whether two values are the same.
#[inline(always)]
pub(super) fn is_same_value(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => is_same(one.as_str(), other.as_str()),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::usage::Count;
    use super::*;

    const KEYS: &[&str] = &[semconv::GEN_AI_RESPONSE_MODEL];

    fn written(model: &'static str, tokens: i64) -> Vec<KeyValue> {
        vec![
            KeyValue::new(semconv::GEN_AI_RESPONSE_MODEL, model),
            KeyValue::new(semconv::GEN_AI_USAGE_INPUT_TOKENS, tokens),
        ]
    }

    #[test]
    fn what_is_laid_out_alike_is_read_in_its_places() {
        let first = written("gpt-4o", 1);
        let layout = Layout::of([&first, &[]], KEYS);
        let next = written("gpt-4o", 2);
        let (model, tokens) = next.split_at(1);
        let mut numbers = Numbers::default();
        assert!(layout.read([model, tokens], &mut numbers));
        assert_eq!(numbers.tokens.total(Count::Input), Some(2));
    }

    #[test]
    fn another_dimension_key_or_number_of_attributes_is_another_layout() {
        let first = written("gpt-4o", 1);
        let layout = Layout::of([&first, &[]], KEYS);
        let other = written("gpt-4o-mini", 1);
        let swapped = [first[1].clone(), first[0].clone()];
        let twice = [first.clone(), first.clone()].concat();
        for unlike in [&other, &swapped[..], &first[..1], &twice] {
            assert!(!layout.is_of(unlike));
            assert!(!layout.read([unlike, &[]], &mut Numbers::default()));
        }
        assert!(layout.is_of(&written("gpt-4o", 3)));
    }
}
