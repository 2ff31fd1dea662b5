//! What a model's response tells.

use std::rc::Rc;
use std::sync::Arc;

use opentelemetry::{Array, StringValue, Value};

use crate::span::Ending;
use crate::usage::{Usage, count};
use crate::{content, semconv};

/// A response of a model that tells its token usage, model, id and finish reasons.
///
/// Implemented for [`serde_json::Value`] in the shape of the OpenAI chat API, for `Result`, `Option`, `Box`, `Rc`,
/// `Arc`, references and pairs of responses. For a type of your own, derive it or write it out:
///
/// ```
/// use agent_otel::{LlmResponse, Response, Usage};
///
/// struct Completion { model: String, prompt_tokens: u64, completion_tokens: u64 }
///
/// impl LlmResponse for Completion {
///     fn describe(&self, response: &mut Response) {
///         response.model(&self.model).usage(Usage::new(self.prompt_tokens, self.completion_tokens));
///     }
/// }
/// ```
///
/// The derive reads the fields that carry a mark:
///
/// ```
/// use agent_otel::LlmResponse;
///
/// #[derive(LlmResponse)]
/// struct Completion {
///     #[llm(id)]
///     id: String,
///     #[llm(model)]
///     model: Option<String>,
///     #[llm(finish_reason)]
///     stop: String,
///     #[llm(response)]
///     tokens: Tokens,
///     text: String,
/// }
///
/// #[derive(LlmResponse)]
/// struct Tokens {
///     #[llm(input_tokens)]
///     prompt: u32,
///     #[llm(output_tokens)]
///     completion: u32,
///     #[llm(cache_read_input_tokens)]
///     cached: Option<u32>,
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell the token usage of a model call",
    label = "no token usage can be read from this type",
    note = "return a type that implements `agent_otel::LlmResponse`: derive it, or return the provider's response",
    note = "or write `usage = manual` and report the usage with `agent_otel::current().usage(…)`"
)]
pub trait LlmResponse {
    /// Tells `response` all that is known.
    fn describe(&self, response: &mut Response);
}

/// What has been told of a model's response. The last value told counts; finish reasons add up, one a choice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    id: Option<StringValue>,
    model: Option<StringValue>,
    finish_reasons: Vec<StringValue>,
    usage: Usage,
    /// Text of the answer, gathered over the chunks of a stream; only if capture is on.
    text: String,
}

impl Response {
    pub(crate) fn of(response: &(impl LlmResponse + ?Sized)) -> Self {
        let mut told = Self::default();
        response.describe(&mut told);
        told
    }

    /// `gen_ai.response.id`: the provider's id of this response.
    pub fn id(&mut self, id: impl Into<String>) -> &mut Self {
        self.id = Some(id.into().into());
        self
    }

    /// `gen_ai.response.model`: the model that answered, which may be more specific than the one asked for.
    pub fn model(&mut self, model: impl Into<String>) -> &mut Self {
        self.model = Some(model.into().into());
        self
    }

    /// Adds one of `gen_ai.response.finish_reasons`, in the order of the choices.
    pub fn finish_reason(&mut self, reason: impl Into<String>) -> &mut Self {
        self.finish_reasons.push(reason.into().into());
        self
    }

    /// Adds to the text of the answer. It is kept only if content capture is on, as `gen_ai.output.messages`.
    pub fn output_text(&mut self, text: &str) -> &mut Self {
        if content::is_captured() && self.text.len() < content::LIMIT {
            self.text.push_str(text);
        }
        self
    }

    /// `gen_ai.usage.*`: counts that are `None` leave what was told before.
    pub fn usage(&mut self, usage: Usage) -> &mut Self {
        let known = &mut self.usage;
        known.input_tokens = usage.input_tokens.or(known.input_tokens);
        known.output_tokens = usage.output_tokens.or(known.output_tokens);
        known.cache_read_input_tokens = usage
            .cache_read_input_tokens
            .or(known.cache_read_input_tokens);
        known.cache_write_input_tokens = usage
            .cache_write_input_tokens
            .or(known.cache_write_input_tokens);
        known.reasoning_output_tokens = usage
            .reasoning_output_tokens
            .or(known.reasoning_output_tokens);
        self
    }

    /// Writes what was told, except where the body has said otherwise.
    pub(crate) fn record(self, ending: &mut Ending<'_>) {
        if let Some(id) = self.id {
            ending.attribute(semconv::GEN_AI_RESPONSE_ID, id);
        }
        if let Some(model) = self.model {
            ending.attribute(semconv::GEN_AI_RESPONSE_MODEL, model);
        }
        if !self.text.is_empty() {
            let finish_reason = self.finish_reasons.first().map(StringValue::as_str);
            if let Some(json) = content::answer(&self.text, finish_reason) {
                ending.attribute(semconv::GEN_AI_OUTPUT_MESSAGES, json);
            }
        }
        if !self.finish_reasons.is_empty() {
            ending.attribute(
                semconv::GEN_AI_RESPONSE_FINISH_REASONS,
                Value::Array(Array::String(self.finish_reasons)),
            );
        }
        for (key, tokens) in self.usage.counts() {
            if let Some(tokens) = tokens {
                ending.attribute(key, count(tokens));
            }
        }
    }
}

macro_rules! through {
    ($($pointer:ty),*) => {$(
        impl<R: LlmResponse + ?Sized> LlmResponse for $pointer {
            fn describe(&self, response: &mut Response) {
                (**self).describe(response);
            }
        }
    )*};
}

through!(&R, &mut R, Box<R>, Rc<R>, Arc<R>);

impl<R: LlmResponse, E> LlmResponse for Result<R, E> {
    fn describe(&self, response: &mut Response) {
        if let Ok(told) = self {
            told.describe(response);
        }
    }
}

impl<R: LlmResponse> LlmResponse for Option<R> {
    fn describe(&self, response: &mut Response) {
        if let Some(told) = self {
            told.describe(response);
        }
    }
}

impl<A: LlmResponse, B: LlmResponse> LlmResponse for (A, B) {
    fn describe(&self, response: &mut Response) {
        self.0.describe(response);
        self.1.describe(response);
    }
}

/// Usage tells itself, so that a type that has it derives the rest by `#[llm(response)]`.
impl LlmResponse for Usage {
    fn describe(&self, response: &mut Response) {
        response.usage(*self);
    }
}
