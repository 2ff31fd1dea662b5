//! Chats of [`genai`], which has normalized the counts of its providers already.

use genai::chat::{ChatResponse, ChatStreamEvent, Usage as GenaiUsage};

use crate::chunk::LlmChunk;
use crate::response::{LlmResponse, Response};
use crate::usage::Usage;

impl LlmResponse for ChatResponse {
    fn describe(&self, response: &mut Response) {
        response
            .model(self.provider_model_iden.model_name.to_string())
            .usage(read_usage(&self.usage));
        if let Some(id) = &self.response_id {
            response.id(id);
        }
        if let Some(reason) = &self.stop_reason {
            response.finish_reason(reason.raw());
        }
        if let Some(text) = self.first_text() {
            response.output_text(text);
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
            ChatStreamEvent::End(end) => {
                if let Some(usage) = &end.captured_usage {
                    response.usage(read_usage(usage));
                }
                if let Some(reason) = &end.captured_stop_reason {
                    response.finish_reason(reason.raw());
                }
                if let Some(id) = &end.captured_response_id {
                    response.id(id);
                }
            }
            _ => {}
        }
    }
}

fn read_usage(usage: &GenaiUsage) -> Usage {
    let prompt = usage.prompt_tokens_details.as_ref();
    let completion = usage.completion_tokens_details.as_ref();
    Usage {
        input_tokens: count(usage.prompt_tokens),
        output_tokens: count(usage.completion_tokens),
        cache_read_input_tokens: count(prompt.and_then(|details| details.cached_tokens)),
        cache_write_input_tokens: count(prompt.and_then(|details| details.cache_creation_tokens)),
        reasoning_output_tokens: count(completion.and_then(|details| details.reasoning_tokens)),
    }
}

/// A negative count is no count.
fn count(tokens: Option<i32>) -> Option<u64> {
    tokens.and_then(|tokens| u64::try_from(tokens).ok())
}

#[cfg(test)]
mod tests {
    use genai::chat::StreamEnd;

    use super::*;

    #[test]
    fn the_end_of_a_stream_is_read() {
        let usage = GenaiUsage {
            prompt_tokens: Some(9),
            completion_tokens: Some(2),
            total_tokens: Some(-1),
            ..GenaiUsage::default()
        };
        let end = StreamEnd {
            captured_usage: Some(usage),
            captured_stop_reason: Some("end_turn".to_owned().into()),
            captured_response_id: Some("r".to_owned()),
            ..StreamEnd::default()
        };
        let mut told = Response::default();
        LlmChunk::describe(&ChatStreamEvent::Start, &mut told);
        LlmChunk::describe(&ChatStreamEvent::End(end), &mut told);
        let mut expected = Response::default();
        expected
            .id("r")
            .finish_reason("end_turn")
            .usage(Usage::new(9, 2));
        assert_eq!(told, expected);
    }
}
