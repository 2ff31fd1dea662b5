//! What a request to a model asks for.

use std::rc::Rc;
use std::sync::Arc;

use opentelemetry::{Array, KeyValue, StringValue, Value};

use crate::semconv;
use crate::span::key as static_key;
use crate::value::ToAttribute;

/// A request to a model that tells its model and parameters, for `#[llm_call(request = request)]`.
///
/// Implemented for [`serde_json::Value`] in the shape of the OpenAI chat API, for `Option`, `Box`, `Rc`, `Arc` and
/// references. For a type of your own, derive it or write it out:
///
/// ```
/// use agent_otel::{LlmRequest, Request};
///
/// #[derive(LlmRequest)]
/// struct Ask {
///     #[llm(model)]
///     model: String,
///     #[llm(temperature)]
///     temperature: Option<f32>,
///     question: String,
/// }
///
/// struct Fixed(f64);
///
/// impl LlmRequest for Fixed {
///     fn describe(&self, request: &mut Request) {
///         request.model("gpt-4o-mini").temperature(&self.0);
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell what it asks of a model",
    label = "no model can be read from this type",
    note = "implement or derive `agent_otel::LlmRequest` for it, or give the single fields: `model = …, temperature = …`"
)]
pub trait LlmRequest {
    /// Tells `request` all that is known.
    fn describe(&self, request: &mut Request);
}

/// What has been told of a request to a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    pub(crate) model: Option<StringValue>,
    pub(crate) attributes: Vec<KeyValue>,
}

macro_rules! parameters {
    ($($(#[$doc:meta])* $name:ident: $ty:ty => $key:ident),* $(,)?) => {$(
        $(#[$doc])*
        pub fn $name(&mut self, value: &(impl ToAttribute<$ty> + ?Sized)) -> &mut Self {
            if let Some(value) = value.to_attribute() {
                self.attributes.push(KeyValue::new(static_key(semconv::$key), value));
            }
            self
        }
    )*};
}

impl Request {
    /// `gen_ai.request.model`: the model asked for. It is part of the span's name.
    pub fn model(&mut self, model: &(impl ToAttribute<StringValue> + ?Sized)) -> &mut Self {
        self.model = model.to_attribute();
        self
    }

    parameters! {
        /// `gen_ai.request.temperature`
        temperature: f64 => GEN_AI_REQUEST_TEMPERATURE,
        /// `gen_ai.request.top_p`
        top_p: f64 => GEN_AI_REQUEST_TOP_P,
        /// `gen_ai.request.top_k`
        top_k: i64 => GEN_AI_REQUEST_TOP_K,
        /// `gen_ai.request.max_tokens`
        max_tokens: i64 => GEN_AI_REQUEST_MAX_TOKENS,
        /// `gen_ai.request.seed`
        seed: i64 => GEN_AI_REQUEST_SEED,
        /// `gen_ai.request.frequency_penalty`
        frequency_penalty: f64 => GEN_AI_REQUEST_FREQUENCY_PENALTY,
        /// `gen_ai.request.presence_penalty`
        presence_penalty: f64 => GEN_AI_REQUEST_PRESENCE_PENALTY,
        /// `gen_ai.request.reasoning.level`
        reasoning_level: StringValue => GEN_AI_REQUEST_REASONING_LEVEL,
        /// `gen_ai.output.type`: `text`, `json`, `image` or `speech`
        output_type: StringValue => GEN_AI_OUTPUT_TYPE,
    }

    /// `gen_ai.request.choice.count`, left out where it is 1, as the conventions ask.
    pub fn choice_count(&mut self, count: &(impl ToAttribute<i64> + ?Sized)) -> &mut Self {
        if let Some(count) = count.to_attribute().filter(|count| *count != 1) {
            self.attributes.push(KeyValue::new(
                static_key(semconv::GEN_AI_REQUEST_CHOICE_COUNT),
                count,
            ));
        }
        self
    }

    /// `gen_ai.request.stop_sequences`
    pub fn stop_sequences(
        &mut self,
        stop: &(impl ToAttribute<Vec<StringValue>> + ?Sized),
    ) -> &mut Self {
        if let Some(stop) = stop.to_attribute().filter(|stop| !stop.is_empty()) {
            let key = static_key(semconv::GEN_AI_REQUEST_STOP_SEQUENCES);
            self.attributes
                .push(KeyValue::new(key, Value::Array(Array::String(stop))));
        }
        self
    }
}

macro_rules! through {
    ($($pointer:ty),*) => {$(
        impl<R: LlmRequest + ?Sized> LlmRequest for $pointer {
            fn describe(&self, request: &mut Request) {
                (**self).describe(request);
            }
        }
    )*};
}

through!(&R, &mut R, Box<R>, Rc<R>, Arc<R>);

impl<R: LlmRequest> LlmRequest for Option<R> {
    fn describe(&self, request: &mut Request) {
        if let Some(told) = self {
            told.describe(request);
        }
    }
}
