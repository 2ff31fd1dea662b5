//! A bound on how many labels come from one place.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, Mutex, PoisonError};

/// How many different labels are taken from one type.
const LIMIT: usize = 64;

/// Whether this label of `origin` is a known one, or one that there is room for. What there is no room for is no label:
/// it differs from failure to failure.
pub(super) fn admits(origin: &'static str, label: &str) -> bool {
    static LABELS: LazyLock<Mutex<HashMap<&'static str, HashSet<String>>>> =
        LazyLock::new(Mutex::default);

    let mut labels = LABELS.lock().unwrap_or_else(PoisonError::into_inner);
    let labels = labels.entry(origin).or_default();
    labels.contains(label) || (labels.len() < LIMIT && labels.insert(label.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_ones_are_admitted_and_stay_so() {
        for number in 0..LIMIT {
            assert!(admits("distinct::tests", &number.to_string()));
        }
        assert!(!admits("distinct::tests", "one too many"));
        assert!(admits("distinct::tests", "0"));
        assert!(admits("distinct::tests::another", "0"));
    }
}
