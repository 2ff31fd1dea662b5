//! Token usage of one model call.

use opentelemetry::{KeyValue, Value};

use crate::semconv;

/// Token counts of one model call, in tokens. What the provider did not report is `None`, which is not 0.
///
/// `input_tokens` are **all** input tokens, cached ones included; the cache and reasoning counts are parts of the totals
/// and not added to them (GenAI conventions, "Attribute registry", `gen_ai.usage.*`).
///
/// # Examples
///
/// ```
/// use agent_otel::Usage;
///
/// let usage = Usage::new(412, 38).cache_read_input_tokens(256);
/// assert_eq!(usage.input_tokens, Some(412));
/// assert_eq!(usage.reasoning_output_tokens, None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// `gen_ai.usage.input_tokens`
    pub input_tokens: Option<u64>,
    /// `gen_ai.usage.output_tokens`
    pub output_tokens: Option<u64>,
    /// `gen_ai.usage.cache_read.input_tokens`
    pub cache_read_input_tokens: Option<u64>,
    /// `gen_ai.usage.cache_write.input_tokens`
    pub cache_write_input_tokens: Option<u64>,
    /// `gen_ai.usage.reasoning.output_tokens`
    pub reasoning_output_tokens: Option<u64>,
}

impl Usage {
    /// Usage of `input` and `output` tokens.
    pub fn new(input: u64, output: u64) -> Self {
        Self {
            input_tokens: Some(input),
            output_tokens: Some(output),
            ..Self::default()
        }
    }

    /// Sets the tokens that were served from the provider's cache.
    pub fn cache_read_input_tokens(mut self, tokens: u64) -> Self {
        self.cache_read_input_tokens = Some(tokens);
        self
    }

    /// Sets the tokens that were written to the provider's cache.
    pub fn cache_write_input_tokens(mut self, tokens: u64) -> Self {
        self.cache_write_input_tokens = Some(tokens);
        self
    }

    /// Sets the tokens that were spent on reasoning.
    pub fn reasoning_output_tokens(mut self, tokens: u64) -> Self {
        self.reasoning_output_tokens = Some(tokens);
        self
    }

    /// The count that `attributes` have under `key`.
    pub(crate) fn counted(attributes: &[KeyValue], key: &str) -> Option<u64> {
        let mut attributes = attributes.iter();
        match attributes
            .find(|attribute| attribute.key.as_str() == key)?
            .value
        {
            Value::I64(tokens) => u64::try_from(tokens).ok(),
            _ => None,
        }
    }

    /// The attributes that are known.
    pub(crate) fn attributes(self) -> impl Iterator<Item = KeyValue> {
        self.counts()
            .into_iter()
            .filter_map(|(key, tokens)| Some(KeyValue::new(key, count(tokens?))))
    }

    pub(crate) fn counts(self) -> [(&'static str, Option<u64>); 5] {
        [
            (semconv::GEN_AI_USAGE_INPUT_TOKENS, self.input_tokens),
            (semconv::GEN_AI_USAGE_OUTPUT_TOKENS, self.output_tokens),
            (
                semconv::GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
                self.cache_read_input_tokens,
            ),
            (
                semconv::version::CACHE_WRITE_INPUT_TOKENS.key(),
                self.cache_write_input_tokens,
            ),
            (
                semconv::GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
                self.reasoning_output_tokens,
            ),
        ]
    }
}

/// A count as an attribute holds it.
pub(crate) fn count(tokens: u64) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX)
}
