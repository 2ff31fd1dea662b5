//! Completions and embeddings of [`rig_core`], which has normalized the counts of its providers already.
//!
//! The events of its streams tell no usage; the response that a stream ends with does, and so does its last event where a
//! stream is relayed.

use rig_core::completion::message::{
    AssistantContent, DocumentSourceKind, Message, MimeType, ToolCall, ToolFunction, ToolResult,
    ToolResultContent, UserContent,
};
use rig_core::completion::{
    CompletionRequest, CompletionResponse, FinishReason, GenerationOptions, Reasoning, ServiceTier,
};
use rig_core::embeddings::EmbeddingResponse;
use rig_core::message::Origin;
use rig_core::streaming::{Item, PartKind, Relayed, StreamEvent};
use serde_json::{Value, json};

use crate::budget::Budget;
use crate::chunk::LlmChunk;
use crate::content;
use crate::content::shape::{self, Medium, called, function, media, part_of, tool_response, tools};
use crate::llm_response::LlmResponse;
use crate::request::{LlmRequest, Request};
use crate::response::Response;
use crate::semconv::value::output_type;
use crate::usage::Usage;

/// The one choice that there is.
const CHOICE: usize = 0;

impl LlmRequest for CompletionRequest {
    fn describe(&self, request: &mut Request) {
        request
            .model(&self.model)
            .temperature(&self.temperature)
            .max_tokens(&self.max_tokens)
            .output_type(&self.output_schema.as_ref().map(|_| output_type::JSON));
        self.options.describe(request);
        if content::is_captured() {
            request.input = Some(shape::messages(&self.chat_history, message));
            request.tools = tools(&self.tools, |tool, budget| {
                let description = Some(tool.description.as_str());
                Some(function(
                    &tool.name,
                    description,
                    Some(&tool.parameters),
                    budget,
                ))
            });
        }
    }
}

impl LlmRequest for GenerationOptions {
    fn describe(&self, request: &mut Request) {
        let effort = self
            .reasoning
            .as_ref()
            .and_then(|reasoning| match reasoning {
                Reasoning::Effort(effort) => Some(effort.as_str()),
                _ => None,
            });
        let tier = self.service_tier.and_then(|tier| match tier {
            ServiceTier::Default => Some("default"),
            ServiceTier::Flex => Some("flex"),
            ServiceTier::Priority => Some("priority"),
            _ => None,
        });
        request
            .top_p(&self.top_p)
            .seed(&self.seed)
            .stop_sequences(&self.stop)
            .reasoning_level(&effort)
            .openai_service_tier(&tier);
    }
}

impl LlmResponse for rig_core::completion::Usage {
    fn describe(&self, response: &mut Response) {
        response.usage(Usage {
            input_tokens: self.input_tokens,
            output_tokens: self.output_tokens,
            cache_read_input_tokens: self.cached_input_tokens,
            cache_write_input_tokens: self.cache_creation_input_tokens,
            reasoning_output_tokens: self.reasoning_tokens,
            ..Usage::default()
        });
    }
}

impl LlmResponse for CompletionResponse {
    fn describe(&self, response: &mut Response) {
        self.usage.describe(response);
        origin(&self.origin, response);
        if let Some(reason) = self.finish_reason() {
            response.finish_reason_of(CHOICE, finish_reason(reason));
        }
        if content::is_captured() {
            // Pieces may have come before; what was answered is told here again, and whole.
            response.output_anew();
            for part in &self.choice {
                response.output_part_of(CHOICE, |budget| answered(part, budget));
            }
        }
    }
}

impl LlmResponse for EmbeddingResponse {
    fn describe(&self, response: &mut Response) {
        response
            .identify(self.response_id.as_deref(), self.model.as_deref())
            .usage(Usage {
                input_tokens: self.usage.input_tokens,
                ..Usage::default()
            });
        if let Some(first) = self.embeddings.first() {
            response.dimension_count(first.vec.len());
        }
    }
}

impl LlmChunk for Relayed {
    fn describe(&self, response: &mut Response) {
        match self {
            Self::Origin(told) => origin(told, response),
            Self::Item(item) => item.describe(response),
            Self::Done(done) => LlmResponse::describe(&**done, response),
        }
    }
}

impl LlmChunk for Item<StreamEvent> {
    fn describe(&self, response: &mut Response) {
        if let Self::Event(event) = self {
            event.describe(response);
        }
    }
}

impl LlmChunk for StreamEvent {
    fn describe(&self, response: &mut Response) {
        let at = self.part().index();
        match self {
            Self::Start {
                kind: PartKind::ToolCall,
                name,
                ..
            } => {
                response.output_tool_call_of(CHOICE, at, None, name.as_deref(), "");
            }
            Self::Text { text, .. } => {
                response.output_text(text);
            }
            Self::Reasoning { text, .. } => {
                response.output_reasoning_of(CHOICE, text);
            }
            Self::Arguments { json, .. } => {
                response.output_tool_call_of(CHOICE, at, None, None, json);
            }
            Self::End {
                content: AssistantContent::ToolCall(call),
                ..
            } if content::is_captured() => {
                let name = &call.function.name;
                response.output_tool_call_ended(at, &call.id.wire(), name, || {
                    arguments(&call.function).to_string()
                });
            }
            Self::Start { .. } | Self::End { .. } => {}
        }
    }
}

fn origin(origin: &Origin, response: &mut Response) {
    response.identify(
        origin.response_id.as_deref(),
        origin.response_model.as_deref(),
    );
}

fn finish_reason(reason: FinishReason) -> String {
    match reason {
        FinishReason::Stop => "stop".to_owned(),
        FinishReason::Length => "length".to_owned(),
        FinishReason::ToolCalls => "tool_calls".to_owned(),
        FinishReason::ContentFilter => "content_filter".to_owned(),
        FinishReason::Other(reason) => reason,
        other => format!("{other:?}").to_lowercase(),
    }
}

fn message(message: &Message, budget: &mut Budget) -> Value {
    let (role, parts) = match message {
        Message::System { content } => (
            "system",
            part_of("text", content, budget).into_iter().collect(),
        ),
        Message::User { content } => {
            let is_answer = |part: &UserContent| matches!(part, UserContent::ToolResult(_));
            let answers = !content.is_empty() && content.iter().all(is_answer);
            let role = if answers { "tool" } else { "user" };
            let parts = content.iter().filter_map(|part| asked(part, budget));
            (role, parts.collect())
        }
        Message::Assistant(told) => {
            let parts = told
                .content
                .iter()
                .filter_map(|part| answered(part, budget));
            ("assistant", parts.collect())
        }
    };
    shape::message_of(role, parts)
}

fn asked(part: &UserContent, budget: &mut Budget) -> Option<Value> {
    match part {
        UserContent::Text(text) => part_of("text", &text.text, budget),
        UserContent::ToolResult(result) => answer(result, budget),
        UserContent::Image(image) => medium(
            &image.data,
            "image",
            mime(image.media_type.as_ref()),
            budget,
        ),
        UserContent::Audio(audio) => medium(
            &audio.data,
            "audio",
            mime(audio.media_type.as_ref()),
            budget,
        ),
        UserContent::Video(video) => medium(
            &video.data,
            "video",
            mime(video.media_type.as_ref()),
            budget,
        ),
        UserContent::Document(document) => medium(
            &document.data,
            "document",
            mime(document.media_type.as_ref()),
            budget,
        ),
    }
}

fn answered(part: &AssistantContent, budget: &mut Budget) -> Option<Value> {
    match part {
        AssistantContent::Text(text) => part_of("text", &text.text, budget),
        AssistantContent::Reasoning(thought) => part_of("reasoning", &thought.text, budget),
        AssistantContent::ToolCall(call) => self::call(call, budget),
        AssistantContent::Image(image) => medium(
            &image.data,
            "image",
            mime(image.media_type.as_ref()),
            budget,
        ),
        // Opaque to everyone but the model.
        _ => None,
    }
}

fn call(call: &ToolCall, budget: &mut Budget) -> Option<Value> {
    let arguments = arguments(&call.function);
    called(
        Some(&call.id.wire()),
        &call.function.name,
        Some(&arguments),
        budget,
    )
}

/// The arguments, or what the model wrote instead of some.
fn arguments(function: &ToolFunction) -> Value {
    match &function.invalid_arguments {
        Some(text) => text.as_str().into(),
        None => function.arguments_value(),
    }
}

fn answer(result: &ToolResult, budget: &mut Budget) -> Option<Value> {
    let told = result.content.iter().map(|content| match content {
        ToolResultContent::Text(text) => Value::from(text.text.as_str()),
        ToolResultContent::Json { value } => value.clone(),
        ToolResultContent::Image(_) => json!({"type": "image"}),
    });
    let mut told: Vec<Value> = told.collect();
    let told = match told.len() {
        1 => told.pop(),
        _ => Some(told.into()),
    };
    tool_response(Some(&result.call.wire()), told.as_ref(), budget)
}

fn mime(media_type: Option<&impl MimeType>) -> Option<&'static str> {
    media_type.map(MimeType::to_mime_type)
}

fn medium(
    data: &DocumentSourceKind,
    modality: &str,
    mime: Option<&str>,
    budget: &mut Budget,
) -> Option<Value> {
    match data {
        DocumentSourceKind::Url(url) => media(Medium::Url(url, mime), modality, budget),
        DocumentSourceKind::Base64(data) => media(Medium::Data(data, mime), modality, budget),
        DocumentSourceKind::FileId(id) => media(Medium::File(id, mime), modality, budget),
        DocumentSourceKind::String(text) => part_of("text", text, budget),
        // Bytes that nobody has encoded yet, and what later versions add.
        _ => None,
    }
}
