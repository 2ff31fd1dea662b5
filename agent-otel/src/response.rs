//! What has been told of a model's response.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use opentelemetry::{Array, KeyValue, StringValue, Value};
use serde::Serialize;

use crate::budget::Budget;
use crate::kind::Role;
use crate::known::Known;
use crate::llm_response::LlmResponse;
use crate::output::{CHOICES, Output};
use crate::span::{LastWords, key as static_key};
use crate::usage::{Count, Counts, Usage};
use crate::{content, semconv};

/// What has been told of a model's response. The last value told counts; finish reasons add up, one a choice, and so do
/// the parts of the output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    id: Option<StringValue>,
    model: Option<StringValue>,
    /// One a choice; empty where it has not come yet.
    finish_reasons: Vec<StringValue>,
    usage: Counts,
    /// Apart, so that what usually is told is small.
    rare: Option<Box<Rare>>,
}

/// What few operations or providers tell, and what was answered, if capture is on. `Debug` shows how much that is.
#[derive(Clone, Default, PartialEq)]
struct Rare {
    attributes: Vec<KeyValue>,
    /// The parts, gathered over the chunks of a stream.
    output: Output,
    /// The whole, if it was told so.
    messages: Option<serde_json::Value>,
}

impl fmt::Debug for Rare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            attributes,
            output,
            messages,
        } = self;
        f.debug_struct("Rare")
            .field("attributes", attributes)
            .field("output", output)
            .field("messages", &messages.as_ref().map(content::Length))
            .finish()
    }
}

impl Response {
    /// Adds what `response` tells.
    pub(crate) fn read(&mut self, response: &(impl LlmResponse + ?Sized)) {
        // Code of the user; what was told before a panic stands.
        let _ = catch_unwind(AssertUnwindSafe(|| response.describe(self)));
    }

    /// `gen_ai.response.id`: the provider's id of this response. An empty one tells nothing.
    pub fn id(&mut self, id: impl Into<String>) -> &mut Self {
        let id = id.into();
        if !id.is_empty() {
            self.id = Some(id.into());
        }
        self
    }

    /// `gen_ai.response.model`: the model that answered, which may be more specific than the one asked for. An empty one
    /// tells nothing.
    pub fn model(&mut self, model: impl Into<String>) -> &mut Self {
        let model = model.into();
        if !model.is_empty() {
            self.model = Some(model.into());
        }
        self
    }

    /// Adds one of `gen_ai.response.finish_reasons`, in the order of the choices.
    pub fn finish_reason(&mut self, reason: impl Into<String>) -> &mut Self {
        let missing = |reason: &StringValue| reason.as_str().is_empty();
        let next = self.finish_reasons.iter().position(missing);
        self.finish_reason_of(next.unwrap_or(self.finish_reasons.len()), reason)
    }

    /// The finish reason of the choice with this index, for chunks that come in any order. The last one told counts.
    /// Where it is missing beside others, `error` stands in its place, as the conventions ask.
    pub fn finish_reason_of(&mut self, choice: usize, reason: impl Into<String>) -> &mut Self {
        let reason = reason.into();
        if !reason.is_empty() {
            if let Some(known) = at(&mut self.finish_reasons, choice) {
                *known = reason.into();
            }
        }
        self
    }

    /// Keeps a place for the finish reason of one choice of several, which is missing if it never comes.
    pub(crate) fn begun(&mut self, choice: usize) -> &mut Self {
        if choice > 0 {
            at(&mut self.finish_reasons, choice);
        }
        self
    }

    /// As [`finish_reason_of`](Self::finish_reason_of), for chunks that repeat it: what is known is not copied again.
    pub(crate) fn ended(&mut self, choice: usize, reason: &str) -> &mut Self {
        let known = self.finish_reasons.get(choice).map(StringValue::as_str);
        if known == Some(reason) {
            return self;
        }
        self.finish_reason_of(choice, reason)
    }

    /// `gen_ai.usage.*`: counts that are `None` leave what was told before.
    pub fn usage(&mut self, usage: Usage) -> &mut Self {
        self.usage.add(&usage);
        self
    }

    /// As [`usage`](Self::usage), for one count.
    pub(crate) fn count(&mut self, count: Count, tokens: u64) {
        self.usage.set(count, tokens);
    }

    /// `gen_ai.response.status`: how far the generation has come, as the provider tells it to whoever asks for an earlier
    /// response ([known values](crate::semconv::value::response_status)). Written for the operation `fetch_response` only.
    pub fn status(&mut self, status: impl AsRef<str>) -> &mut Self {
        self.text(semconv::GEN_AI_RESPONSE_STATUS, status.as_ref())
    }

    /// `gen_ai.embeddings.dimension.count`: the length of the vectors, unless the request has told it.
    pub fn dimension_count(&mut self, count: usize) -> &mut Self {
        match i64::try_from(count) {
            Ok(count) => self.set(semconv::GEN_AI_EMBEDDINGS_DIMENSION_COUNT, count.into()),
            Err(_) => self,
        }
    }

    /// `gen_ai.conversation.compacted`: whether the model is sure to have seen a compacted view of the conversation.
    /// `false` tells nothing, as the conventions ask.
    pub fn compacted(&mut self, compacted: bool) -> &mut Self {
        if compacted {
            self.set(semconv::GEN_AI_CONVERSATION_COMPACTED, true.into());
        }
        self
    }

    /// `openai.api.type` ([known values](crate::semconv::value::openai_api)). Written where the provider is `openai`.
    pub fn openai_api_type(&mut self, api: impl AsRef<str>) -> &mut Self {
        self.text(semconv::OPENAI_API_TYPE, api.as_ref())
    }

    /// `openai.response.service_tier`: the tier that served the request. Written where the provider is `openai`.
    pub fn openai_service_tier(&mut self, tier: impl AsRef<str>) -> &mut Self {
        self.text(semconv::OPENAI_RESPONSE_SERVICE_TIER, tier.as_ref())
    }

    /// `openai.response.system_fingerprint`: what tells one state of the servers from another. Written where the provider
    /// is `openai`.
    pub fn openai_system_fingerprint(&mut self, fingerprint: impl AsRef<str>) -> &mut Self {
        self.text(
            semconv::OPENAI_RESPONSE_SYSTEM_FINGERPRINT,
            fingerprint.as_ref(),
        )
    }

    /// The answer as a whole: a text, a message, or a list of messages, as for `output` of `#[agent]`. It is kept only if
    /// content capture is on, as `gen_ai.output.messages`, each message with the finish reason that was told of its
    /// choice, and counts for more than the parts told one by one.
    pub fn output(&mut self, messages: &(impl Serialize + ?Sized)) -> &mut Self {
        let messages = content::messages(messages, "assistant");
        if let Some(messages) = messages.filter(|messages| *messages != serde_json::json!([])) {
            self.rare().messages = Some(messages);
        }
        self
    }

    /// Adds to the text of the answer. It is kept only if content capture is on, as part of `gen_ai.output.messages`; so
    /// is what the other methods for parts of the answer add.
    pub fn output_text(&mut self, text: &str) -> &mut Self {
        self.output_text_of(0, text)
    }

    /// Adds to the text of the choice with this index.
    pub fn output_text_of(&mut self, choice: usize, text: &str) -> &mut Self {
        self.begun(choice)
            .gather(|output| output.text(choice, "text", text))
    }

    /// Adds to what the choice with this index has thought aloud.
    pub fn output_reasoning_of(&mut self, choice: usize, text: &str) -> &mut Self {
        self.begun(choice)
            .gather(|output| output.text(choice, "reasoning", text))
    }

    /// Adds to the words with which the choice with this index refuses to answer.
    pub fn output_refusal_of(&mut self, choice: usize, text: &str) -> &mut Self {
        self.begun(choice)
            .gather(|output| output.text(choice, "refusal", text))
    }

    /// Adds to a tool call of the choice with this index: `arguments` is JSON, or the next piece of it. `call` tells apart
    /// the calls of one choice; id and name need to be told once.
    ///
    /// ```
    /// # let mut response = agent_otel::Response::default();
    /// response.output_tool_call_of(0, 0, Some("call_1"), Some("order_status"), "");
    /// response.output_tool_call_of(0, 0, None, None, "{\"id\":");
    /// response.output_tool_call_of(0, 0, None, None, "1042}");
    /// ```
    pub fn output_tool_call_of(
        &mut self,
        choice: usize,
        call: usize,
        id: Option<&str>,
        name: Option<&str>,
        arguments: &str,
    ) -> &mut Self {
        self.begun(choice)
            .gather(|output| output.call(choice, call, id, name, arguments))
    }

    /// Begins a call of a tool that the provider runs itself, as its block tells it;
    /// [`output_tool_call_of`](Self::output_tool_call_of) adds the input.
    pub(crate) fn output_server_call_of(
        &mut self,
        choice: usize,
        call: usize,
        block: &serde_json::Value,
    ) -> &mut Self {
        self.gather(|output| output.server_call(choice, call, block))
    }

    /// As [`output_tool_call_of`](Self::output_tool_call_of), with all that is known of the call so far.
    #[cfg(feature = "genai")]
    pub(crate) fn output_tool_call_so_far(
        &mut self,
        id: &str,
        name: &str,
        arguments: &str,
    ) -> &mut Self {
        self.gather(|output| output.call_so_far(0, id, name, arguments))
    }

    /// As [`output_tool_call_of`](Self::output_tool_call_of), once the call has ended.
    #[cfg(feature = "rig-core")]
    pub(crate) fn output_tool_call_ended(
        &mut self,
        call: usize,
        id: &str,
        name: &str,
        arguments: impl FnOnce() -> String,
    ) -> &mut Self {
        self.gather(|output| output.end_call(0, call, id, name, arguments))
    }

    /// Adds a part in the conventions' shape.
    pub(crate) fn output_part_of(
        &mut self,
        choice: usize,
        part: impl FnOnce(&mut Budget) -> Option<serde_json::Value>,
    ) -> &mut Self {
        self.gather(|output| output.whole(choice, part))
    }

    /// Forgets the parts that were told, since the answer is told again, and whole.
    pub(crate) fn output_anew(&mut self) -> &mut Self {
        if let Some(rare) = &mut self.rare {
            rare.output.clear();
        }
        self
    }

    fn gather(&mut self, gather: impl FnOnce(&mut Output)) -> &mut Self {
        if content::is_captured() {
            gather(&mut self.rare().output);
        }
        self
    }

    fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Sets an attribute, once: the last value counts.
    fn set(&mut self, key: &'static str, value: Value) -> &mut Self {
        let same = |known: &&mut KeyValue| known.key.as_str() == key;
        let attributes = &mut self.rare().attributes;
        match attributes.iter_mut().find(same) {
            Some(known) => known.value = value,
            None => attributes.push(KeyValue::new(static_key(key), value)),
        }
        self
    }

    /// As [`set`](Self::set), for a text that each chunk may repeat: what is known already is not copied again.
    fn text(&mut self, key: &'static str, text: &str) -> &mut Self {
        let is_same = |known: &KeyValue| {
            known.key.as_str() == key
                && matches!(&known.value, Value::String(known) if known.as_str() == text)
        };
        let rare = self.rare.as_ref();
        if rare.is_some_and(|rare| rare.attributes.iter().any(is_same)) {
            return self;
        }
        self.set(key, Value::String(text.to_owned().into()))
    }

    /// The counts that were told.
    pub(crate) fn known_usage(&self) -> Usage {
        self.usage.into()
    }

    /// Whether nothing is left that has to be dropped.
    #[inline]
    pub(crate) fn is_spent(&self) -> bool {
        self.id.is_none()
            && self.model.is_none()
            && self.finish_reasons.capacity() == 0
            && self.rare.is_none()
    }

    /// `gen_ai.response.model`, once it was told.
    pub(crate) fn model_attribute(&self) -> Option<KeyValue> {
        let model = self.model.clone()?;
        Some(KeyValue::new(semconv::GEN_AI_RESPONSE_MODEL, model))
    }

    /// Tells id and model, unless they are known already: chunks repeat them, and to tell them again is to copy them. What
    /// Azure tells of its filters between the chunks has empty ones.
    pub(crate) fn identify(&mut self, id: Option<&str>, model: Option<&str>) -> &mut Self {
        for (known, told) in [(&mut self.id, id), (&mut self.model, model)] {
            if let Some(told) = told.filter(|told| !told.is_empty()) {
                if known.as_ref().map(StringValue::as_str) != Some(told) {
                    *known = Some(told.to_owned().into());
                }
            }
        }
        self
    }

    /// What was answered, as `gen_ai.output.messages` has it; `None` where nothing is captured.
    pub(crate) fn output_messages(&self) -> Option<serde_json::Value> {
        let Rare {
            output, messages, ..
        } = &**self.rare.as_ref()?;
        let reasons = self.finish_reasons.iter().map(StringValue::as_str);
        if let Some(messages) = messages {
            return Some(content::ended(messages.clone(), reasons));
        }
        (!output.is_empty()).then(|| output.messages(reasons))
    }

    /// Whether the model has come to the end of every choice that is known of.
    pub(crate) fn is_whole(&self) -> bool {
        let reasons = &self.finish_reasons;
        !reasons.is_empty() && reasons.iter().all(|reason| !reason.as_str().is_empty())
    }

    /// Tells that the answer never came to its end: where no finish reason was told, there is one missing.
    pub(crate) fn broke_off(&mut self) {
        match self.finish_reasons.first_mut() {
            Some(first) if first.as_str().is_empty() => *first = "error".into(),
            Some(_) => {}
            None => self.finish_reasons.push("error".into()),
        }
    }

    /// Writes what was told and belongs to an operation of this role, except where the start or the body has said so or
    /// otherwise.
    ///
    /// Embeddings have no output tokens, and those of a response that is fetched were counted when it was generated (GenAI
    /// conventions, "Embeddings", "Fetch response").
    #[inline(always)]
    pub(crate) fn record(&mut self, last: &mut LastWords, role: Role, known: Known) {
        let fetches = role == Role::FetchResponse;
        let id = self.id.take();
        if let Some(id) = id.filter(|_| !known.has(semconv::GEN_AI_RESPONSE_ID)) {
            last.attribute(semconv::GEN_AI_RESPONSE_ID, id);
        }
        if let Some(model) = self.model.take() {
            last.attribute(semconv::GEN_AI_RESPONSE_MODEL, model);
        }
        let was_told = |reason: &StringValue| !reason.as_str().is_empty();
        if self.finish_reasons.iter().any(was_told) {
            let reasons = self.finish_reasons.iter_mut();
            // What is missing between others broke off, as the conventions say.
            for reason in reasons.filter(|reason| reason.as_str().is_empty()) {
                *reason = "error".into();
            }
            last.attribute(
                semconv::GEN_AI_RESPONSE_FINISH_REASONS,
                Value::Array(Array::String(std::mem::take(&mut self.finish_reasons))),
            );
        }
        if let Some(rare) = &mut self.rare {
            for attribute in rare.attributes.drain(..) {
                let key = attribute.key.as_str();
                let is_status = key == semconv::GEN_AI_RESPONSE_STATUS;
                if known.admits(key) && !known.has(key) && (fetches || !is_status) {
                    last.put(attribute);
                }
            }
        }
        match role {
            Role::FetchResponse => {}
            Role::Embeddings => {
                let tokens = self.usage.get(Count::input_tokens);
                if let Some(Ok(tokens)) = tokens.map(i64::try_from) {
                    last.attribute(semconv::GEN_AI_USAGE_INPUT_TOKENS, tokens);
                }
            }
            _ => {
                self.usage.tell(|attribute| last.put(attribute));
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
