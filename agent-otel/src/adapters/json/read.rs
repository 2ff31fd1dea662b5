//! Reads single members of JSON that a provider sent. What is not of the expected type is not there.

use serde_json::Value;

pub(in crate::adapters) use crate::content::shape::read::{either, list, member, object, text};

/// A number.
pub(in crate::adapters) fn number(value: &Value, key: &str) -> Option<f64> {
    value.get(key)?.as_f64()
}

/// A whole number.
pub(in crate::adapters) fn integer(value: &Value, key: &str) -> Option<i64> {
    whole(value.get(key)?)
}

/// A whole number. Some providers have floating point for what is whole all the same.
pub(in crate::adapters) fn whole(number: &Value) -> Option<i64> {
    let float = || {
        let number = number.as_f64().filter(|number| number.fract() == 0.0)?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole, and far below the limit"
        )]
        (-9e15..9e15).contains(&number).then_some(number as i64)
    };
    number.as_i64().or_else(float)
}

/// A text, or a list of them.
pub(in crate::adapters) fn texts<'a>(value: &'a Value, key: &str) -> Option<Vec<&'a str>> {
    match value.get(key)? {
        Value::String(text) => Some(vec![text]),
        Value::Array(texts) => Some(texts.iter().filter_map(Value::as_str).collect()),
        _ => None,
    }
}

/// Which one of several this is; its position where it does not say.
pub(in crate::adapters) fn index(value: &Value, key: &str, position: usize) -> usize {
    let told = value.get(key).and_then(Value::as_u64);
    told.and_then(|index| usize::try_from(index).ok())
        .unwrap_or(position)
}

/// A count of tokens: a whole number that an attribute can hold, and unknown otherwise.
pub(in crate::adapters) fn count(value: &Value, key: &str) -> Option<u64> {
    tokens(value.get(key)?)
}

/// A count in one of the objects beside the totals.
pub(in crate::adapters) fn detail(value: &Value, details: &str, key: &str) -> Option<u64> {
    count(value.get(details)?, key)
}

/// The part of a total that a modality has; providers that know of modalities tell 0 of those that did not occur.
pub(in crate::adapters) fn share(value: Option<&Value>, key: &str) -> Option<u64> {
    count(value?, key).filter(|tokens| *tokens > 0)
}

/// A count that is added to another: nothing where it was not sent, unknown where it is no count.
pub(in crate::adapters) fn addend(value: &Value, key: &str, missing: Option<u64>) -> Option<u64> {
    match member(value, key) {
        Some(told) => tokens(told),
        None => Some(missing.unwrap_or_default()),
    }
}

/// The sum of all, unknown where one of them is or where an attribute could not hold it.
pub(in crate::adapters) fn sum<const N: usize>(counts: [Option<u64>; N]) -> Option<u64> {
    let sum = counts
        .into_iter()
        .try_fold(0_u64, |sum, count| sum.checked_add(count?))?;
    fits(sum)
}

fn tokens(count: &Value) -> Option<u64> {
    u64::try_from(whole(count)?).ok()
}

fn fits(tokens: u64) -> Option<u64> {
    i64::try_from(tokens).is_ok().then_some(tokens)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_count_is_unknown() {
        let counts = json!({"zero": 0, "whole": 12, "float": 12.0, "most": i64::MAX, "negative": -1, "half": 0.5,
            "above": u64::MAX, "far": 1e300, "text": "12", "null": null, "list": [12]});
        let known = ["zero", "whole", "float", "most"].map(|key| count(&counts, key));
        assert_eq!(known, [Some(0), Some(12), Some(12), Some(i64::MAX as u64)]);
        for key in [
            "negative", "half", "above", "far", "text", "null", "list", "missing",
        ] {
            assert_eq!(count(&counts, key), None, "{key}");
        }
    }

    #[test]
    fn a_sum_is_known_where_all_of_it_is() {
        let counts = json!({"input": 5, "cached": "many", "null": null});
        assert_eq!(
            sum([count(&counts, "input"), addend(&counts, "null", None)]),
            Some(5)
        );
        assert_eq!(
            sum([count(&counts, "input"), addend(&counts, "missing", Some(2))]),
            Some(7)
        );
        assert_eq!(
            sum([count(&counts, "input"), addend(&counts, "cached", None)]),
            None
        );
        assert_eq!(sum([Some(i64::MAX as u64), Some(1)]), None);
        assert_eq!(sum([Some(u64::MAX), Some(1)]), None);
    }
}
