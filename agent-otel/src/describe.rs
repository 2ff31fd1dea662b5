//! What an operation says about itself when it begins: one method an argument of the attributes.

use std::borrow::Cow;

use opentelemetry::{KeyValue, StringValue, Value};
use serde::Serialize;

use crate::content;
use crate::known::Known;
use crate::operation::Kind;
use crate::request::{LlmRequest, Request};
use crate::semconv as key;
use crate::span::key as static_key;
use crate::value::IntoAttribute;

/// Attributes of a span that is about to start.
///
/// Each method is named after the argument that calls it and after the last word of the key that it sets.
#[derive(Debug)]
pub struct Describe {
    kind: &'static Kind,
    name: Cow<'static, str>,
    attributes: Vec<KeyValue>,
    arguments: serde_json::Map<String, serde_json::Value>,
    /// What the end has to know of the start.
    known: Known,
    /// What requests tell of one provider alone, until it is known who the provider is.
    vendored: Vec<KeyValue>,
}

type Text = StringValue;

impl Describe {
    pub(crate) fn new(kind: &'static Kind, name: &'static str) -> Self {
        let (operation, target) = match name.split_once(' ') {
            Some((operation, target)) => (operation, Some(target)),
            None => (name, None),
        };
        let mut describe = Self {
            kind,
            name: Cow::Borrowed(name),
            // Room for what an operation usually tells, so that it is allocated once.
            attributes: Vec::with_capacity(16),
            arguments: serde_json::Map::new(),
            known: Known::default(),
            vendored: Vec::new(),
        };
        describe.push(key::GEN_AI_OPERATION_NAME, operation);
        if let Some(target) = target {
            describe.push(kind.target, target);
        }
        if kind.role == crate::operation::Role::RemoteAgent {
            describe.push(key::GEN_AI_PROVIDER_NAME, key::PROVIDER_A2A);
        }
        describe
    }

    /// The span's name and attributes, and what the end has to know of them.
    pub(crate) fn into_parts(mut self) -> (Cow<'static, str>, Vec<KeyValue>, Known) {
        if !self.arguments.is_empty() {
            let arguments = std::mem::take(&mut self.arguments);
            if let Some(json) = content::json(&arguments) {
                self.push(key::GEN_AI_TOOL_CALL_ARGUMENTS, json);
            }
        }
        let known = self.known;
        self.vendored
            .retain(|attribute| known.admits(attribute.key.as_str()));
        self.attributes.append(&mut self.vendored);
        (self.name, self.attributes, known)
    }

    fn push(&mut self, key: &'static str, value: impl Into<Value>) {
        self.attributes.push(KeyValue::new(static_key(key), value));
    }

    /// Sets an attribute of type `T`, once: the last value counts.
    fn set<T: Into<Value>>(
        &mut self,
        key: &'static str,
        value: impl IntoAttribute<T>,
    ) -> &mut Self {
        if let Some(value) = value.into_attribute() {
            self.put(key, value);
        }
        self
    }

    /// As [`set`](Self::set), for a value that is there.
    fn put(&mut self, key: &'static str, value: impl Into<Value>) {
        let value = value.into();
        let same = |attribute: &&mut KeyValue| attribute.key.as_str() == key;
        match self.attributes.iter_mut().find(same) {
            Some(attribute) => attribute.value = value,
            None => self.push(key, value),
        }
    }

    /// Sets the attribute that the span's name ends in.
    fn target(&mut self, key: &'static str, value: impl IntoAttribute<Text>) -> &mut Self {
        if let Some(value) = value.into_attribute() {
            self.name = format!("{} {value}", self.name).into();
            self.push(key, value);
        }
        self
    }

    /// Sets an attribute that may hold what people wrote, if capture is on.
    fn content(&mut self, key: &'static str, content: Option<String>) -> &mut Self {
        if let Some(json) = content {
            self.put(key, json);
        }
        self
    }

    /// `gen_ai.agent.name` or `gen_ai.tool.name`, where it is known at run time only.
    pub fn name(&mut self, name: impl IntoAttribute<Text>) -> &mut Self {
        self.target(self.kind.target, name)
    }

    /// `gen_ai.agent.name` of the agent called, where it is known at run time only.
    pub fn agent(&mut self, name: impl IntoAttribute<Text>) -> &mut Self {
        self.target(key::GEN_AI_AGENT_NAME, name)
    }

    /// `gen_ai.agent.description` or `gen_ai.tool.description`.
    pub fn description(&mut self, text: impl IntoAttribute<Text>) -> &mut Self {
        let key = match self.kind.role {
            crate::operation::Role::Tool => key::GEN_AI_TOOL_DESCRIPTION,
            _ => key::GEN_AI_AGENT_DESCRIPTION,
        };
        self.set(key, text)
    }

    /// `gen_ai.provider.name`.
    pub fn provider(&mut self, name: impl IntoAttribute<Text>) -> &mut Self {
        if let Some(name) = name.into_attribute() {
            self.known.provider(name.as_str());
            self.put(key::GEN_AI_PROVIDER_NAME, name);
        }
        self
    }

    /// `gen_ai.request.model`; part of the name of a model call, not of an agent.
    pub fn model(&mut self, model: impl IntoAttribute<Text>) -> &mut Self {
        if self.kind.target == key::GEN_AI_REQUEST_MODEL {
            self.target(key::GEN_AI_REQUEST_MODEL, model)
        } else {
            self.set(key::GEN_AI_REQUEST_MODEL, model)
        }
    }

    /// All that a request tells.
    pub fn request(&mut self, request: &(impl LlmRequest + ?Sized)) -> &mut Self {
        let mut told = Request::new(self.operation());
        request.describe(&mut told);
        self.model(&told.model);
        self.known.merge(told.known);
        for attribute in told.attributes {
            let has = |known: &KeyValue| known.key == attribute.key;
            if !attribute.key.as_str().starts_with("gen_ai.") {
                self.vendored.push(attribute);
            } else if !self.attributes.iter().any(has) {
                self.attributes.push(attribute);
            }
        }
        if let Some(input) = told
            .input
            .filter(|_| self.lacks(key::GEN_AI_INPUT_MESSAGES))
        {
            self.input(&input);
        }
        if let Some(system) = told
            .system
            .filter(|_| self.lacks(key::GEN_AI_SYSTEM_INSTRUCTIONS))
        {
            self.system(&system);
        }
        if let Some(tools) = told
            .tools
            .filter(|_| self.lacks(key::GEN_AI_TOOL_DEFINITIONS))
        {
            self.tools(&tools);
        }
        self
    }

    /// The first word of the span's name.
    fn operation(&self) -> Cow<'static, str> {
        match &self.name {
            Cow::Borrowed(name) => name.split(' ').next().unwrap_or(name).into(),
            Cow::Owned(name) => name.split(' ').next().unwrap_or(name).to_owned().into(),
        }
    }

    fn lacks(&self, key: &str) -> bool {
        !self
            .attributes
            .iter()
            .any(|known| known.key.as_str() == key)
    }

    /// `gen_ai.request.temperature`.
    pub fn temperature(&mut self, value: impl IntoAttribute<f64>) -> &mut Self {
        self.set(key::GEN_AI_REQUEST_TEMPERATURE, value)
    }

    /// `gen_ai.request.top_p`.
    pub fn top_p(&mut self, value: impl IntoAttribute<f64>) -> &mut Self {
        self.set(key::GEN_AI_REQUEST_TOP_P, value)
    }

    /// `gen_ai.request.top_k`.
    pub fn top_k(&mut self, value: impl IntoAttribute<i64>) -> &mut Self {
        self.set(key::GEN_AI_REQUEST_TOP_K, value)
    }

    /// `gen_ai.request.max_tokens`.
    pub fn max_tokens(&mut self, value: impl IntoAttribute<i64>) -> &mut Self {
        self.set(key::GEN_AI_REQUEST_MAX_TOKENS, value)
    }

    /// `gen_ai.request.seed`.
    pub fn seed(&mut self, value: impl IntoAttribute<i64>) -> &mut Self {
        self.set(key::GEN_AI_REQUEST_SEED, value)
    }

    /// `gen_ai.request.stop_sequences`.
    pub fn stop_sequences(&mut self, value: impl IntoAttribute<Vec<Text>>) -> &mut Self {
        if let Some(stop) = value.into_attribute().filter(|stop| !stop.is_empty()) {
            self.put(
                key::GEN_AI_REQUEST_STOP_SEQUENCES,
                Value::Array(opentelemetry::Array::String(stop)),
            );
        }
        self
    }

    /// `gen_ai.request.frequency_penalty`.
    pub fn frequency_penalty(&mut self, value: impl IntoAttribute<f64>) -> &mut Self {
        self.set(key::GEN_AI_REQUEST_FREQUENCY_PENALTY, value)
    }

    /// `gen_ai.request.presence_penalty`.
    pub fn presence_penalty(&mut self, value: impl IntoAttribute<f64>) -> &mut Self {
        self.set(key::GEN_AI_REQUEST_PRESENCE_PENALTY, value)
    }

    /// `gen_ai.request.choice.count`, left out where it is 1, as the conventions ask.
    pub fn choice_count(&mut self, value: impl IntoAttribute<i64>) -> &mut Self {
        if let Some(count) = value.into_attribute().filter(|count| *count != 1) {
            self.put(key::GEN_AI_REQUEST_CHOICE_COUNT, count);
        }
        self
    }

    /// `gen_ai.request.reasoning.level`.
    pub fn reasoning_level(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_REQUEST_REASONING_LEVEL, value)
    }

    /// `gen_ai.output.type`.
    pub fn output_type(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_OUTPUT_TYPE, value)
    }

    /// `server.address` and `server.port` of a URL; its path, query and user information are not recorded.
    pub fn url(&mut self, url: impl IntoAttribute<Text>) -> &mut Self {
        if let Some((address, port)) = url.into_attribute().and_then(|url| server(url.as_str())) {
            self.put(key::SERVER_ADDRESS, address);
            if let Some(port) = port {
                self.put(key::SERVER_PORT, i64::from(port));
            }
        }
        self
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

    /// `gen_ai.conversation.id`.
    pub fn conversation_id(&mut self, id: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_CONVERSATION_ID, id)
    }

    /// `gen_ai.conversation.id` of an A2A call, whose word for it is context.
    pub fn context_id(&mut self, id: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_CONVERSATION_ID, id)
    }

    /// `a2a.task.id`.
    pub fn task_id(&mut self, id: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::A2A_TASK_ID, id)
    }

    /// `gen_ai.agent.id`.
    pub fn id(&mut self, id: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_AGENT_ID, id)
    }

    /// `gen_ai.agent.version`.
    pub fn version(&mut self, version: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_AGENT_VERSION, version)
    }

    /// `gen_ai.tool.type`.
    pub fn kind(&mut self, kind: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_TOOL_TYPE, kind)
    }

    /// `gen_ai.tool.call.id`.
    pub fn call_id(&mut self, id: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_TOOL_CALL_ID, id)
    }

    /// One member of `gen_ai.tool.call.arguments`, if capture is on.
    pub fn argument(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) -> &mut Self {
        if let Some(value) = content::value(value) {
            self.arguments.insert(name.to_owned(), value);
        }
        self
    }

    /// `gen_ai.input.messages`, if capture is on.
    pub fn input(&mut self, messages: &(impl Serialize + ?Sized)) -> &mut Self {
        self.content(
            key::GEN_AI_INPUT_MESSAGES,
            content::messages(messages, "user"),
        )
    }

    /// `gen_ai.system_instructions`, if capture is on.
    pub fn system(&mut self, instructions: &(impl Serialize + ?Sized)) -> &mut Self {
        self.content(
            key::GEN_AI_SYSTEM_INSTRUCTIONS,
            content::instructions(instructions),
        )
    }

    /// `gen_ai.tool.definitions`, if capture is on.
    pub fn tools(&mut self, definitions: &(impl Serialize + ?Sized)) -> &mut Self {
        self.content(
            key::GEN_AI_TOOL_DEFINITIONS,
            content::value(definitions).and_then(|value| content::json(&value)),
        )
    }

    /// An attribute of the user's own.
    pub fn attribute(&mut self, key: &'static str, value: impl IntoAttribute<Value>) -> &mut Self {
        self.set(key, value)
    }
}

/// Host and port of a URL, the port also where the scheme implies it.
fn server(url: &str) -> Option<(String, Option<u16>)> {
    let uri: http::Uri = url.parse().ok()?;
    let address = uri
        .host()?
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    let implied = match uri.scheme_str() {
        Some("https" | "wss") => Some(443),
        Some("http" | "ws") => Some(80),
        _ => None,
    };
    Some((address, uri.port_u16().or(implied)))
}

#[cfg(test)]
mod tests {
    use super::server;

    #[test]
    fn a_url_tells_host_and_port_and_nothing_else() {
        let server = |url| server(url).map(|(host, port)| (host, port.unwrap_or_default()));
        assert_eq!(
            server("https://api.openai.com/v1"),
            Some(("api.openai.com".into(), 443))
        );
        assert_eq!(
            server("http://user:secret@127.0.0.1:8080/?key=1"),
            Some(("127.0.0.1".into(), 8080))
        );
        assert_eq!(server("http://[::1]:9000"), Some(("::1".into(), 9000)));
        assert_eq!(server("localhost:4000"), Some(("localhost".into(), 4000)));
        assert_eq!(server("not a url"), None);
    }
}
