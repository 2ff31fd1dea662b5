//! The Converse API of [`aws_sdk_bedrockruntime`].

mod parts;

use aws_sdk_bedrockruntime::operation::converse::builders::ConverseFluentBuilder;
use aws_sdk_bedrockruntime::operation::converse::{ConverseInput, ConverseOutput};
use aws_sdk_bedrockruntime::operation::converse_stream::ConverseStreamInput;
use aws_sdk_bedrockruntime::operation::converse_stream::builders::ConverseStreamFluentBuilder;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ContentBlockDelta, ContentBlockStart, ConverseOutput as Answer,
    ConverseStreamOutput, InferenceConfiguration, Message, ReasoningContentBlock,
    ReasoningContentBlockDelta, SystemContentBlock, TokenUsage, ToolConfiguration,
};
use aws_smithy_types::Document;
use opentelemetry::StringValue;

use super::json::bedrock::all_input;
use super::json::read::sum;
use crate::chunk::LlmChunk;
use crate::content;
use crate::llm_response::LlmResponse;
use crate::request::{LlmRequest, Request};
use crate::response::Response;
use crate::usage::Usage;
use crate::value::ToAttribute;

/// The one choice that there is.
const CHOICE: usize = 0;

/// What all requests have, be they whole, streamed, or about to be sent.
struct Converse<'a, G> {
    model: Option<&'a String>,
    config: Option<&'a InferenceConfiguration>,
    more: Option<&'a Document>,
    /// A text, which releases of the SDK have to have or may lack.
    guardrail: Option<G>,
    messages: Option<&'a Vec<Message>>,
    system: Option<&'a Vec<SystemContentBlock>>,
    tools: Option<&'a ToolConfiguration>,
}

macro_rules! inputs {
    ($($ty:ty),*) => {$(
        impl LlmRequest for $ty {
            fn describe(&self, request: &mut Request) {
                let guardrail = self.guardrail_config.as_ref();
                Converse {
                    model: self.model_id.as_ref(),
                    config: self.inference_config.as_ref(),
                    more: self.additional_model_request_fields.as_ref(),
                    guardrail: guardrail.map(|guardrail| guardrail.guardrail_identifier()),
                    messages: self.messages.as_ref(),
                    system: self.system.as_ref(),
                    tools: self.tool_config.as_ref(),
                }
                .describe(request);
            }
        }
    )*};
}

macro_rules! builders {
    ($($ty:ty),*) => {$(
        /// What is about to be sent, for a function that is given the builder.
        impl LlmRequest for $ty {
            fn describe(&self, request: &mut Request) {
                let guardrail = self.get_guardrail_config().as_ref();
                Converse {
                    model: self.get_model_id().as_ref(),
                    config: self.get_inference_config().as_ref(),
                    more: self.get_additional_model_request_fields().as_ref(),
                    guardrail: guardrail.map(|guardrail| guardrail.guardrail_identifier()),
                    messages: self.get_messages().as_ref(),
                    system: self.get_system().as_ref(),
                    tools: self.get_tool_config().as_ref(),
                }
                .describe(request);
            }
        }
    )*};
}

inputs!(ConverseInput, ConverseStreamInput);
builders!(ConverseFluentBuilder, ConverseStreamFluentBuilder);

impl<G: ToAttribute<StringValue>> Converse<'_, G> {
    fn describe(&self, request: &mut Request) {
        request
            .model(&self.model)
            .aws_bedrock_guardrail_id(&self.guardrail)
            .top_k(&self.more.and_then(top_k));
        if let Some(config) = self.config {
            parameters(config, request);
        }
        if content::is_captured() {
            request.input = self.messages.map(|messages| parts::messages(messages));
            request.system = self.system.map(|system| parts::system(system));
            request.tools = self.tools.and_then(|tools| parts::tools(tools.tools()));
        }
    }
}

fn parameters(config: &InferenceConfiguration, request: &mut Request) {
    request
        .temperature(&config.temperature)
        .top_p(&config.top_p)
        .max_tokens(&config.max_tokens)
        .stop_sequences(&config.stop_sequences);
}

/// The one parameter of the conventions that models take beside those which all of them take.
fn top_k(more: &Document) -> Option<i64> {
    let more = more.as_object()?;
    // Models of Amazon have it beside the other parameters.
    let nested = || more.get("inferenceConfig")?.as_object()?.get("topK");
    let own = more.get("top_k").or_else(|| more.get("topK"));
    match own.or_else(nested)? {
        Document::Number(aws_smithy_types::Number::PosInt(top_k)) => i64::try_from(*top_k).ok(),
        _ => None,
    }
}

/// The answer does not name its model.
impl LlmResponse for ConverseOutput {
    fn describe(&self, response: &mut Response) {
        response.ended(CHOICE, self.stop_reason.as_str());
        if let Some(usage) = &self.usage {
            response.usage(read_usage(usage));
        }
        if let (true, Some(Answer::Message(message))) = (content::is_captured(), &self.output) {
            for block in &message.content {
                match block {
                    ContentBlock::Text(text) => response.output_text(text),
                    ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(
                        thought,
                    )) => response.output_reasoning_of(CHOICE, &thought.text),
                    _ => response.output_part_of(CHOICE, |budget| parts::part(block, budget)),
                };
            }
        }
    }
}

impl LlmChunk for ConverseStreamOutput {
    fn describe(&self, response: &mut Response) {
        match self {
            ConverseStreamOutput::ContentBlockStart(event) => {
                if let Some(ContentBlockStart::ToolUse(call)) = &event.start {
                    let at = place(event.content_block_index);
                    let (id, name) = (&call.tool_use_id, &call.name);
                    response.output_tool_call_of(CHOICE, at, Some(id), Some(name), "");
                }
            }
            ConverseStreamOutput::ContentBlockDelta(event) => match &event.delta {
                Some(ContentBlockDelta::Text(text)) => {
                    response.output_text(text);
                }
                Some(ContentBlockDelta::ToolUse(call)) => {
                    let at = place(event.content_block_index);
                    response.output_tool_call_of(CHOICE, at, None, None, &call.input);
                }
                Some(ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Text(
                    thought,
                ))) => {
                    response.output_reasoning_of(CHOICE, thought);
                }
                _ => {}
            },
            ConverseStreamOutput::MessageStop(event) => {
                response.ended(CHOICE, event.stop_reason.as_str());
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

fn place(content_block_index: i32) -> usize {
    usize::try_from(content_block_index).unwrap_or_default()
}

fn read_usage(usage: &TokenUsage) -> Usage {
    let count = |tokens: i32| u64::try_from(tokens).ok();
    let beside = |tokens: Option<i32>| tokens.map_or(Some(0), count);
    let output = count(usage.output_tokens);
    let cached = sum([
        beside(usage.cache_read_input_tokens),
        beside(usage.cache_write_input_tokens),
    ]);
    Usage {
        input_tokens: all_input(
            count(usage.input_tokens),
            cached,
            output,
            count(usage.total_tokens),
        ),
        output_tokens: output,
        cache_read_input_tokens: usage.cache_read_input_tokens.and_then(count),
        cache_write_input_tokens: usage.cache_write_input_tokens.and_then(count),
        ..Usage::default()
    }
}
