//! What the end of an operation has to know of its start.

use crate::semconv;
use crate::semconv::value::provider;

/// Attributes that a request may tell and a response as well; each is written once.
const BY_BOTH: [&str; 5] = [
    semconv::GEN_AI_RESPONSE_ID,
    semconv::GEN_AI_REQUEST_STREAM,
    semconv::GEN_AI_EMBEDDINGS_DIMENSION_COUNT,
    semconv::GEN_AI_CONVERSATION_COMPACTED,
    semconv::OPENAI_API_TYPE,
];

/// What was told when the operation began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    vendor: Vendor,
    /// One bit for each of [`BY_BOTH`].
    told: u8,
    /// A request of MCP that calls a tool.
    calls_tool: bool,
}

/// A provider with attributes of its own. `gen_ai.provider.name` decides: what speaks the API of OpenAI may be anybody's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Vendor {
    #[default]
    Other,
    OpenAi,
    AwsBedrock,
}

impl Known {
    /// Notes who the provider is.
    pub(crate) fn provider(&mut self, name: &str) {
        self.vendor = match name {
            provider::OPENAI => Vendor::OpenAi,
            provider::AWS_BEDROCK => Vendor::AwsBedrock,
            _ => Vendor::Other,
        };
    }

    /// Notes that the operation calls a tool.
    pub(crate) fn tell_tool_call(&mut self) {
        self.calls_tool = true;
    }

    /// Whether the operation calls a tool, over MCP.
    pub(crate) fn calls_tool(self) -> bool {
        self.calls_tool
    }

    /// Notes that `key` was told.
    #[inline]
    pub(crate) fn tell(&mut self, key: &str) {
        self.told |= bit(key);
    }

    /// Notes what `other` knows, except for the provider.
    pub(crate) fn merge(&mut self, other: Self) {
        self.told |= other.told;
    }

    /// Whether `key` was told.
    pub(crate) fn has(self, key: &str) -> bool {
        self.told & bit(key) != 0
    }

    /// Whether a span of this provider may carry `key`.
    pub(crate) fn admits(self, key: &str) -> bool {
        match key.split_once('.') {
            Some(("openai", _)) => self.vendor == Vendor::OpenAi,
            Some(("aws", _)) => self.vendor == Vendor::AwsBedrock,
            _ => true,
        }
    }
}

#[inline]
fn bit(key: &str) -> u8 {
    let place = BY_BOTH.iter().position(|known| *known == key);
    place.map_or(0, |place| 1 << place)
}
