//! Variables that are named like ours and that nothing reads: most are misspelled.

use std::ffi::OsString;

use super::environment::{CONSOLE_ENDPOINT, SHUTDOWN_TIMEOUT};
use super::fault::Fault;

/// What the names of our variables begin with.
const PREFIX: &str = "AGENT_OTEL_";

/// Every variable of ours.
const OURS: [&str; 6] = [
    "AGENT_OTEL_CANCELLED",
    CONSOLE_ENDPOINT,
    "AGENT_OTEL_CONTENT_LIMIT",
    "AGENT_OTEL_MODEL_SPANS",
    "AGENT_OTEL_SEMCONV",
    SHUTDOWN_TIMEOUT,
];

/// A fault for each of these variables that is named like ours and is none, in the order of the alphabet.
pub(super) fn unknown(names: impl Iterator<Item = OsString>) -> Vec<Fault> {
    let mut unknown: Vec<_> = names
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.starts_with(PREFIX) && !OURS.contains(&name.as_str()))
        .collect();
    unknown.sort_unstable();
    unknown.into_iter().map(fault).collect()
}

fn fault(name: String) -> Fault {
    let problem = "is no variable of this version, so it does nothing";
    let problem = match nearest(&name) {
        Some(nearest) => format!("{problem}; did you mean {nearest}?"),
        None => format!("{problem}; remove it, the documentation of init has those that are read"),
    };
    Fault::new(name, problem)
}

/// The variable of ours that may be meant.
fn nearest(name: &str) -> Option<&'static str> {
    let written = name.strip_prefix(PREFIX)?;
    OURS.into_iter()
        .filter_map(|ours| Some((ours, ours.strip_prefix(PREFIX)?)))
        .map(|(ours, word)| (strsim::damerau_levenshtein(written, word), word.len(), ours))
        .filter(|(distance, length, _)| *distance <= 1 + length / 4)
        .min_by_key(|(distance, ..)| *distance)
        .map(|(.., ours)| ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(names: &[&str]) -> Vec<String> {
        let names = names.iter().map(OsString::from);
        unknown(names).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_misspelled_is_told_with_what_was_meant() {
        assert_eq!(
            told(&["PATH", "AGENT_OTEL_SEMCOV", "AGENT_OTEL_CANCELED"]),
            [
                "AGENT_OTEL_CANCELED: is no variable of this version, so it does nothing; did you mean AGENT_OTEL_CANCELLED?",
                "AGENT_OTEL_SEMCOV: is no variable of this version, so it does nothing; did you mean AGENT_OTEL_SEMCONV?",
            ]
        );
    }

    #[test]
    fn what_resembles_nothing_is_told_too() {
        let told = told(&["AGENT_OTEL_COLOR"]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].ends_with("remove it, the documentation of init has those that are read"));
    }

    /// The documentation of `init` has every variable, and a new one is not to be told as misspelled.
    #[test]
    fn what_is_read_is_not_told() {
        let documented: Vec<_> = include_str!("mod.rs")
            .split('`')
            .filter(|word| word.starts_with(PREFIX) && !word.contains('…'))
            .collect();
        assert!(OURS.iter().all(|ours| documented.contains(ours)));
        assert_eq!(told(&documented), [""; 0]);
    }
}
