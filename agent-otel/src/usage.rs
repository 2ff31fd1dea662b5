//! Token usage of one model call.

use std::fmt;

use opentelemetry::{KeyValue, Value};

use crate::semconv;

macro_rules! usage {
    ($($(#[$doc:meta])* $name:ident => $key:expr, $set:literal;)*) => {
        /// Token counts of one model call, in tokens. What the provider did not report is `None`, which is not 0.
        ///
        /// `input_tokens` are **all** input tokens, cached ones included; the cache, reasoning and modality counts are
        /// parts of the totals and not added to them (GenAI conventions, "Attribute registry", `gen_ai.usage.*`). A count
        /// that an attribute cannot hold, one above [`i64::MAX`], is left out.
        ///
        /// # Examples
        ///
        /// 100 tokens of text, 40 of them cached, and an image of 200:
        ///
        /// ```
        /// use agent_otel::Usage;
        ///
        /// let usage = Usage::new(300, 38)
        ///     .cache_read_input_tokens(40)
        ///     .text_input_tokens(100)
        ///     .text_cache_read_input_tokens(40)
        ///     .image_input_tokens(200);
        /// assert_eq!(usage.input_tokens, Some(300));
        /// assert_eq!(usage.reasoning_output_tokens, None);
        /// ```
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Usage {
            $($(#[$doc])* pub $name: Option<u64>,)*
        }

        impl Usage {
            $(
                #[doc = $set]
                #[must_use]
                pub fn $name(mut self, tokens: u64) -> Self {
                    self.$name = Some(tokens);
                    self
                }
            )*

        }

        /// One of the counts.
        #[expect(non_camel_case_types, reason = "named as the fields of `Usage` are")]
        #[derive(Clone, Copy, Debug)]
        pub(crate) enum Count {
            $($name,)*
        }

        impl Count {
            const ALL: &[Self] = &[$(Self::$name,)*];

            fn key(self) -> &'static str {
                match self {
                    $(Self::$name => $key,)*
                }
            }
        }

        impl From<Usage> for Counts {
            fn from(usage: Usage) -> Self {
                let mut counts = Self::default();
                counts.add(&usage);
                counts
            }
        }

        impl From<Counts> for Usage {
            fn from(counts: Counts) -> Self {
                Self {
                    $($name: counts.get(Count::$name),)*
                }
            }
        }

        impl Counts {
            /// Takes over what is known of `usage`.
            #[inline]
            pub(crate) fn add(&mut self, usage: &Usage) {
                $(
                    if let Some(tokens) = usage.$name {
                        self.set(Count::$name, tokens);
                    }
                )*
            }
        }
    };
}

usage! {
    /// `gen_ai.usage.input_tokens`
    input_tokens => semconv::GEN_AI_USAGE_INPUT_TOKENS, "Sets all tokens of the input, cached ones included.";
    /// `gen_ai.usage.output_tokens`
    output_tokens => semconv::GEN_AI_USAGE_OUTPUT_TOKENS, "Sets all tokens of the output, those spent on reasoning included.";
    /// `gen_ai.usage.cache_read.input_tokens`
    cache_read_input_tokens => semconv::GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
        "Sets the tokens that were served from the provider's cache.";
    /// `gen_ai.usage.cache_write.input_tokens`
    cache_write_input_tokens => semconv::version::CACHE_WRITE_INPUT_TOKENS.key(),
        "Sets the tokens that were written to the provider's cache.";
    /// `gen_ai.usage.reasoning.output_tokens`
    reasoning_output_tokens => semconv::GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
        "Sets the tokens that were spent on reasoning.";
    /// `gen_ai.usage.text.input_tokens`
    text_input_tokens => semconv::GEN_AI_USAGE_TEXT_INPUT_TOKENS, "Sets the part of the input tokens that is text.";
    /// `gen_ai.usage.text.output_tokens`
    text_output_tokens => semconv::GEN_AI_USAGE_TEXT_OUTPUT_TOKENS, "Sets the part of the output tokens that is text.";
    /// `gen_ai.usage.text.cache_read.input_tokens`
    text_cache_read_input_tokens => semconv::GEN_AI_USAGE_TEXT_CACHE_READ_INPUT_TOKENS,
        "Sets the part of the text that was served from the provider's cache.";
    /// `gen_ai.usage.image.input_tokens`
    image_input_tokens => semconv::GEN_AI_USAGE_IMAGE_INPUT_TOKENS, "Sets the part of the input tokens that is images.";
    /// `gen_ai.usage.image.output_tokens`
    image_output_tokens => semconv::GEN_AI_USAGE_IMAGE_OUTPUT_TOKENS, "Sets the part of the output tokens that is images.";
    /// `gen_ai.usage.image.cache_read.input_tokens`
    image_cache_read_input_tokens => semconv::GEN_AI_USAGE_IMAGE_CACHE_READ_INPUT_TOKENS,
        "Sets the part of the images that was served from the provider's cache.";
    /// `gen_ai.usage.audio.input_tokens`
    audio_input_tokens => semconv::GEN_AI_USAGE_AUDIO_INPUT_TOKENS, "Sets the part of the input tokens that is audio.";
    /// `gen_ai.usage.audio.output_tokens`
    audio_output_tokens => semconv::GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS, "Sets the part of the output tokens that is audio.";
    /// `gen_ai.usage.audio.cache_read.input_tokens`
    audio_cache_read_input_tokens => semconv::GEN_AI_USAGE_AUDIO_CACHE_READ_INPUT_TOKENS,
        "Sets the part of the audio that was served from the provider's cache.";
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
    pub(crate) fn attributes(self) -> Vec<KeyValue> {
        let mut attributes = Vec::new();
        Counts::from(self).tell(|attribute| attributes.push(attribute));
        attributes
    }
}

/// What is known of a [`Usage`], in a form that costs as much as is known.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// One bit for each [`Count`].
    known: u16,
    tokens: [u64; Count::ALL.len()],
}

impl Counts {
    #[inline]
    pub(crate) fn set(&mut self, count: Count, tokens: u64) {
        if let Some(known) = self.tokens.get_mut(count as usize) {
            *known = tokens;
            self.known |= 1 << count as usize;
        }
    }

    #[inline]
    pub(crate) fn get(&self, count: Count) -> Option<u64> {
        let tokens = self.tokens.get(count as usize).copied();
        tokens.filter(|_| self.known & 1 << count as usize != 0)
    }

    /// Those whose bit is in `left`.
    fn each(&self, mut left: u16) -> impl Iterator<Item = (&'static str, u64)> {
        std::iter::from_fn(move || {
            let place = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            Some((Count::ALL.get(place)?.key(), *self.tokens.get(place)?))
        })
    }

    /// Tells the attributes that are known, one by one.
    #[inline(always)]
    pub(crate) fn tell(&self, mut tell: impl FnMut(KeyValue)) {
        let mut told = |key, tokens| {
            if let Ok(tokens) = i64::try_from(tokens) {
                tell(KeyValue::new(key, tokens));
            }
        };
        // What nearly every call has, in line.
        let mut others = self.known;
        for count in [Count::input_tokens, Count::output_tokens] {
            others &= !(1 << count as usize);
            if let Some(tokens) = self.get(count) {
                told(count.key(), tokens);
            }
        }
        if others != 0 {
            self.each(others)
                .for_each(|(key, tokens)| told(key, tokens));
        }
    }
}

impl fmt::Debug for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.each(self.known)).finish()
    }
}

/// A count as an attribute holds it.
pub(crate) fn count(tokens: u64) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_known_is_told_in_order() {
        let (input, output) = ("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens");
        let cached = "gen_ai.usage.cache_read.input_tokens";
        let (both, none) = (Usage::new(300, 38), Usage::default());
        let told = [
            (none, vec![]),
            (both, vec![(input, 300), (output, 38)]),
            (none.output_tokens(38), vec![(output, 38)]),
            (
                both.cache_read_input_tokens(40),
                vec![(input, 300), (output, 38), (cached, 40)],
            ),
            (
                none.input_tokens(300).cache_read_input_tokens(40),
                vec![(input, 300), (cached, 40)],
            ),
            (none.cache_read_input_tokens(40), vec![(cached, 40)]),
            (none.input_tokens(u64::MAX), vec![]),
        ];
        for (usage, told) in told {
            let told = told.into_iter();
            let told: Vec<_> = told
                .map(|(key, tokens)| KeyValue::new(key, tokens))
                .collect();
            assert_eq!(usage.attributes(), told);
        }
    }
}
