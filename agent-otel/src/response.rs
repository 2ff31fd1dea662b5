//! What a model's response tells.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use opentelemetry::{Array, KeyValue, StringValue, Value};

use crate::kind::Role;
use crate::span::LastWords;
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
    /// One a choice; empty where it has not come yet.
    finish_reasons: Vec<StringValue>,
    usage: Usage,
    /// The texts of the choices, gathered over the chunks of a stream; only if capture is on.
    texts: Vec<String>,
}

/// The most choices that are told apart.
const CHOICES: usize = 128;

impl Response {
    pub(crate) fn of(response: &(impl LlmResponse + ?Sized)) -> Self {
        let mut told = Self::default();
        // Code of the user; what was told before a panic stands.
        let _ = catch_unwind(AssertUnwindSafe(|| response.describe(&mut told)));
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
        let next = self.finish_reasons.len();
        self.finish_reason_of(next, reason)
    }

    /// The finish reason of the choice with this index, for chunks that come in any order. The last one told counts.
    pub fn finish_reason_of(&mut self, choice: usize, reason: impl Into<String>) -> &mut Self {
        let reason = reason.into();
        if !reason.is_empty() {
            if let Some(known) = at(&mut self.finish_reasons, choice) {
                *known = reason.into();
            }
        }
        self
    }

    /// Adds to the text of the answer. It is kept only if content capture is on, as `gen_ai.output.messages`.
    pub fn output_text(&mut self, text: &str) -> &mut Self {
        self.output_text_of(0, text)
    }

    /// Adds to the text of the choice with this index.
    pub fn output_text_of(&mut self, choice: usize, text: &str) -> &mut Self {
        if content::is_captured() {
            if let Some(known) = at(&mut self.texts, choice) {
                content::gather(known, text);
            }
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

    /// The counts that were told.
    pub(crate) fn known_usage(&self) -> Usage {
        self.usage
    }

    /// `gen_ai.response.model`, once it was told.
    pub(crate) fn model_attribute(&self) -> Option<KeyValue> {
        let model = self.model.clone()?;
        Some(KeyValue::new(semconv::GEN_AI_RESPONSE_MODEL, model))
    }

    /// Whether this id and this model are known already: chunks repeat them, and to tell them again is to copy them.
    pub(crate) fn knows(&self, id: Option<&str>, model: Option<&str>) -> bool {
        self.id.as_ref().map(StringValue::as_str) == id
            && self.model.as_ref().map(StringValue::as_str) == model
    }

    /// What was answered, in the shape of `gen_ai.output.messages`; `None` where nothing was gathered.
    pub(crate) fn output_messages(&self) -> Option<serde_json::Value> {
        let reasons = self
            .finish_reasons
            .iter()
            .map(StringValue::as_str)
            .chain(std::iter::repeat(""));
        let texts = self.texts.iter().map(String::as_str);
        (!self.texts.is_empty()).then(|| content::answers(texts.zip(reasons)))
    }

    /// Tells that the answer never came to its end: where no finish reason was told, there is one missing.
    pub(crate) fn broke_off(&mut self) {
        if self.finish_reasons.is_empty() {
            self.finish_reasons.push("error".into());
        }
    }

    /// Leaves what of it belongs to an operation of this role: embeddings have no output tokens, and those of a response
    /// that is fetched were counted when it was generated (GenAI conventions, "Embeddings", "Fetch response").
    pub(crate) fn of_role(&mut self, role: Role) {
        match role {
            Role::Embeddings => {
                self.usage = Usage {
                    input_tokens: self.usage.input_tokens,
                    ..Usage::default()
                };
            }
            Role::FetchResponse => self.usage = Usage::default(),
            _ => {}
        }
    }

    /// Writes what was told, except where the body has said otherwise.
    pub(crate) fn record(&mut self, last: &mut LastWords) {
        if let Some(id) = self.id.take() {
            last.attribute(semconv::GEN_AI_RESPONSE_ID, id);
        }
        if let Some(model) = self.model.take() {
            last.attribute(semconv::GEN_AI_RESPONSE_MODEL, model);
        }
        // What is missing between others broke off, as the conventions say.
        for reason in self
            .finish_reasons
            .iter_mut()
            .filter(|reason| reason.as_str().is_empty())
        {
            *reason = "error".into();
        }
        if !self.finish_reasons.is_empty() {
            last.attribute(
                semconv::GEN_AI_RESPONSE_FINISH_REASONS,
                Value::Array(Array::String(std::mem::take(&mut self.finish_reasons))),
            );
        }
        for (key, tokens) in self.usage.counts() {
            if let Some(tokens) = tokens {
                last.attribute(key, count(tokens));
            }
        }
    }
}

/// The place of one choice.
fn at<T: From<&'static str>>(choices: &mut Vec<T>, choice: usize) -> Option<&mut T> {
    if choice < CHOICES && choices.len() <= choice {
        choices.resize_with(choice + 1, || "".into());
    }
    choices.get_mut(choice)
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
