//! Tokens of one operation as the usage counters take them: by what they were used for, and by modality.

use opentelemetry::{KeyValue, Value};

use crate::semconv::{self, value::token_modality};

/// What tokens were used for, in the order of the counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    Input,
    Output,
    CacheRead,
    CacheWrite,
    Reasoning,
}

/// Modalities, in the order of their labels.
pub(super) const MODALITIES: [&str; 4] = [
    token_modality::TEXT,
    token_modality::IMAGE,
    token_modality::AUDIO,
    token_modality::UNKNOWN,
];

/// The place of tokens of which no modality is known.
const UNKNOWN: usize = 3;

/// The most tokens that one operation is believed to have used. Sums of counts without bound would overflow.
const MOST: u64 = 1_000_000_000_000;

/// Token counts as the attributes of a finished operation tell them. A count that is negative or not to be believed is none.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    totals: [Option<u64>; 5],
    /// Input, output and cache read, each as text, image and audio.
    parts: [[u64; 3]; 3],
}

impl Tokens {
    /// Takes one attribute, if it is a count of tokens.
    pub(super) fn take(&mut self, attribute: &KeyValue) {
        let key = attribute.key.as_str();
        let Some(key) = key.strip_prefix("gen_ai.usage.") else {
            return;
        };
        let Value::I64(tokens) = attribute.value else {
            return;
        };
        let Ok(tokens) = u64::try_from(tokens) else {
            return;
        };
        if tokens > MOST {
            return;
        }
        let total = match key {
            "input_tokens" => Count::Input,
            "output_tokens" => Count::Output,
            "cache_read.input_tokens" => Count::CacheRead,
            "cache_write.input_tokens" | "cache_creation.input_tokens" => Count::CacheWrite,
            "reasoning.output_tokens" => Count::Reasoning,
            _ => return self.part(key, tokens),
        };
        if let Some(known) = self.totals.get_mut(total as usize) {
            *known = Some(tokens);
        }
    }

    fn part(&mut self, key: &str, tokens: u64) {
        let Some((modality, key)) = key.split_once('.') else {
            return;
        };
        let of = match key {
            "input_tokens" => Count::Input,
            "output_tokens" => Count::Output,
            "cache_read.input_tokens" => Count::CacheRead,
            _ => return,
        };
        let place = MODALITIES.iter().position(|known| *known == modality);
        let part = self
            .parts
            .get_mut(of as usize)
            .and_then(|parts| parts.get_mut(place?));
        if let Some(part) = part {
            *part = tokens;
        }
    }

    /// The total of one count, where it is known.
    pub(super) fn total(&self, count: Count) -> Option<u64> {
        self.totals.get(count as usize).copied().flatten()
    }

    /// What to add to the counter of `count` for each modality; `None` where the total is not known.
    pub(super) fn by_modality(&self, count: Count) -> Option<[u64; 4]> {
        let total = self.total(count)?;
        let mut added = [0, 0, 0, total];
        if let Some(parts) = self.parts.get(count as usize) {
            for (added, part) in added.iter_mut().zip(parts) {
                *added = *part;
            }
            let known = parts
                .iter()
                .fold(0, |sum: u64, part| sum.saturating_add(*part));
            if known > total {
                // Parts that are more than the whole are not known.
                return Some([0, 0, 0, total]);
            }
            added[UNKNOWN] = total - known;
        }
        Some(added)
    }
}

/// All counts that have a counter.
pub(super) const COUNTS: [Count; 5] = [
    Count::Input,
    Count::Output,
    Count::CacheRead,
    Count::CacheWrite,
    Count::Reasoning,
];

/// `gen_ai.token.type` of v1.41.1.
pub(super) fn token_type(word: &'static str) -> KeyValue {
    KeyValue::new(semconv::version::TOKEN_TYPE_1_41, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(attributes: &[(&'static str, i64)]) -> Tokens {
        let mut tokens = Tokens::default();
        for (key, count) in attributes {
            tokens.take(&KeyValue::new(*key, *count));
        }
        tokens
    }

    #[test]
    fn what_no_modality_is_known_of_is_unknown() {
        let tokens = tokens(&[
            (semconv::GEN_AI_USAGE_INPUT_TOKENS, 300),
            (semconv::GEN_AI_USAGE_TEXT_INPUT_TOKENS, 100),
            (semconv::GEN_AI_USAGE_IMAGE_INPUT_TOKENS, 150),
            (semconv::GEN_AI_USAGE_OUTPUT_TOKENS, 7),
        ]);
        assert_eq!(tokens.by_modality(Count::Input), Some([100, 150, 0, 50]));
        assert_eq!(tokens.by_modality(Count::Output), Some([0, 0, 0, 7]));
        assert_eq!(tokens.by_modality(Count::Reasoning), None);
    }

    #[test]
    fn parts_that_exceed_the_whole_and_negative_counts_are_not_taken() {
        let tokens = tokens(&[
            (semconv::GEN_AI_USAGE_INPUT_TOKENS, 10),
            (semconv::GEN_AI_USAGE_TEXT_INPUT_TOKENS, 100),
            (semconv::GEN_AI_USAGE_OUTPUT_TOKENS, -1),
        ]);
        assert_eq!(tokens.by_modality(Count::Input), Some([0, 0, 0, 10]));
        assert_eq!(tokens.total(Count::Output), None);
    }
}
