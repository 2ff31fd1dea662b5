//! The Converse API of [`aws_sdk_bedrockruntime`].

use aws_sdk_bedrockruntime::operation::converse::ConverseOutput;
use aws_sdk_bedrockruntime::types::{ContentBlockDelta, ConverseStreamOutput, TokenUsage};

use crate::chunk::LlmChunk;
use crate::response::{LlmResponse, Response};
use crate::usage::Usage;

/// The answer does not name its model.
impl LlmResponse for ConverseOutput {
    fn describe(&self, response: &mut Response) {
        response.finish_reason(self.stop_reason.as_str());
        if let Some(usage) = &self.usage {
            response.usage(read_usage(usage));
        }
    }
}

impl LlmChunk for ConverseStreamOutput {
    fn describe(&self, response: &mut Response) {
        match self {
            ConverseStreamOutput::ContentBlockDelta(event) => {
                if let Some(ContentBlockDelta::Text(text)) = &event.delta {
                    response.output_text(text);
                }
            }
            ConverseStreamOutput::MessageStop(event) => {
                response.finish_reason(event.stop_reason.as_str());
            }
            ConverseStreamOutput::Metadata(event) => {
                if let Some(usage) = &event.usage {
                    response.usage(read_usage(usage));
                }
            }
            _ => {}
        }
    }
}

/// Whether the input includes the cached tokens is told by the total.
fn read_usage(usage: &TokenUsage) -> Usage {
    let count = |tokens: i32| u64::try_from(tokens).ok();
    let read = usage.cache_read_input_tokens.and_then(count);
    let written = usage.cache_write_input_tokens.and_then(count);
    let output = count(usage.output_tokens);
    let cached = read
        .unwrap_or_default()
        .saturating_add(written.unwrap_or_default());
    let input = count(usage.input_tokens).map(|input| {
        let with_cached = input.saturating_add(cached);
        let total = with_cached.saturating_add(output.unwrap_or_default());
        if count(usage.total_tokens) == Some(total) {
            with_cached
        } else {
            input
        }
    });
    Usage {
        input_tokens: input,
        output_tokens: output,
        cache_read_input_tokens: read,
        cache_write_input_tokens: written,
        ..Usage::default()
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_bedrockruntime::types::{
        ConverseStreamMetadataEvent, MessageStopEvent, StopReason,
    };

    use super::*;

    fn usage(input: i32, total: i32) -> TokenUsage {
        let usage = TokenUsage::builder()
            .input_tokens(input)
            .output_tokens(15)
            .total_tokens(total);
        usage
            .cache_read_input_tokens(100)
            .cache_write_input_tokens(10)
            .build()
            .unwrap()
    }

    #[test]
    fn cached_tokens_are_part_of_the_input_exactly_once() {
        let expected = Usage::new(115, 15)
            .cache_read_input_tokens(100)
            .cache_write_input_tokens(10);
        assert_eq!(read_usage(&usage(5, 130)), expected);
        assert_eq!(read_usage(&usage(115, 130)), expected);
    }

    #[test]
    fn the_last_events_of_a_stream_are_read() {
        let stop = MessageStopEvent::builder()
            .stop_reason(StopReason::EndTurn)
            .build()
            .unwrap();
        let metadata = ConverseStreamMetadataEvent::builder()
            .usage(usage(5, 130))
            .build();
        let mut told = Response::default();
        LlmChunk::describe(&ConverseStreamOutput::MessageStop(stop), &mut told);
        LlmChunk::describe(&ConverseStreamOutput::Metadata(metadata), &mut told);
        let mut expected = Response::default();
        expected
            .finish_reason("end_turn")
            .usage(read_usage(&usage(5, 130)));
        assert_eq!(told, expected);
    }
}
