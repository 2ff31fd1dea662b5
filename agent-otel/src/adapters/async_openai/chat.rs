//! Chat completions.

use async_openai::types::chat::{
    ChatCompletionMessageToolCalls, ChatCompletionResponseMessage,
    ChatCompletionStreamResponseDelta, CompletionUsage, CreateChatCompletionRequest,
    CreateChatCompletionResponse, CreateChatCompletionStreamResponse, FinishReason,
    ResponseModalities, ServiceTier,
};

use super::{effort, format, read_usage, stop, tier};
use crate::adapters::json_of;
use crate::chunk::LlmChunk;
use crate::content;
use crate::content::shape::{self, Medium, called, media};
use crate::llm_response::LlmResponse;
use crate::request::{LlmRequest, Request};
use crate::response::Response;
use crate::semconv::value::{openai_api, output_type};

impl LlmRequest for CreateChatCompletionRequest {
    #[expect(deprecated, reason = "what is sent is told, be it old or new")]
    fn describe(&self, request: &mut Request) {
        let speaks = self
            .modalities
            .as_ref()
            .is_some_and(|modalities| modalities.contains(&ResponseModalities::Audio));
        let output = match &self.response_format {
            _ if speaks => Some(output_type::SPEECH),
            told => told.as_ref().map(format),
        };
        request
            .openai_api_type(openai_api::CHAT_COMPLETIONS)
            .model(&self.model)
            .temperature(&self.temperature)
            .top_p(&self.top_p)
            .max_tokens(&self.max_completion_tokens.or(self.max_tokens))
            .seed(&self.seed)
            .frequency_penalty(&self.frequency_penalty)
            .presence_penalty(&self.presence_penalty)
            .choice_count(&self.n)
            .stream(&self.stream)
            .reasoning_level(&self.reasoning_effort.as_ref().map(effort))
            .openai_service_tier(&self.service_tier.as_ref().map(tier))
            .output_type(&output);
        stop(self.stop.as_ref(), request);
        if content::is_captured() {
            request.input = Some(shape::messages(&self.messages, |message, budget| {
                shape::message(&json_of(message), "user", budget)
            }));
            let tools = self.tools.as_deref().unwrap_or_default();
            let tools = shape::tools(tools, |tool, budget| {
                Some(shape::definition(&json_of(tool), budget))
            });
            let functions = self.functions.as_deref().unwrap_or_default();
            let functions = shape::tools(functions, |tool, budget| {
                Some(shape::definition(&json_of(tool), budget))
            });
            request.tools = tools.or(functions);
        }
    }
}

impl LlmResponse for CreateChatCompletionResponse {
    #[expect(deprecated, reason = "what is sent is told, be it old or new")]
    fn describe(&self, response: &mut Response) {
        response.identify(Some(&self.id), Some(&self.model));
        for (index, choice) in self.choices.iter().enumerate() {
            if let Some(reason) = choice.finish_reason {
                response.ended(index, finish_reason(reason));
            }
            message(&choice.message, index, response);
        }
        served(
            self.service_tier.as_ref(),
            self.system_fingerprint.as_deref(),
            self.usage.as_ref(),
            response,
        );
    }
}

/// The usage comes with the last chunk, if `stream_options.include_usage` asks for it.
impl LlmChunk for CreateChatCompletionStreamResponse {
    #[expect(deprecated, reason = "what is sent is told, be it old or new")]
    fn describe(&self, response: &mut Response) {
        response.identify(Some(&self.id), Some(&self.model));
        for choice in &self.choices {
            let index = usize::try_from(choice.index).unwrap_or(usize::MAX);
            if let Some(reason) = choice.finish_reason {
                response.ended(index, finish_reason(reason));
            }
            delta(&choice.delta, index, response);
        }
        served(
            self.service_tier.as_ref(),
            self.system_fingerprint.as_deref(),
            self.usage.as_ref(),
            response,
        );
    }
}

/// Who served a request, and what it cost.
fn served(
    by: Option<&ServiceTier>,
    fingerprint: Option<&str>,
    usage: Option<&CompletionUsage>,
    response: &mut Response,
) {
    if let Some(by) = by {
        response.openai_service_tier(tier(by));
    }
    if let Some(fingerprint) = fingerprint {
        response.openai_system_fingerprint(fingerprint);
    }
    if let Some(usage) = usage {
        response.usage(read_usage(usage));
    }
}

#[expect(deprecated, reason = "what is told is told, be it old or new")]
fn message(message: &ChatCompletionResponseMessage, at: usize, response: &mut Response) {
    if let Some(text) = &message.content {
        response.output_text_of(at, text);
    }
    if let Some(refusal) = &message.refusal {
        response.output_refusal_of(at, refusal);
    }
    if let Some(audio) = &message.audio {
        response.output_part_of(at, |budget| {
            media(Medium::Data(&audio.data, None), "audio", budget)
        });
    }
    for (position, call) in message.tool_calls.iter().flatten().enumerate() {
        match call {
            ChatCompletionMessageToolCalls::Function(call) => response.output_tool_call_of(
                at,
                position,
                Some(&call.id),
                Some(&call.function.name),
                &call.function.arguments,
            ),
            ChatCompletionMessageToolCalls::Custom(call) => response.output_part_of(at, |budget| {
                let input = call.custom_tool.input.as_str().into();
                called(Some(&call.id), &call.custom_tool.name, Some(&input), budget)
            }),
        };
    }
    if let Some(call) = &message.function_call {
        response.output_tool_call_of(at, 0, None, Some(&call.name), &call.arguments);
    }
}

#[expect(deprecated, reason = "what is told is told, be it old or new")]
fn delta(delta: &ChatCompletionStreamResponseDelta, at: usize, response: &mut Response) {
    if let Some(text) = &delta.content {
        response.output_text_of(at, text);
    }
    if let Some(refusal) = &delta.refusal {
        response.output_refusal_of(at, refusal);
    }
    for call in delta.tool_calls.iter().flatten() {
        let function = call.function.as_ref();
        let arguments = function.and_then(|function| function.arguments.as_deref());
        response.output_tool_call_of(
            at,
            usize::try_from(call.index).unwrap_or_default(),
            call.id.as_deref(),
            function.and_then(|function| function.name.as_deref()),
            arguments.unwrap_or_default(),
        );
    }
    if let Some(call) = &delta.function_call {
        let arguments = call.arguments.as_deref().unwrap_or_default();
        response.output_tool_call_of(at, 0, None, call.name.as_deref(), arguments);
    }
}

fn finish_reason(reason: FinishReason) -> &'static str {
    match reason {
        FinishReason::Stop => "stop",
        FinishReason::Length => "length",
        FinishReason::ToolCalls => "tool_calls",
        FinishReason::ContentFilter => "content_filter",
        FinishReason::FunctionCall => "function_call",
    }
}
