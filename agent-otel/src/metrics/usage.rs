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
pub(super) const UNKNOWN: usize = 3;

/// The most tokens that one operation is believed to have used. Sums of counts without bound would overflow.
const MOST: u64 = 1_000_000_000_000;

/// Token counts as the attributes of a finished operation tell them. A count that is negative or not to be believed is none.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    totals: [u64; 5],
    /// One bit for each total that is known.
    known: u8,
    /// Input, output and cache read, each as text, image and audio; few operations tell them.
    parts: Option<Box<[[u64; 3]; 3]>>,
}

/// Where a count belongs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Total(Count),
    Part(Count, usize),
}

impl Place {
    /// Where the attribute with this key belongs, if it is a count of tokens.
    pub(super) fn of(key: &str) -> Option<Self> {
        let key = key.strip_prefix("gen_ai.usage.")?;
        let total = match key {
            "input_tokens" => Count::Input,
            "output_tokens" => Count::Output,
            "cache_read.input_tokens" => Count::CacheRead,
            "cache_write.input_tokens" | "cache_creation.input_tokens" => Count::CacheWrite,
            "reasoning.output_tokens" => Count::Reasoning,
            _ => return Self::of_part(key),
        };
        Some(Self::Total(total))
    }

    fn of_part(key: &str) -> Option<Self> {
        let (modality, key) = key.split_once('.')?;
        let of = match key {
            "input_tokens" => Count::Input,
            "output_tokens" => Count::Output,
            "cache_read.input_tokens" => Count::CacheRead,
            _ => return None,
        };
        let place = MODALITIES.iter().position(|known| *known == modality)?;
        Some(Self::Part(of, place))
    }
}

impl Tokens {
    /// Takes the value of one attribute.
    #[inline]
    pub(super) fn take(&mut self, place: Place, value: &Value) {
        let Value::I64(tokens) = *value else {
            return;
        };
        let Some(tokens) = u64::try_from(tokens).ok().filter(|tokens| *tokens <= MOST) else {
            return;
        };
        match place {
            Place::Total(count) => {
                if let Some(total) = self.totals.get_mut(count as usize) {
                    *total = tokens;
                    self.known |= 1 << count as usize;
                }
            }
            Place::Part(of, modality) => {
                let parts = self.parts.get_or_insert_default();
                let part = parts.get_mut(of as usize);
                if let Some(part) = part.and_then(|parts| parts.get_mut(modality)) {
                    *part = tokens;
                }
            }
        }
    }

    /// The total of one count, where it is known.
    #[inline]
    pub(super) fn total(&self, count: Count) -> Option<u64> {
        let total = self.totals.get(count as usize).copied();
        total.filter(|_| self.known & 1 << count as usize != 0)
    }

    /// What to add to the counter of a `count` for each modality, where any is known.
    #[inline]
    pub(super) fn by_modality(&self, count: Count) -> Option<[u64; 4]> {
        let parts = self.parts.as_deref()?.get(count as usize)?;
        Some(divided(self.total(count)?, parts))
    }
}

/// The parts of a total, and the rest of it. Parts that are more than the whole are not known.
fn divided(total: u64, [text, image, audio]: &[u64; 3]) -> [u64; 4] {
    let known = text.saturating_add(*image).saturating_add(*audio);
    match total.checked_sub(known) {
        Some(rest) => [*text, *image, *audio, rest],
        None => [0, 0, 0, total],
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
            let place = Place::of(key).expect("a count of tokens");
            tokens.take(place, &Value::I64(*count));
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
        assert_eq!(tokens.total(Count::Reasoning), None);
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
