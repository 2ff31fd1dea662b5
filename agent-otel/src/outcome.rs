//! How an operation ended, and what its return value told.

use opentelemetry::KeyValue;
use serde::Serialize;
use serde_json::Value;

use crate::content::Content;
use crate::failure::Failure;
use crate::llm_response::LlmResponse;
use crate::response::Response;
use crate::stream::Timing;
use crate::{content, records, semconv};

/// How an operation ended, and what its return value, or the items of its stream, told. Large, so it stays in one place
/// and each reads into it.
#[derive(Debug, Default)]
pub struct Outcome {
    pub(crate) failure: Option<Box<Failure>>,
    pub(crate) response: Response,
    /// There was a response to read.
    pub(crate) has_responded: bool,
    /// Where the operation ended with a stream.
    pub(crate) timing: Option<Timing>,
    rare: Option<Box<Rare>>,
}

/// What few operations tell.
#[derive(Debug, Default)]
struct Rare {
    /// What was captured of the return value.
    content: Content,
    /// Attributes that it told.
    attributes: Vec<KeyValue>,
}

impl Outcome {
    /// Of a stream whose items will tell a response.
    pub(crate) fn of_stream() -> Self {
        Self {
            has_responded: true,
            ..Self::default()
        }
    }

    /// Tells why the operation failed.
    pub(crate) fn failed(&mut self, failure: Failure) {
        self.failure = Some(Box::new(failure));
    }

    /// Adds what a response tells.
    pub(crate) fn responded(&mut self, response: &(impl LlmResponse + ?Sized)) {
        self.response.read(response);
        self.has_responded = true;
    }

    /// Whether nothing is left that has to be dropped.
    #[inline]
    pub(crate) fn is_spent(&self) -> bool {
        self.failure.is_none() && self.rare.is_none() && self.response.is_spent()
    }

    /// Adds an attribute.
    pub(crate) fn attribute(&mut self, attribute: KeyValue) {
        self.rare.get_or_insert_default().attributes.push(attribute);
    }

    /// The attributes that were told so far.
    pub(crate) fn attributes(&self) -> &[KeyValue] {
        self.rare.as_ref().map_or(&[], |rare| &rare.attributes)
    }

    /// Gives the attributes away.
    pub(crate) fn take_attributes(&mut self) -> Vec<KeyValue> {
        let rare = self.rare.as_mut();
        rare.map_or_else(Vec::new, |rare| std::mem::take(&mut rare.attributes))
    }

    /// Gives away what was captured.
    pub(crate) fn take_content(&mut self) -> Content {
        let rare = self.rare.as_mut();
        rare.map_or_else(Content::default, |rare| std::mem::take(&mut rare.content))
    }

    pub(crate) fn capture(&mut self, key: &'static str, value: Option<Value>) {
        if let Some(value) = value {
            self.rare.get_or_insert_default().content.push(key, value);
        }
    }

    pub(crate) fn capture_documents(&mut self, documents: &(impl Serialize + ?Sized)) {
        let documents = content::value(documents).map(records::documents);
        self.capture(semconv::GEN_AI_RETRIEVAL_DOCUMENTS, documents);
    }

    pub(crate) fn capture_records(&mut self, records: &(impl Serialize + ?Sized)) {
        let records = content::value(records).map(records::of_memory);
        self.capture(semconv::GEN_AI_MEMORY_RECORDS, records);
    }
}
