//! The types of [`async_openai`]: chats, responses, completions and embeddings.

mod chat;
mod completions;
mod embeddings;
mod responses;

use async_openai::types::chat::{
    CompletionUsage, ReasoningEffort, ResponseFormat, ServiceTier, StopConfiguration,
};

use super::json::openai_chat::with_reasoning;
use crate::request::Request;
use crate::semconv::value::output_type;
use crate::usage::Usage;

fn read_usage(usage: &CompletionUsage) -> Usage {
    let inputs = usage.prompt_tokens_details.as_ref();
    let outputs = usage.completion_tokens_details.as_ref();
    let input = Some(usage.prompt_tokens.into());
    let output = Some(usage.completion_tokens.into());
    let reasoning = outputs
        .and_then(|details| details.reasoning_tokens)
        .map(u64::from);
    Usage {
        input_tokens: input,
        output_tokens: with_reasoning(input, output, reasoning, Some(usage.total_tokens.into())),
        cache_read_input_tokens: inputs
            .and_then(|details| details.cached_tokens)
            .map(u64::from),
        cache_write_input_tokens: count(inputs.and_then(|details| details.cache_write_tokens)),
        reasoning_output_tokens: reasoning,
        text_input_tokens: share(inputs.and_then(|details| details.text_tokens)),
        image_input_tokens: share(inputs.and_then(|details| details.image_tokens)),
        audio_input_tokens: share(inputs.and_then(|details| details.audio_tokens.map(i64::from))),
        text_output_tokens: share(outputs.and_then(|details| details.text_tokens)),
        audio_output_tokens: share(outputs.and_then(|details| details.audio_tokens.map(i64::from))),
        ..Usage::default()
    }
}

/// A negative count is no count.
fn count(tokens: Option<i64>) -> Option<u64> {
    tokens.and_then(|tokens| u64::try_from(tokens).ok())
}

/// The part of a total that a modality has: 0 is told of those that did not occur.
fn share(tokens: Option<i64>) -> Option<u64> {
    count(tokens).filter(|tokens| *tokens > 0)
}

fn stop(stop: Option<&StopConfiguration>, request: &mut Request) {
    match stop {
        Some(StopConfiguration::String(stop)) => request.stop_sequences(stop),
        Some(StopConfiguration::StringArray(stop)) => request.stop_sequences(stop),
        None => request,
    };
}

fn effort(effort: &ReasoningEffort) -> &'static str {
    match effort {
        ReasoningEffort::None => "none",
        ReasoningEffort::Minimal => "minimal",
        ReasoningEffort::Low => "low",
        ReasoningEffort::Medium => "medium",
        ReasoningEffort::High => "high",
        ReasoningEffort::Xhigh => "xhigh",
        ReasoningEffort::Max => "max",
    }
}

fn tier(tier: &ServiceTier) -> &'static str {
    match tier {
        ServiceTier::Auto => "auto",
        ServiceTier::Default => "default",
        ServiceTier::Flex => "flex",
        ServiceTier::Scale => "scale",
        ServiceTier::Priority => "priority",
        ServiceTier::Fast => "fast",
    }
}

fn format(format: &ResponseFormat) -> &'static str {
    match format {
        ResponseFormat::Text => output_type::TEXT,
        ResponseFormat::JsonObject | ResponseFormat::JsonSchema { .. } => output_type::JSON,
    }
}
