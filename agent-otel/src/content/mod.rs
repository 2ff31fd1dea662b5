//! Content that people and models wrote leaves the process through this one place, and only where it was asked for.
//!
//! [`capture`] turns values of the user into JSON under a budget, [`shape`] gives them the form of the conventions,
//! [`Content`] gathers them while an operation runs, and [`write`] is the way out: [`redact`] masks what the built-in
//! patterns ([`pattern`]) know, [`hooks`] show the rest to redactors and uploads, and [`cut`] leaves as much as an
//! attribute may have. [`policy`] says which of this happens; [`text`] does the same for messages of errors.

mod allow;
mod any;
mod capture;
mod cut;
mod files;
mod hooks;
mod ids;
mod pattern;
mod policy;
mod redact;
pub(crate) mod shape;
mod text;
mod worker;

use std::fmt;

use opentelemetry::logs::AnyValue;
use opentelemetry::trace::SpanContext;
use opentelemetry::{Array, Key, KeyValue, Value as AttributeValue};
use serde::Serialize;
use serde_json::Value;

#[cfg(feature = "setup")]
pub(crate) use files::{flush, not_uploaded};
pub use hooks::{Redactor, Upload, UploadedContent};
pub use pattern::Pattern;
pub(crate) use policy::Policy;
pub use policy::{Capture, ContentPolicy};
#[cfg(feature = "setup")]
pub(crate) use policy::{Environment, install, is_installed};
pub(crate) use policy::{
    emits_event, gather_limit, is_allowed, is_beside_spans, is_captured, is_kept, is_plain,
    is_uploaded, keep_allowed,
};
pub(crate) use shape::{
    captured_instructions as instructions, captured_messages as messages, ended,
};
pub(crate) use text::{clean, display, error_message, raw};
#[cfg(feature = "logs")]
pub(crate) use {
    cut::whole_words,
    text::{Head, has_redactors, named_number, named_text, redacted},
};

use crate::semconv;

/// What a `Debug` shows of content: how much it is.
pub(crate) struct Length<'a>(pub(crate) &'a Value);

impl fmt::Debug for Length<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", cut::size(self.0))
    }
}

/// Content gathered while an operation runs, by key. Empty, it allocates nothing.
#[derive(Default)]
pub(crate) struct Content(hooks::Entries);

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|(key, _)| key))
            .finish()
    }
}

impl Content {
    /// Adds content; the last one of a key counts.
    pub(crate) fn push(&mut self, key: &'static str, value: Value) {
        match self.get_mut(key) {
            Some(known) => *known = value,
            None => self.0.push((key, value)),
        }
    }

    /// Adds a member to the object of one attribute.
    pub(crate) fn push_member(&mut self, key: &'static str, name: &str, value: Value) {
        match self.get_mut(key) {
            Some(Value::Object(members)) => {
                members.insert(name.to_owned(), value);
            }
            _ => self.push(key, serde_json::json!({ name: value })),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let mut entries = self.0.iter_mut();
        entries
            .find(|(known, _)| *known == key)
            .map(|(_, value)| value)
    }

    /// Adds all of `other`, which counts for more.
    pub(crate) fn extend(&mut self, other: Content) {
        for (key, value) in other.0 {
            self.push(key, value);
        }
    }
}

/// A value of the user as JSON, if anything is captured. A `Serialize` that fails or panics gives nothing; one without
/// end gives its beginning.
pub(crate) fn value(value: &(impl Serialize + ?Sized)) -> Option<Value> {
    if !is_captured() {
        return None;
    }
    capture::capture(value, gather_limit())
}

/// Whose content it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Captured<'a> {
    /// `gen_ai.operation.name`, or `mcp.method.name`.
    pub(crate) operation: Option<&'a AttributeValue>,
    pub(crate) span_context: &'a SpanContext,
    /// Whether that is its own; otherwise it is the one around it, if there is any.
    pub(crate) has_span: bool,
}

/// What may be written: on the span as JSON in text, on an event structured.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) span: Vec<KeyValue>,
    pub(crate) event: Vec<(Key, AnyValue)>,
}

/// The one way out: masked, shown to redactors and upload hooks, and cut.
pub(crate) fn write(content: Content, captured: &Captured<'_>) -> Written {
    if content.is_empty() {
        return Written::default();
    }
    let policy = policy::current();
    let most = gather_limit().saturating_mul(4);
    let mut entries: hooks::Entries = content
        .0
        .into_iter()
        .filter_map(|(key, value)| {
            // What comes from elsewhere than `value` may be of any size, and is not looked through as a whole.
            let mut value = cut::fit(shape::of_attribute(key, value), most)?;
            redact::mask(&mut value, policy.patterns());
            Some((key, value))
        })
        .collect();
    let mut lost = None;
    if !policy.redactors().is_empty() {
        (entries, lost) = hooks::redact(policy, entries);
    }
    let mut attributes = Vec::new();
    if !policy.uploads().is_empty() && !entries.is_empty() {
        let unsaved;
        (entries, attributes, unsaved) = hooks::upload(policy, captured, entries);
        lost = lost.or(unsaved);
        // A hook may put in what it likes.
        for (_, value) in &mut entries {
            redact::mask(value, policy.patterns());
        }
    }
    let mut written = Written::default();
    let mut truncated = Vec::new();
    for (key, value) in entries {
        // A variable of a prompt has a key of its own.
        let is_allowed = key == semconv::GEN_AI_PROMPT_VARIABLE || is_allowed(key);
        if is_allowed && (policy.on_spans() || policy.on_events()) {
            written.entry(policy, key, value, &mut truncated);
        }
    }
    if !truncated.is_empty() {
        let keys = AttributeValue::Array(Array::String(truncated));
        attributes.push(KeyValue::new(semconv::CONTENT_TRUNCATED, keys));
    }
    let is_told = |attribute: &KeyValue| attribute.key.as_str() == semconv::CONTENT_LOST;
    if let Some(lost) = lost.filter(|_| !attributes.iter().any(is_told)) {
        attributes.push(KeyValue::new(semconv::CONTENT_LOST, lost));
    }
    keep_allowed(&mut attributes);
    let of_event = |attribute: &KeyValue| {
        let value = any::of_attribute(&attribute.value);
        (attribute.key.clone(), value)
    };
    written.event.extend(attributes.iter().map(of_event));
    written.span.extend(attributes);
    written
}

impl Written {
    /// Writes one content attribute wherever it may stand.
    fn entry(
        &mut self,
        policy: &Policy,
        key: &'static str,
        value: Value,
        truncated: &mut Vec<opentelemetry::StringValue>,
    ) {
        let was_cut = cut::is_cut(&value);
        let whole = cut::size(&value);
        let Some(value) = cut::fit(value, policy.limit()) else {
            truncated.push(key.into());
            return;
        };
        let size = cut::size(&value);
        if was_cut || size < whole {
            truncated.push(key.into());
        }
        if let (semconv::GEN_AI_PROMPT_VARIABLE, Value::Object(variables)) = (key, &value) {
            return self.variables(policy, variables);
        }
        if policy.on_spans() {
            let text = match &value {
                // The conventions have these as texts, which are no JSON.
                Value::String(text) if shape::is_text(key) => text.clone(),
                value => value.to_string(),
            };
            self.span.push(KeyValue::new(key, text));
        }
        if policy.on_events() {
            self.event
                .push((Key::from_static_str(key), any::any(value)));
        }
    }
}

impl Written {
    /// Writes the variables of a prompt: a template, one attribute a variable, each a text.
    fn variables(&mut self, policy: &Policy, variables: &serde_json::Map<String, Value>) {
        for (name, value) in variables {
            let key = format!("{}.{name}", semconv::GEN_AI_PROMPT_VARIABLE);
            if !is_allowed(&key) {
                continue;
            }
            let text = match value {
                Value::String(text) => text.clone(),
                value => value.to_string(),
            };
            if policy.on_events() {
                self.event
                    .push((Key::from(key.clone()), text.clone().into()));
            }
            if policy.on_spans() {
                self.span.push(KeyValue::new(key, text));
            }
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
