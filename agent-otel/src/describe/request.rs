//! What is asked of a model, or of an agent that has one.

use std::borrow::Cow;

use serde::Serialize;

use super::{Describe, Text};
use crate::content;
use crate::kind::Role;
use crate::request::{LlmRequest, Request};
use crate::semconv as key;
use crate::semconv::value::openai_service_tier;
use crate::semconv::version::RETRIEVAL_TOP_K;
use crate::value::IntoAttribute;

impl Describe {
    /// `gen_ai.request.temperature`.
    pub fn temperature(&mut self, value: impl IntoAttribute<f64>) -> &mut Self {
        self.set(key::GEN_AI_REQUEST_TEMPERATURE, value)
    }

    /// `gen_ai.request.top_p`.
    pub fn top_p(&mut self, value: impl IntoAttribute<f64>) -> &mut Self {
        self.set(key::GEN_AI_REQUEST_TOP_P, value)
    }

    /// `gen_ai.request.max_tokens`.
    pub fn max_tokens(&mut self, value: impl IntoAttribute<i64>) -> &mut Self {
        self.set(key::GEN_AI_REQUEST_MAX_TOKENS, value)
    }

    /// `gen_ai.request.seed`.
    pub fn seed(&mut self, value: impl IntoAttribute<i64>) -> &mut Self {
        self.set(key::GEN_AI_REQUEST_SEED, value)
    }

    /// `gen_ai.request.frequency_penalty`.
    pub fn frequency_penalty(&mut self, value: impl IntoAttribute<f64>) -> &mut Self {
        self.set(key::GEN_AI_REQUEST_FREQUENCY_PENALTY, value)
    }

    /// `gen_ai.request.presence_penalty`.
    pub fn presence_penalty(&mut self, value: impl IntoAttribute<f64>) -> &mut Self {
        self.set(key::GEN_AI_REQUEST_PRESENCE_PENALTY, value)
    }

    /// `gen_ai.request.reasoning.level`.
    pub fn reasoning_level(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_REQUEST_REASONING_LEVEL, value)
    }

    /// `gen_ai.request.previous_response.id`.
    pub fn previous_response_id(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_REQUEST_PREVIOUS_RESPONSE_ID, value)
    }

    /// `gen_ai.output.type`.
    pub fn output_type(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_OUTPUT_TYPE, value)
    }

    /// `gen_ai.embeddings.dimension.count`.
    pub fn dimensions(&mut self, value: impl IntoAttribute<i64>) -> &mut Self {
        if let Some(value) = value.into_attribute() {
            self.known.tell(key::GEN_AI_EMBEDDINGS_DIMENSION_COUNT);
            self.put(key::GEN_AI_EMBEDDINGS_DIMENSION_COUNT, value);
        }
        self
    }

    /// `gen_ai.response.id` of the response that is fetched.
    pub fn response_id(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        if let Some(id) = value.into_attribute() {
            self.known.tell(key::GEN_AI_RESPONSE_ID);
            self.put(key::GEN_AI_RESPONSE_ID, id);
        }
        self
    }

    /// `gen_ai.request.stream_cursor`.
    pub fn stream_cursor(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_REQUEST_STREAM_CURSOR, value)
    }

    /// `openai.api.type`.
    pub fn api_type(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        if let Some(value) = value.into_attribute() {
            self.known.tell(key::OPENAI_API_TYPE);
            self.put(key::OPENAI_API_TYPE, value);
        }
        self
    }

    /// `aws.bedrock.guardrail.id`.
    pub fn guardrail_id(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::AWS_BEDROCK_GUARDRAIL_ID, value)
    }

    /// `aws.bedrock.knowledge_base.id`.
    pub fn knowledge_base_id(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::AWS_BEDROCK_KNOWLEDGE_BASE_ID, value)
    }

    /// All that a request tells.
    pub fn request(&mut self, request: &(impl LlmRequest + ?Sized)) -> &mut Self {
        let mut told = Request::new(self.operation());
        request.describe(&mut told);
        self.mixed = true;
        self.model(&told.model);
        self.known.merge(told.known);
        for attribute in told.attributes {
            if !attribute.key.as_str().starts_with("gen_ai.") {
                self.rare().vendored.push(attribute);
            } else if self.get(attribute.key.as_str()).is_none() {
                self.attributes.push(attribute);
            }
        }
        // What is embedded is no message, and its span has none.
        if self.kind.role == Role::Embeddings {
            return self;
        }
        // What an argument gives counts for more, in whichever order they come.
        if let Some(input) = told.input {
            if self.lacks(key::GEN_AI_INPUT_MESSAGES) {
                self.input(&input);
            }
        }
        if let Some(system) = told.system {
            if self.lacks(key::GEN_AI_SYSTEM_INSTRUCTIONS) {
                self.system(&system);
            }
        }
        if let Some(tools) = told.tools {
            if self.lacks(key::GEN_AI_TOOL_DEFINITIONS) {
                self.tools(&tools);
            }
        }
        self
    }

    fn lacks(&mut self, key: &str) -> bool {
        self.rare().content.get_mut(key).is_none()
    }

    /// The first word of the span's name.
    fn operation(&self) -> Cow<'static, str> {
        match &self.name {
            Cow::Borrowed(name) => name.split(' ').next().unwrap_or(name).into(),
            Cow::Owned(name) => name.split(' ').next().unwrap_or(name).to_owned().into(),
        }
    }

    /// `gen_ai.request.top_k`, or `gen_ai.retrieval.top_k` of a retrieval.
    pub fn top_k(&mut self, value: impl IntoAttribute<i64>) -> &mut Self {
        let key = match self.kind.role {
            Role::Retrieval => RETRIEVAL_TOP_K.key(),
            _ => key::GEN_AI_REQUEST_TOP_K,
        };
        self.set(key, value)
    }

    /// `gen_ai.request.stop_sequences`.
    pub fn stop_sequences(&mut self, value: impl IntoAttribute<Vec<Text>>) -> &mut Self {
        self.list(key::GEN_AI_REQUEST_STOP_SEQUENCES, value)
    }

    /// `gen_ai.request.encoding_formats`.
    pub fn encoding_formats(&mut self, value: impl IntoAttribute<Vec<Text>>) -> &mut Self {
        self.list(key::GEN_AI_REQUEST_ENCODING_FORMATS, value)
    }

    /// `gen_ai.request.choice.count`, left out where it is 1, as the conventions ask.
    pub fn choice_count(&mut self, value: impl IntoAttribute<i64>) -> &mut Self {
        let count = value.into_attribute().filter(|count| *count != 1);
        self.put_some(key::GEN_AI_REQUEST_CHOICE_COUNT, count)
    }

    /// `gen_ai.request.stream`, left out where it is `false`, as the conventions ask.
    pub fn stream(&mut self, value: impl IntoAttribute<bool>) -> &mut Self {
        self.known.tell(key::GEN_AI_REQUEST_STREAM);
        self.flag(key::GEN_AI_REQUEST_STREAM, value)
    }

    /// `gen_ai.conversation.compacted`, left out where it is `false`, as the conventions ask.
    pub fn compacted(&mut self, value: impl IntoAttribute<bool>) -> &mut Self {
        self.known.tell(key::GEN_AI_CONVERSATION_COMPACTED);
        self.flag(key::GEN_AI_CONVERSATION_COMPACTED, value)
    }

    /// `openai.request.service_tier`, left out where it is `auto`, as the conventions ask.
    pub fn service_tier(&mut self, tier: impl IntoAttribute<Text>) -> &mut Self {
        let tier = tier.into_attribute();
        let tier = tier.filter(|tier| tier.as_str() != openai_service_tier::AUTO);
        self.put_some(key::OPENAI_REQUEST_SERVICE_TIER, tier)
    }

    /// `gen_ai.prompt.name` and `gen_ai.prompt.version`.
    pub fn prompt(
        &mut self,
        name: impl IntoAttribute<Text>,
        version: impl IntoAttribute<Text>,
    ) -> &mut Self {
        self.set(key::GEN_AI_PROMPT_NAME, name)
            .set(key::GEN_AI_PROMPT_VERSION, version)
    }

    /// One `gen_ai.prompt.variable.{name}`, if capture is on.
    pub fn prompt_variable(
        &mut self,
        name: &'static str,
        value: &(impl Serialize + ?Sized),
    ) -> &mut Self {
        if let Some(value) = content::value(value) {
            self.rare()
                .content
                .push_member(key::GEN_AI_PROMPT_VARIABLE, name, value);
        }
        self
    }
}
