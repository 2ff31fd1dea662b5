//! Responses, and the events of their streams.

use async_openai::types::responses::{
    ConversationParam, CreateResponse, InputItem, InputParam, Item, OutputItem, Response as Told,
    ResponseStreamEvent, ResponseUsage, ServiceTierResponses, Status,
    TextResponseFormatConfiguration,
};

use super::{count, effort};
use crate::adapters::json::openai_responses::{finish_reason, output};
use crate::adapters::json_of;
use crate::budget::Budget;
use crate::chunk::LlmChunk;
use crate::content;
use crate::content::shape::{self, part_of};
use crate::llm_response::LlmResponse;
use crate::request::{LlmRequest, Request};
use crate::response::Response;
use crate::semconv::value::{openai_api, output_type};
use crate::usage::Usage;

/// The one choice that there is.
const CHOICE: usize = 0;

impl LlmRequest for CreateResponse {
    fn describe(&self, request: &mut Request) {
        let reasoning = self
            .reasoning
            .as_ref()
            .and_then(|told| told.effort.as_ref());
        let conversation = self
            .conversation
            .as_ref()
            .map(|conversation| match conversation {
                ConversationParam::ConversationID(id) => id,
                ConversationParam::Object(conversation) => &conversation.id,
            });
        let output = self.text.as_ref().map(|text| match text.format {
            TextResponseFormatConfiguration::Text => output_type::TEXT,
            TextResponseFormatConfiguration::JsonObject
            | TextResponseFormatConfiguration::JsonSchema(_) => output_type::JSON,
        });
        request
            .openai_api_type(openai_api::RESPONSES)
            .model(&self.model)
            .temperature(&self.temperature)
            .top_p(&self.top_p)
            .max_tokens(&self.max_output_tokens)
            .stream(&self.stream)
            .reasoning_level(&reasoning.map(effort))
            .output_type(&output)
            .openai_service_tier(&self.service_tier.as_ref().map(tier))
            .previous_response_id(&self.previous_response_id)
            .conversation_id(&conversation)
            .prompt_name(&self.prompt.as_ref().map(|prompt| &prompt.id))
            .prompt_version(
                &self
                    .prompt
                    .as_ref()
                    .and_then(|prompt| prompt.version.as_ref()),
            )
            .compacted(&is_compacted(&self.input));
        if content::is_captured() {
            contents(self, request);
        }
    }
}

fn is_compacted(input: &InputParam) -> bool {
    match input {
        InputParam::Text(_) => false,
        InputParam::Items(items) => items
            .iter()
            .any(|item| matches!(item, InputItem::Item(Item::Compaction(_)))),
    }
}

fn contents(body: &CreateResponse, request: &mut Request) {
    request.input = Some(match &body.input {
        InputParam::Text(text) => Budget::default().head(text).into(),
        InputParam::Items(items) => shape::messages(items, |told, budget| {
            shape::message(&json_of(told), "assistant", budget)
        }),
    });
    request.system = body.instructions.as_ref().map(|told| {
        let part = part_of("text", told, &mut Budget::default());
        part.into_iter().collect()
    });
    let tools = body.tools.as_deref().unwrap_or_default();
    request.tools = shape::tools(tools, |tool, budget| {
        Some(shape::definition(&json_of(tool), budget))
    });
}

impl LlmResponse for Told {
    fn describe(&self, response: &mut Response) {
        begin(self, response);
        if content::is_captured() && !self.output.is_empty() {
            // Pieces may have come before; what was answered is told here again, and whole.
            response.output_anew();
            for item in &self.output {
                output(&json_of(item), response);
            }
        }
    }
}

/// All but what was answered.
fn begin(told: &Told, response: &mut Response) {
    let state = status(&told.status);
    let incomplete = told.incomplete_details.as_ref();
    let reason = incomplete.map(|details| details.reason.as_str());
    let is_compaction = |item: &OutputItem| matches!(item, OutputItem::Compaction(_));
    response
        .openai_api_type(openai_api::RESPONSES)
        .identify(Some(&told.id), Some(&told.model))
        .compacted(told.output.iter().any(is_compaction))
        .status(state);
    if let Some(reason) = finish_reason(state, reason) {
        response.ended(CHOICE, reason);
    }
    if let Some(served) = &told.service_tier {
        response.openai_service_tier(tier(served));
    }
    if let Some(usage) = &told.usage {
        response.usage(read_usage(usage));
    }
}

impl LlmChunk for ResponseStreamEvent {
    fn describe(&self, response: &mut Response) {
        match self {
            Self::ResponseCreated(event) => begin(&event.response, response),
            Self::ResponseQueued(event) => begin(&event.response, response),
            Self::ResponseInProgress(event) => begin(&event.response, response),
            Self::ResponseCompleted(event) => event.response.describe(response),
            Self::ResponseIncomplete(event) => event.response.describe(response),
            Self::ResponseFailed(event) => event.response.describe(response),
            Self::ResponseOutputTextDelta(event) => {
                response.output_text(&event.delta);
            }
            Self::ResponseRefusalDelta(event) => {
                response.output_refusal_of(CHOICE, &event.delta);
            }
            Self::ResponseReasoningTextDelta(event) => {
                response.output_reasoning_of(CHOICE, &event.delta);
            }
            Self::ResponseReasoningSummaryTextDelta(event) => {
                response.output_reasoning_of(CHOICE, &event.delta);
            }
            Self::ResponseFunctionCallArgumentsDelta(event) => {
                grow_call(event.output_index, &event.delta, response);
            }
            Self::ResponseCustomToolCallInputDelta(event) => {
                grow_call(event.output_index, &event.delta, response);
            }
            Self::ResponseOutputItemAdded(event) => {
                let called = match &event.item {
                    OutputItem::FunctionCall(call) => Some((&call.call_id, &call.name)),
                    OutputItem::CustomToolCall(call) => Some((&call.call_id, &call.name)),
                    _ => None,
                };
                if let Some((id, name)) = called {
                    let at = place(event.output_index);
                    response.output_tool_call_of(CHOICE, at, Some(id), Some(name), "");
                }
            }
            _ => {}
        }
    }
}

fn grow_call(output_index: u32, delta: &str, response: &mut Response) {
    response.output_tool_call_of(CHOICE, place(output_index), None, None, delta);
}

fn place(output_index: u32) -> usize {
    usize::try_from(output_index).unwrap_or_default()
}

fn read_usage(usage: &ResponseUsage) -> Usage {
    let inputs = &usage.input_tokens_details;
    Usage {
        cache_read_input_tokens: Some(inputs.cached_tokens.into()),
        cache_write_input_tokens: count(inputs.cache_write_tokens),
        reasoning_output_tokens: Some(usage.output_tokens_details.reasoning_tokens.into()),
        ..Usage::new(usage.input_tokens.into(), usage.output_tokens.into())
    }
}

fn status(status: &Status) -> &'static str {
    match status {
        Status::Completed => "completed",
        Status::Failed => "failed",
        Status::InProgress => "in_progress",
        Status::Cancelled => "cancelled",
        Status::Queued => "queued",
        Status::Incomplete => "incomplete",
    }
}

fn tier(tier: &ServiceTierResponses) -> &'static str {
    match tier {
        ServiceTierResponses::Auto => "auto",
        ServiceTierResponses::Default => "default",
        ServiceTierResponses::Flex => "flex",
        ServiceTierResponses::Scale => "scale",
        ServiceTierResponses::Priority => "priority",
        ServiceTierResponses::Fast => "fast",
        ServiceTierResponses::Ultrafast => "ultrafast",
    }
}
