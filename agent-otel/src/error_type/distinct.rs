//! A bound on how many labels come from one place.

use std::collections::{HashMap, HashSet};
use std::panic::Location;
use std::sync::{LazyLock, Mutex, PoisonError};

/// How many different labels are taken from one origin.
const LIMIT: usize = 64;

/// Where a label comes from. No two share their room, so one that floods takes none from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// A type, or a closure, by its path.
    Type(&'static str),
    /// A place in the code, where the type is not known.
    Place(&'static Location<'static>),
}

impl From<&'static str> for Origin {
    fn from(path: &'static str) -> Self {
        Self::Type(path)
    }
}

impl From<&'static Location<'static>> for Origin {
    fn from(place: &'static Location<'static>) -> Self {
        Self::Place(place)
    }
}

/// Whether this label of `origin` is a known one, or one that there is room for. What there is no room for is no label:
/// it differs from failure to failure.
pub(super) fn admits(origin: Origin, label: &str) -> bool {
    static LABELS: LazyLock<Mutex<HashMap<Origin, HashSet<String>>>> =
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
        let origin = Origin::Type("distinct::tests");
        for number in 0..LIMIT {
            assert!(admits(origin, &number.to_string()));
        }
        assert!(!admits(origin, "one too many"));
        assert!(admits(origin, "0"));
        for another in ["distinct::tests::another".into(), Location::caller().into()] {
            assert!(admits(another, "one too many"));
        }
    }
}
