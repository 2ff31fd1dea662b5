//! The newest names, or those of v1.41.1 where they differ: one table with two columns.

use std::sync::atomic::{AtomicU8, Ordering};

/// The version of the conventions whose names are emitted.
///
/// `AGENT_OTEL_SEMCONV=1.41` or `Builder::semconv` chooses the older one, which dashboards and the libraries of other
/// languages still use. It differs in the names of metrics ([`metric`](super::metric)) and of a few attributes
/// ([`RENAMED`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Version {
    /// The newest names.
    #[default]
    Newest,
    /// The names of v1.41.1.
    V1_41,
}

/// An attribute that has another name in v1.41.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Renamed {
    /// The name in the newest conventions.
    pub name: &'static str,
    /// The name in v1.41.1.
    pub name_1_41: &'static str,
}

/// Every attribute that has another name in v1.41.1.
pub const RENAMED: &[&Renamed] = &[&CACHE_WRITE_INPUT_TOKENS, &RETRIEVAL_TOP_K];

/// `gen_ai.usage.cache_write.input_tokens`, and its older name.
pub const CACHE_WRITE_INPUT_TOKENS: Renamed = Renamed {
    name: super::GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
    name_1_41: "gen_ai.usage.cache_creation.input_tokens",
};

/// `gen_ai.retrieval.top_k`, and its older name.
pub const RETRIEVAL_TOP_K: Renamed = Renamed {
    name: super::GEN_AI_RETRIEVAL_TOP_K,
    name_1_41: super::GEN_AI_REQUEST_TOP_K,
};

/// `gen_ai.token.type` of v1.41.1, which the newest conventions have in the names of metrics.
pub const TOKEN_TYPE_1_41: &str = "gen_ai.token.type";

const NOT_READ: u8 = 0;
const NEWEST: u8 = 1;
const V1_41: u8 = 2;

static CHOSEN: AtomicU8 = AtomicU8::new(NOT_READ);

impl Version {
    /// The version that a word names: `1.41`, `1.41.1` or `latest`.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase();
        match word.trim_start_matches('v') {
            "1.41" | "1.41.0" | "1.41.1" => Some(Version::V1_41),
            "latest" => Some(Version::Newest),
            _ => None,
        }
    }

    /// The version that counts in this process.
    pub(crate) fn chosen() -> Self {
        match CHOSEN.load(Ordering::Relaxed) {
            NEWEST => Version::Newest,
            V1_41 => Version::V1_41,
            _ => {
                let word = std::env::var("AGENT_OTEL_SEMCONV").unwrap_or_default();
                Version::parse(&word).unwrap_or_default().choose()
            }
        }
    }

    /// Makes this the version that counts.
    pub(crate) fn choose(self) -> Self {
        let chosen = match self {
            Version::Newest => NEWEST,
            Version::V1_41 => V1_41,
        };
        CHOSEN.store(chosen, Ordering::Relaxed);
        self
    }
}

impl Renamed {
    /// The name in the version that counts.
    pub(crate) fn key(&self) -> &'static str {
        match Version::chosen() {
            Version::Newest => self.name,
            Version::V1_41 => self.name_1_41,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_names_a_version() {
        assert_eq!(Version::parse("1.41"), Some(Version::V1_41));
        assert_eq!(Version::parse(" v1.41.1 "), Some(Version::V1_41));
        assert_eq!(Version::parse("latest"), Some(Version::Newest));
        assert_eq!(Version::parse("V1.41"), Some(Version::V1_41));
        assert_eq!(Version::parse("1.37"), None);
    }
}
