//! Chats and embeddings of [`genai`], which has normalized the counts of its providers already.
//!
//! Its calls take the model, the messages and the options apart: `request = (&request, &options)` tells both, and
//! `model = …` the model.

use genai::ModelIden;
use genai::chat::{
    Binary, BinarySource, ChatMessage, ChatOptions, ChatRequest, ChatResponse, ChatResponseFormat,
    ChatRole, ChatStreamEvent, ContentPart, MessageContent, ReasoningEffort, ServiceTier,
    StreamEnd, Tool, ToolCall, Usage as GenaiUsage,
};
use genai::embed::{EmbedOptions, EmbedResponse};
use serde_json::Value;

use crate::budget::Budget;
use crate::chunk::LlmChunk;
use crate::content;
use crate::content::shape::{
    Medium, called, function, media, message_of, messages, part_of, tool_response, tools,
};
use crate::llm_response::LlmResponse;
use crate::request::{LlmRequest, Request};
use crate::response::Response;
use crate::semconv::value::output_type;
use crate::usage::Usage;

/// The one choice that there is.
const CHOICE: usize = 0;

impl LlmRequest for ModelIden {
    fn describe(&self, request: &mut Request) {
        request.model(&*self.model_name);
    }
}

impl LlmRequest for ChatRequest {
    fn describe(&self, request: &mut Request) {
        request.previous_response_id(&self.previous_response_id);
        if content::is_captured() {
            request.input = Some(messages(&self.messages, chat_message));
            request.system = self.system.as_ref().map(|told| {
                let part = part_of("text", told, &mut Budget::default());
                part.into_iter().collect()
            });
            request.tools = tools(self.tools.as_deref().unwrap_or_default(), |told, budget| {
                Some(tool(told, budget))
            });
        }
    }
}

impl LlmRequest for ChatOptions {
    fn describe(&self, request: &mut Request) {
        let effort = self
            .reasoning_effort
            .as_ref()
            .and_then(|effort| match effort {
                ReasoningEffort::Zero => Some("none"),
                effort => effort.as_keyword(),
            });
        let output = self.response_format.as_ref().map(|format| match format {
            ChatResponseFormat::JsonMode | ChatResponseFormat::JsonSpec(_) => output_type::JSON,
        });
        let tier = self.service_tier.as_ref().map(ServiceTier::variant_name);
        request
            .temperature(&self.temperature)
            .top_p(&self.top_p)
            .max_tokens(&self.max_tokens)
            .seed(&self.seed)
            .stop_sequences(&self.stop_sequences)
            .reasoning_level(&effort)
            .output_type(&output)
            .openai_service_tier(&tier);
    }
}

impl LlmRequest for EmbedOptions {
    fn describe(&self, request: &mut Request) {
        let format = self.encoding_format.as_deref().map(|format| [format]);
        request
            .dimension_count(&self.dimensions)
            .encoding_formats(&format);
    }
}

impl LlmResponse for ChatResponse {
    fn describe(&self, response: &mut Response) {
        response
            .identify(
                self.response_id.as_deref(),
                Some(&self.provider_model_iden.model_name),
            )
            .usage(read_usage(&self.usage));
        if let Some(reason) = &self.stop_reason {
            response.ended(CHOICE, reason.raw());
        }
        answer(
            Some(&self.content),
            self.reasoning_content.as_deref(),
            response,
        );
    }
}

impl LlmResponse for EmbedResponse {
    fn describe(&self, response: &mut Response) {
        response
            .identify(None, Some(&self.provider_model_iden.model_name))
            .usage(Usage {
                input_tokens: count(self.usage.prompt_tokens),
                ..Usage::default()
            });
        if let Some(first) = self.embeddings.first() {
            response.dimension_count(first.dimensions);
        }
    }
}

/// The usage comes with the end, if `ChatOptions::capture_usage` asks for it.
impl LlmChunk for ChatStreamEvent {
    fn describe(&self, response: &mut Response) {
        match self {
            ChatStreamEvent::Chunk(chunk) => {
                response.output_text(&chunk.content);
            }
            ChatStreamEvent::ReasoningChunk(chunk) => {
                response.output_reasoning_of(CHOICE, &chunk.content);
            }
            ChatStreamEvent::ToolCallChunk(chunk) => grow_call(&chunk.tool_call, response),
            ChatStreamEvent::End(end) => ended(end, response),
            _ => {}
        }
    }
}

fn grow_call(call: &ToolCall, response: &mut Response) {
    if content::is_captured() {
        match &call.fn_arguments {
            Value::String(text) => {
                response.output_tool_call_so_far(&call.call_id, &call.fn_name, text)
            }
            whole => {
                response.output_tool_call_so_far(&call.call_id, &call.fn_name, &whole.to_string())
            }
        };
    }
}

fn ended(end: &StreamEnd, response: &mut Response) {
    response.identify(end.captured_response_id.as_deref(), None);
    if let Some(usage) = &end.captured_usage {
        response.usage(read_usage(usage));
    }
    if let Some(reason) = &end.captured_stop_reason {
        response.ended(CHOICE, reason.raw());
    }
}

fn answer(content: Option<&MessageContent>, thought: Option<&str>, response: &mut Response) {
    if let Some(thought) = thought {
        response.output_reasoning_of(CHOICE, thought);
    }
    for part in content.into_iter().flat_map(MessageContent::parts) {
        match part {
            ContentPart::Text(text) => response.output_text(text),
            // Told already.
            ContentPart::ReasoningContent(_) if thought.is_some() => response,
            part => response.output_part_of(CHOICE, |budget| content_part(part, budget)),
        };
    }
}

fn chat_message(told: &ChatMessage, budget: &mut Budget) -> Value {
    let role = match told.role {
        ChatRole::System => "system",
        ChatRole::User => "user",
        ChatRole::Assistant => "assistant",
        ChatRole::Tool => "tool",
    };
    let parts = told.content.parts().iter();
    message_of(
        role,
        parts
            .filter_map(|part| content_part(part, budget))
            .collect(),
    )
}

fn content_part(part: &ContentPart, budget: &mut Budget) -> Option<Value> {
    match part {
        ContentPart::Text(text) => part_of("text", text, budget),
        ContentPart::ReasoningContent(thought) => part_of("reasoning", thought, budget),
        ContentPart::Binary(binary) => media_part(binary, budget),
        ContentPart::ToolCall(call) => called(
            Some(&call.call_id),
            &call.fn_name,
            Some(&call.fn_arguments),
            budget,
        ),
        ContentPart::ToolResponse(answer) => {
            let content = Value::from(budget.head(&answer.content));
            tool_response(Some(&answer.call_id), Some(&content), budget)
        }
        // Opaque to everyone but the model.
        ContentPart::ThoughtSignature(_) | ContentPart::Custom(_) => None,
    }
}

fn media_part(binary: &Binary, budget: &mut Budget) -> Option<Value> {
    let mime = Some(binary.content_type.as_str());
    let medium = match &binary.source {
        BinarySource::Url(url) => Medium::Url(url, mime),
        BinarySource::Base64(data) => Medium::Data(data, mime),
    };
    media(medium, "document", budget)
}

fn tool(tool: &Tool, budget: &mut Budget) -> Value {
    let description = tool.description.as_deref();
    let schema = tool.schema.as_ref();
    function(tool.name.as_str(), description, schema, budget)
}

fn read_usage(usage: &GenaiUsage) -> Usage {
    let inputs = usage.prompt_tokens_details.as_ref();
    let outputs = usage.completion_tokens_details.as_ref();
    let share = |tokens| count(tokens).filter(|tokens| *tokens > 0);
    Usage {
        input_tokens: count(usage.prompt_tokens),
        output_tokens: count(usage.completion_tokens),
        cache_read_input_tokens: count(inputs.and_then(|details| details.cached_tokens)),
        cache_write_input_tokens: count(inputs.and_then(|details| details.cache_creation_tokens)),
        reasoning_output_tokens: count(outputs.and_then(|details| details.reasoning_tokens)),
        audio_input_tokens: share(inputs.and_then(|details| details.audio_tokens)),
        audio_output_tokens: share(outputs.and_then(|details| details.audio_tokens)),
        ..Usage::default()
    }
}

/// A negative count is no count.
fn count(tokens: Option<i32>) -> Option<u64> {
    tokens.and_then(|tokens| u64::try_from(tokens).ok())
}
