//! What a request to a model asks for.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use opentelemetry::{Array, KeyValue, StringValue, Value};
use serde::Serialize;

use crate::known::Known;
use crate::semconv::value::openai_service_tier;
use crate::span::key as static_key;
use crate::value::ToAttribute;
use crate::{content, semconv};

/// A request to a model that tells its model and parameters, for `#[llm_call(request = request)]`.
///
/// Implemented for [`serde_json::Value`] in the shapes of OpenAI (chat, responses, completions, embeddings) and the many
/// APIs that speak them, Anthropic, Gemini, Bedrock Converse, Ollama, Cohere and Mistral; for the types of client crates
/// behind their features; and for `Option`, `Box`, `Rc`, `Arc`, references and pairs of requests, for clients that take
/// messages and options apart. For a type of your own, derive it or write it out:
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
///     #[llm(input)]
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
///
/// The marks of the derive are the methods of [`Request`], and `request` for a field that is an `LlmRequest` itself. What is
/// told of one provider alone (`openai_…`, `aws_bedrock_…`) is written where `provider = …` names that provider. Where this
/// crate is re-exported, `#[llm(crate = ::facade::agent_otel)]` on the struct says so.
///
/// GenAI conventions, `gen_ai.client.inference`, `gen_ai.embeddings.client` and their refinements.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell what it asks of a model",
    label = "no model can be read from this type",
    note = "implement or derive `agent_otel::LlmRequest` for it, or give the single fields: `model = …, temperature = …`"
)]
pub trait LlmRequest {
    /// Tells `request` all that is known.
    fn describe(&self, request: &mut Request);
}

/// What has been told of a request to a model. The last value told counts.
#[derive(Clone, Default, PartialEq)]
pub struct Request {
    /// What the span is about: an input is a message to one operation and material to another.
    pub(crate) operation: Cow<'static, str>,
    pub(crate) model: Option<StringValue>,
    pub(crate) attributes: Vec<KeyValue>,
    pub(crate) known: Known,
    /// What people wrote, as it was told; only if capture is on.
    pub(crate) input: Option<serde_json::Value>,
    pub(crate) system: Option<serde_json::Value>,
    pub(crate) tools: Option<serde_json::Value>,
}

/// What was told, and never what people wrote.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attributes = self.attributes.iter();
        let contents = [
            ("input", &self.input),
            ("system", &self.system),
            ("tools", &self.tools),
        ];
        let contents = contents
            .into_iter()
            .filter_map(|(name, content)| content.as_ref().map(|_| name));
        let keys: Vec<_> = attributes
            .map(|attribute| attribute.key.as_str())
            .chain(contents)
            .collect();
        f.debug_struct("Request")
            .field("operation", &self.operation)
            .field("model", &self.model)
            .field("keys", &keys)
            .finish_non_exhaustive()
    }
}

macro_rules! parameters {
    ($($(#[$doc:meta])* $name:ident: $ty:ty => $key:ident),* $(,)?) => {$(
        $(#[$doc])*
        pub fn $name(&mut self, value: &(impl ToAttribute<$ty> + ?Sized)) -> &mut Self {
            self.set(semconv::$key, value.to_attribute())
        }
    )*};
}

macro_rules! contents {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        pub fn $name(&mut self, content: &(impl Serialize + ?Sized)) -> &mut Self {
            if let Some(content) = content::value(content).filter(|content| !content.is_null()) {
                self.$name = Some(content);
            }
            self
        }
    )*};
}

impl Request {
    /// A request of which nothing is told yet, for this `gen_ai.operation.name`.
    pub(crate) fn new(operation: Cow<'static, str>) -> Self {
        Self {
            operation,
            ..Self::default()
        }
    }

    /// `gen_ai.request.model`: the model asked for. It is part of the span's name.
    pub fn model(&mut self, model: &(impl ToAttribute<StringValue> + ?Sized)) -> &mut Self {
        self.model = model.to_attribute().or(self.model.take());
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
        /// `gen_ai.request.reasoning.level`: the very word that is sent to the provider.
        reasoning_level: StringValue => GEN_AI_REQUEST_REASONING_LEVEL,
        /// `gen_ai.output.type`: `text`, `json`, `image` or `speech`
        output_type: StringValue => GEN_AI_OUTPUT_TYPE,
        /// `gen_ai.request.previous_response.id`: the earlier response that this request goes on from.
        previous_response_id: StringValue => GEN_AI_REQUEST_PREVIOUS_RESPONSE_ID,
        /// `gen_ai.conversation.id`: the conversation that the provider keeps, where the request names one.
        conversation_id: StringValue => GEN_AI_CONVERSATION_ID,
        /// `gen_ai.prompt.name`: the named prompt that the request fills in.
        prompt_name: StringValue => GEN_AI_PROMPT_NAME,
        /// `gen_ai.prompt.version`
        prompt_version: StringValue => GEN_AI_PROMPT_VERSION,
        /// `gen_ai.embeddings.dimension.count`: the length of the vectors asked for.
        dimension_count: i64 => GEN_AI_EMBEDDINGS_DIMENSION_COUNT,
        /// `openai.api.type` ([known values](crate::semconv::value::openai_api)). Written where the provider is `openai`.
        openai_api_type: StringValue => OPENAI_API_TYPE,
        /// `aws.bedrock.guardrail.id`. Written where the provider is `aws.bedrock`.
        aws_bedrock_guardrail_id: StringValue => AWS_BEDROCK_GUARDRAIL_ID,
        /// `aws.bedrock.knowledge_base.id`. Written where the provider is `aws.bedrock`.
        aws_bedrock_knowledge_base_id: StringValue => AWS_BEDROCK_KNOWLEDGE_BASE_ID,
    }

    /// `gen_ai.request.choice.count`, left out where it is 1, as the conventions ask.
    pub fn choice_count(&mut self, count: &(impl ToAttribute<i64> + ?Sized)) -> &mut Self {
        self.set_unless(
            &1,
            semconv::GEN_AI_REQUEST_CHOICE_COUNT,
            count.to_attribute(),
        )
    }

    /// `gen_ai.request.stream`, left out where it is `false`, as the conventions ask.
    pub fn stream(&mut self, stream: &(impl ToAttribute<bool> + ?Sized)) -> &mut Self {
        self.set_unless(
            &false,
            semconv::GEN_AI_REQUEST_STREAM,
            stream.to_attribute(),
        )
    }

    /// `gen_ai.conversation.compacted`: whether what is sent is for sure a compacted view of the conversation. `false`
    /// tells nothing, as the conventions ask.
    pub fn compacted(&mut self, compacted: &(impl ToAttribute<bool> + ?Sized)) -> &mut Self {
        let compacted = compacted.to_attribute().filter(|compacted| *compacted);
        self.set(semconv::GEN_AI_CONVERSATION_COMPACTED, compacted)
    }

    /// `openai.request.service_tier`, left out where it is `auto`, as the conventions ask. Written where the provider is
    /// `openai`.
    pub fn openai_service_tier(
        &mut self,
        tier: &(impl ToAttribute<StringValue> + ?Sized),
    ) -> &mut Self {
        let auto = StringValue::from(openai_service_tier::AUTO);
        self.set_unless(
            &auto,
            semconv::OPENAI_REQUEST_SERVICE_TIER,
            tier.to_attribute(),
        )
    }

    /// `gen_ai.request.stop_sequences`
    pub fn stop_sequences(
        &mut self,
        stop: &(impl ToAttribute<Vec<StringValue>> + ?Sized),
    ) -> &mut Self {
        self.list(semconv::GEN_AI_REQUEST_STOP_SEQUENCES, stop)
    }

    /// `gen_ai.request.encoding_formats`: the encodings of embeddings asked for, such as `float` or `base64`.
    pub fn encoding_formats(
        &mut self,
        formats: &(impl ToAttribute<Vec<StringValue>> + ?Sized),
    ) -> &mut Self {
        self.list(semconv::GEN_AI_REQUEST_ENCODING_FORMATS, formats)
    }

    contents! {
        /// The messages that are sent, as for `input` of `#[llm_call]`. Kept only if content capture is on, as
        /// `gen_ai.input.messages`.
        input,
        /// The instructions beside the messages, as for `system` of `#[llm_call]`. Kept only if content capture is on, as
        /// `gen_ai.system_instructions`.
        system,
        /// The tools that the model may ask for, as for `tools` of `#[llm_call]`. Kept only if content capture is on, as
        /// `gen_ai.tool.definitions`.
        tools,
    }

    fn list(
        &mut self,
        key: &'static str,
        list: &(impl ToAttribute<Vec<StringValue>> + ?Sized),
    ) -> &mut Self {
        let list = list.to_attribute().filter(|list| !list.is_empty());
        self.set(key, list.map(|list| Value::Array(Array::String(list))))
    }

    /// As [`set`](Self::set), where one value is told by leaving the attribute out.
    fn set_unless<T: PartialEq + Into<Value>>(
        &mut self,
        unsaid: &T,
        key: &'static str,
        value: Option<T>,
    ) -> &mut Self {
        if value.as_ref() == Some(unsaid) {
            self.attributes.retain(|known| known.key.as_str() != key);
            return self;
        }
        self.set(key, value)
    }

    /// Sets an attribute, once: the last value that is there counts.
    fn set(&mut self, key: &'static str, value: Option<impl Into<Value>>) -> &mut Self {
        let Some(value) = value.map(Into::into) else {
            return self;
        };
        self.known.tell(key);
        let same = |known: &&mut KeyValue| known.key.as_str() == key;
        match self.attributes.iter_mut().find(same) {
            Some(known) => known.value = value,
            None => self.attributes.push(KeyValue::new(static_key(key), value)),
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

impl<A: LlmRequest, B: LlmRequest> LlmRequest for (A, B) {
    fn describe(&self, request: &mut Request) {
        self.0.describe(request);
        self.1.describe(request);
    }
}
