//! Which of the formats known here are spoken, as `OTEL_PROPAGATORS` says: OpenTelemetry specification, "Environment
//! Variable Specification".

use std::sync::OnceLock;

/// The variable that names them.
pub(crate) const PROPAGATORS: &str = "OTEL_PROPAGATORS";

const TRACE_CONTEXT: &str = "tracecontext";
const BAGGAGE: &str = "baggage";
/// The word for no propagator at all.
const NONE: &str = "none";

/// The formats that are written and read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Propagators {
    pub(crate) trace_context: bool,
    pub(crate) baggage: bool,
}

impl Propagators {
    /// What is spoken where nothing is said.
    const DEFAULT: Self = Self {
        trace_context: true,
        baggage: true,
    };

    /// The ones that a list names; `None` where it names none that is known here.
    pub(crate) fn parse(list: &str) -> Option<Self> {
        let has = |name: &str| words(list).any(|word| word.eq_ignore_ascii_case(name));
        let spoken = Self {
            trace_context: has(TRACE_CONTEXT),
            baggage: has(BAGGAGE),
        };
        (spoken.trace_context || spoken.baggage || is_none(list)).then_some(spoken)
    }

    /// Whether every word of a list is known here, and `none` stands alone.
    #[cfg(feature = "setup")]
    pub(crate) fn knows_all(list: &str) -> bool {
        let is_known = |word: &str| {
            [TRACE_CONTEXT, BAGGAGE]
                .iter()
                .any(|known| word.eq_ignore_ascii_case(known))
        };
        is_none(list) || words(list).all(is_known)
    }

    /// Those of this process.
    pub(crate) fn spoken() -> Self {
        static SPOKEN: OnceLock<Propagators> = OnceLock::new();

        *SPOKEN.get_or_init(|| {
            let list = std::env::var(PROPAGATORS).unwrap_or_default();
            Self::parse(&list).unwrap_or(Self::DEFAULT)
        })
    }
}

fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
}

fn is_none(list: &str) -> bool {
    let mut words = words(list);
    words
        .next()
        .is_some_and(|word| word.eq_ignore_ascii_case(NONE))
        && words.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_what_is_spoken() {
        let said = |list| Propagators::parse(list).map(|said| (said.trace_context, said.baggage));
        assert_eq!(said("tracecontext"), Some((true, false)));
        assert_eq!(said(" Baggage,"), Some((false, true)));
        assert_eq!(said("baggage,tracecontext"), Some((true, true)));
        assert_eq!(said("b3,tracecontext"), Some((true, false)));
        assert_eq!(said("none"), Some((false, false)));
        for unknown in ["", "b3", "none,b3", "xray,jaeger"] {
            assert_eq!(said(unknown), None, "{unknown}");
        }
    }

    #[cfg(feature = "setup")]
    #[test]
    fn a_word_that_is_not_known_is_seen() {
        for known in ["", "tracecontext", "baggage, tracecontext,", "NONE"] {
            assert!(Propagators::knows_all(known), "{known}");
        }
        for unknown in ["b3", "tracecontext,b3", "none,tracecontext"] {
            assert!(!Propagators::knows_all(unknown), "{unknown}");
        }
    }
}
