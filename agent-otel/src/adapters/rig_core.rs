//! Completions of [`rig_core`], which has normalized the counts of its providers already.
//!
//! The events of its streams tell no usage; the response that a stream ends with does.

use rig_core::completion::{CompletionResponse, FinishReason};

use crate::response::{LlmResponse, Response};
use crate::usage::Usage;

impl LlmResponse for rig_core::completion::Usage {
    fn describe(&self, response: &mut Response) {
        response.usage(Usage {
            input_tokens: self.input_tokens,
            output_tokens: self.output_tokens,
            cache_read_input_tokens: self.cached_input_tokens,
            cache_write_input_tokens: self.cache_creation_input_tokens,
            reasoning_output_tokens: self.reasoning_tokens,
        });
    }
}

impl LlmResponse for CompletionResponse {
    fn describe(&self, response: &mut Response) {
        self.usage.describe(response);
        if let Some(model) = &self.origin.response_model {
            response.model(model);
        }
        if let Some(id) = &self.origin.response_id {
            response.id(id);
        }
        if let Some(reason) = self.finish_reason() {
            response.finish_reason(match reason {
                FinishReason::Stop => "stop".to_owned(),
                FinishReason::Length => "length".to_owned(),
                FinishReason::ToolCalls => "tool_calls".to_owned(),
                FinishReason::ContentFilter => "content_filter".to_owned(),
                FinishReason::Other(reason) => reason,
                other => format!("{other:?}").to_lowercase(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_was_not_sent_stays_unknown() {
        let mut usage = rig_core::completion::Usage::new();
        usage.input_tokens = Some(115);
        usage.cached_input_tokens = Some(100);
        let mut expected = Response::default();
        expected.usage(Usage {
            input_tokens: Some(115),
            cache_read_input_tokens: Some(100),
            ..Usage::default()
        });
        assert_eq!(Response::of(&usage), expected);
    }
}
