//! What an operation says about itself when it begins: one method an argument of the attributes.
//!
//! What all take stands here; the rest has a room a family.

mod agent;
mod data;
mod mcp;
mod request;
mod tool;
mod words;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use opentelemetry::{Array, KeyValue, StringValue, Value};
use serde::Serialize;

use crate::content::{self, Content};
use crate::kind::{Kind, Role};
use crate::known::Known;
use crate::rollup::Rollup;
use crate::semconv as key;
use crate::semconv::value::mcp_method::{PROMPTS_GET, TOOLS_CALL};
use crate::span::{key as static_key, push_in_place};
use crate::surroundings::{Id, Ids, Surroundings};
use crate::url::server;
use crate::value::IntoAttribute;
use words::words;

pub(crate) use words::Name;

/// Attributes of an operation that is about to begin.
///
/// Each method is named after the argument that calls it and after the last word of the key that it sets.
#[derive(Debug)]
pub struct Describe {
    kind: &'static Kind,
    /// Whether a span is to be started; otherwise the operation is measured only.
    pub(crate) traced: bool,
    pub(crate) name: Cow<'static, str>,
    pub(crate) attributes: Vec<KeyValue>,
    /// What the end has to know of the start.
    pub(crate) known: Known,
    /// A key may be told twice, so that it is looked for before it is added.
    pub(crate) mixed: bool,
    /// Apart, so that what usually moves is small.
    rare: Option<Box<Rare>>,
}

/// What few operations tell.
#[derive(Debug, Default)]
struct Rare {
    arguments: Arguments,
    content: Content,
    /// What requests tell of one provider alone, until it is known who the provider is.
    vendored: Vec<KeyValue>,
    /// The span's name tells more than one target.
    refined: bool,
    /// Ids that hold for the operations below as well.
    ids: Ids,
}

/// Captured arguments by name.
#[derive(Default)]
struct Arguments(serde_json::Map<String, serde_json::Value>);

impl fmt::Debug for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// What goes with an operation beside its span.
pub(crate) struct Around {
    pub(crate) content: Content,
    /// What the context of the operation carries, where that differs from what is around it.
    pub(crate) surroundings: Option<Surroundings>,
}

type Text = StringValue;

impl Describe {
    pub(crate) fn new(kind: &'static Kind, name: &'static Name, traced: bool) -> Self {
        let (operation, target) = words(name);
        let mut describe = Self {
            kind,
            traced,
            name: Cow::Borrowed(name.0),
            // Room for what an operation usually tells, so that it is allocated once.
            attributes: Vec::with_capacity(16),
            known: Known::default(),
            mixed: !kind.provider.is_empty(),
            rare: None,
        };
        if !operation.is_empty() {
            describe.begins_with(operation);
        }
        if let Some(target) = target {
            describe.push(describe.target_key(), target);
        }
        if !kind.provider.is_empty() {
            describe.push(key::GEN_AI_PROVIDER_NAME, kind.provider);
        }
        describe
    }

    /// Sets the attribute that the span's name begins with.
    fn begins_with(&mut self, operation: impl Into<Text>) {
        let operation = operation.into();
        let calls_tool = self.kind.role.is_mcp() && operation.as_str() == TOOLS_CALL;
        self.push(self.kind.span.operation, operation);
        if calls_tool {
            self.known.tell_tool_call();
            self.push(
                key::GEN_AI_OPERATION_NAME,
                key::value::operation::EXECUTE_TOOL,
            );
        }
    }

    /// The attribute that the rest of the span's name is the value of.
    fn target_key(&self) -> &'static str {
        let is_prompt = || self.name.starts_with(PROMPTS_GET);
        if self.kind.role.is_mcp() && is_prompt() {
            key::GEN_AI_PROMPT_NAME
        } else {
            self.kind.span.target
        }
    }

    /// Whether nothing is left that has to be dropped.
    #[inline]
    pub(crate) fn is_spent(&self) -> bool {
        self.rare.is_none()
            && self.attributes.capacity() == 0
            && matches!(self.name, Cow::Borrowed(_))
    }

    /// Whether there is anything to [`finish`](Self::finish) with what is `around`.
    #[inline]
    pub(crate) fn is_completed_by(&self, around: Option<&Surroundings>) -> bool {
        let names_agent = matches!(self.kind.role, Role::Tool | Role::Plan);
        self.has_more(around) || names_agent && around.is_some()
    }

    /// Whether that is more than the [name](Self::name_agent) of the agent.
    #[inline]
    pub(crate) fn has_more(&self, around: Option<&Surroundings>) -> bool {
        self.rare.is_some()
            || self.kind.role == Role::Agent
            || around.is_some_and(|around| around.ids.is_some())
    }

    /// Completes what was gathered with what is `around` every operation below.
    pub(crate) fn finish(&mut self, around: Option<&Surroundings>) -> Around {
        let mut content = Content::default();
        let mut ids = None;
        let mut refined = false;
        if let Some(mut rare) = self.rare.take() {
            let Arguments(arguments) = std::mem::take(&mut rare.arguments);
            if !arguments.is_empty() {
                rare.content
                    .push(key::GEN_AI_TOOL_CALL_ARGUMENTS, arguments.into());
            }
            content = rare.content;
            ids = Some(rare.ids).filter(|ids| *ids != Ids::default());
            refined = rare.refined;
            let known = self.known;
            for attribute in rare.vendored {
                let key = attribute.key.as_str();
                // What an argument gives counts for more.
                if known.admits(key) && self.get(key).is_none() {
                    self.attributes.push(attribute);
                }
            }
        }
        let surroundings = self.surroundings(around, ids);
        let ids = surroundings.as_ref().or(around);
        if let Some(ids) = ids.and_then(|surroundings| surroundings.ids.clone()) {
            self.ids(&ids);
        }
        self.name_agent(around);
        if refined {
            self.refine_name();
        }
        Around {
            content,
            surroundings,
        }
    }

    /// What the context of the operation is to carry, where that differs from what is around it.
    fn surroundings(
        &self,
        around: Option<&Surroundings>,
        ids: Option<Ids>,
    ) -> Option<Surroundings> {
        let is_agent = self.kind.role == Role::Agent;
        if ids.is_none() && !is_agent {
            return None;
        }
        let mut surroundings = around.cloned().unwrap_or_default();
        if let Some(ids) = ids {
            let ids = match &surroundings.ids {
                Some(known) => ids.over(known),
                None => ids,
            };
            surroundings.ids = Some(Arc::new(ids));
        }
        if is_agent {
            let name = match self.get(key::GEN_AI_AGENT_NAME) {
                Some(Value::String(name)) => Some(name.clone()),
                _ => None,
            };
            Rollup::begin(&mut surroundings, name);
        }
        Some(surroundings)
    }

    fn ids(&mut self, ids: &Ids) {
        for (key, id) in ids.each() {
            self.fill(key, &id.text);
        }
    }

    /// `gen_ai.request.stream`: the answer is a stream.
    pub(crate) fn streams(&mut self) {
        if self.kind.role == Role::Inference {
            self.known.tell(key::GEN_AI_REQUEST_STREAM);
            self.mixed = true;
            self.put(key::GEN_AI_REQUEST_STREAM, true);
        }
    }

    fn get(&self, key: &str) -> Option<&Value> {
        let found = self
            .attributes
            .iter()
            .find(|attribute| attribute.key.as_str() == key);
        found.map(|attribute| &attribute.value)
    }

    /// Sets an attribute that was not set.
    fn fill(&mut self, key: &'static str, value: &Text) {
        if self.get(key).is_none() {
            self.push(key, value.clone());
        }
    }

    fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
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
        self.put_some(key, value.into_attribute())
    }

    /// Sets an attribute whose value may not be there.
    fn put_some(&mut self, key: &'static str, value: Option<impl Into<Value>>) -> &mut Self {
        if let Some(value) = value {
            self.put(key, value);
        }
        self
    }

    /// As [`set`](Self::set), for a value that is there.
    // Not in line, so that it is compiled once a type of values.
    #[inline(never)]
    fn put(&mut self, key: &'static str, value: impl Into<Value>) {
        if self.mixed {
            self.put_once(key, value.into());
        } else {
            push_in_place(&mut self.attributes, KeyValue::new(static_key(key), value));
        }
    }

    /// As [`put`](Self::put), where the key may be there.
    #[inline(never)]
    fn put_once(&mut self, key: &'static str, value: Value) {
        let same = |attribute: &&mut KeyValue| attribute.key.as_str() == key;
        match self.attributes.iter_mut().find(same) {
            Some(attribute) => attribute.value = value,
            None => self.push(key, value),
        }
    }

    /// Sets an attribute of several values, if there are any.
    fn list(&mut self, key: &'static str, values: impl IntoAttribute<Vec<Text>>) -> &mut Self {
        let values = values.into_attribute().filter(|values| !values.is_empty());
        self.put_some(
            key,
            values.map(|values| Value::Array(Array::String(values))),
        )
    }

    /// Sets an attribute that tells nothing where it is not `true`.
    fn flag(&mut self, key: &'static str, value: impl IntoAttribute<bool>) -> &mut Self {
        self.put_some(key, value.into_attribute().filter(|value| *value))
    }

    /// Sets the attribute that the span's name ends in.
    fn target(&mut self, key: &'static str, value: impl IntoAttribute<Text>) -> &mut Self {
        // An empty name names nothing.
        let value = value.into_attribute();
        if let Some(value) = value.filter(|value| !value.as_str().is_empty()) {
            self.name = format!("{} {value}", self.name).into();
            self.push(key, value);
        }
        self
    }

    /// As [`target`](Self::target) where the span's name ends in this attribute.
    fn target_or_set(&mut self, key: &'static str, value: impl IntoAttribute<Text>) -> &mut Self {
        if self.kind.span.target == key {
            self.target(key, value)
        } else {
            self.set(key, value)
        }
    }

    /// Sets an attribute that may hold what people wrote, if capture is on.
    fn content(&mut self, key: &'static str, content: Option<serde_json::Value>) -> &mut Self {
        if let Some(content) = content {
            self.rare().content.push(key, content);
        }
        self
    }

    /// `gen_ai.agent.name` or `gen_ai.tool.name`, where it is known at run time only.
    pub fn name(&mut self, name: impl IntoAttribute<Text>) -> &mut Self {
        self.target(self.target_key(), name)
    }

    /// `gen_ai.agent.description` or `gen_ai.tool.description`.
    pub fn description(&mut self, text: impl IntoAttribute<Text>) -> &mut Self {
        self.set(self.kind.description, text)
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
        self.target_or_set(key::GEN_AI_REQUEST_MODEL, model)
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

    /// `gen_ai.conversation.id`, here and on every span below.
    pub fn conversation_id(&mut self, id: impl IntoAttribute<Text>) -> &mut Self {
        self.rare().ids.conversation = id.into_attribute().map(Id::from);
        self
    }

    /// `user.id`, here and on every span below.
    pub fn user_id(&mut self, id: impl IntoAttribute<Text>) -> &mut Self {
        self.rare().ids.user = id.into_attribute().map(Id::from);
        self
    }

    /// `session.id`, here and on every span below.
    pub fn session_id(&mut self, id: impl IntoAttribute<Text>) -> &mut Self {
        self.rare().ids.session = id.into_attribute().map(Id::from);
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
        self.content(key::GEN_AI_TOOL_DEFINITIONS, content::value(definitions))
    }

    /// An attribute of the user's own.
    pub fn attribute(&mut self, key: &'static str, value: impl IntoAttribute<Value>) -> &mut Self {
        self.mixed = true;
        self.set(key, value)
    }
}
