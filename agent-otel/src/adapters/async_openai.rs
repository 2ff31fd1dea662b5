//! Chat completions of [`async_openai`].

use async_openai::types::chat::{
    CompletionUsage, CreateChatCompletionRequest, CreateChatCompletionResponse,
    CreateChatCompletionStreamResponse, FinishReason, ReasoningEffort, ResponseFormat,
    StopConfiguration,
};

use crate::chunk::LlmChunk;
use crate::request::{LlmRequest, Request};
use crate::response::{LlmResponse, Response};
use crate::usage::Usage;

impl LlmRequest for CreateChatCompletionRequest {
    fn describe(&self, request: &mut Request) {
        request
            .model(&self.model)
            .temperature(&self.temperature)
            .top_p(&self.top_p)
            .max_tokens(&self.max_completion_tokens)
            .frequency_penalty(&self.frequency_penalty)
            .presence_penalty(&self.presence_penalty)
            .choice_count(&self.n)
            .reasoning_level(&self.reasoning_effort.as_ref().map(effort))
            .output_type(&self.response_format.as_ref().map(format));
        match &self.stop {
            Some(StopConfiguration::String(stop)) => request.stop_sequences(stop),
            Some(StopConfiguration::StringArray(stop)) => request.stop_sequences(stop),
            None => request,
        };
    }
}

impl LlmResponse for CreateChatCompletionResponse {
    fn describe(&self, response: &mut Response) {
        response.id(&self.id).model(&self.model);
        for (index, choice) in self.choices.iter().enumerate() {
            if let Some(reason) = choice.finish_reason {
                response.finish_reason_of(index, finish_reason(reason));
            }
            if let Some(text) = &choice.message.content {
                response.output_text_of(index, text);
            }
        }
        if let Some(usage) = &self.usage {
            response.usage(read_usage(usage));
        }
    }
}

/// The usage comes with the last chunk, if `stream_options.include_usage` asks for it.
impl LlmChunk for CreateChatCompletionStreamResponse {
    fn describe(&self, response: &mut Response) {
        if !response.knows(Some(&self.id), Some(&self.model)) {
            response.id(&self.id).model(&self.model);
        }
        for choice in &self.choices {
            let index = usize::try_from(choice.index).unwrap_or(usize::MAX);
            if let Some(reason) = choice.finish_reason {
                response.finish_reason_of(index, finish_reason(reason));
            }
            if let Some(text) = &choice.delta.content {
                response.output_text_of(index, text);
            }
        }
        if let Some(usage) = &self.usage {
            response.usage(read_usage(usage));
        }
    }
}

fn read_usage(usage: &CompletionUsage) -> Usage {
    let prompt = usage.prompt_tokens_details.as_ref();
    let completion = usage.completion_tokens_details.as_ref();
    Usage {
        cache_read_input_tokens: prompt
            .and_then(|details| details.cached_tokens)
            .map(u64::from),
        reasoning_output_tokens: completion
            .and_then(|details| details.reasoning_tokens)
            .map(u64::from),
        ..Usage::new(usage.prompt_tokens.into(), usage.completion_tokens.into())
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

fn format(format: &ResponseFormat) -> &'static str {
    match format {
        ResponseFormat::Text => "text",
        ResponseFormat::JsonObject | ResponseFormat::JsonSchema { .. } => "json",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_completion_and_its_request_are_read() {
        let completion: CreateChatCompletionResponse = serde_json::from_value(json!({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini-2024-07-18",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "tool_calls"}],
            "usage": {"prompt_tokens": 412, "completion_tokens": 38, "total_tokens": 450,
                "prompt_tokens_details": {"cached_tokens": 256},
                "completion_tokens_details": {"reasoning_tokens": 12}}
        }))
        .unwrap();
        let mut expected = Response::default();
        expected
            .id("chatcmpl-1")
            .model("gpt-4o-mini-2024-07-18")
            .finish_reason("tool_calls")
            .usage(
                Usage::new(412, 38)
                    .cache_read_input_tokens(256)
                    .reasoning_output_tokens(12),
            );
        assert_eq!(Response::of(&completion), expected);

        let request: CreateChatCompletionRequest = serde_json::from_value(json!({
            "model": "gpt-4o-mini", "messages": [], "temperature": 0.5, "n": 1, "stop": ["END"],
            "reasoning_effort": "low", "response_format": {"type": "json_object"}
        }))
        .unwrap();
        let mut told = Request::default();
        LlmRequest::describe(&request, &mut told);
        let mut expected = Request::default();
        expected
            .model("gpt-4o-mini")
            .temperature(&0.5_f64)
            .reasoning_level("low")
            .output_type("json");
        expected.stop_sequences(&["END"]);
        assert_eq!(told, expected);
    }

    #[test]
    fn the_chunks_of_a_stream_are_read() {
        let chunk =
            |value| serde_json::from_value::<CreateChatCompletionStreamResponse>(value).unwrap();
        let mut told = Response::default();
        for chunk in [
            chunk(
                json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o",
                "choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": null}]}),
            ),
            chunk(
                json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o",
                "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}),
            ),
            chunk(
                json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o", "choices": [],
                "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}}),
            ),
        ] {
            LlmChunk::describe(&chunk, &mut told);
        }
        let mut expected = Response::default();
        expected
            .id("c")
            .model("gpt-4o")
            .finish_reason("stop")
            .usage(Usage::new(9, 2));
        assert_eq!(told, expected);
    }
}
