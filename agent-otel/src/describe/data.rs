//! Data sources and memories.

use serde::Serialize;

use super::{Describe, Text};
use crate::kind::Role;
use crate::semconv as key;
use crate::value::IntoAttribute;
use crate::{content, records};

impl Describe {
    /// `gen_ai.memory.store.id`.
    pub fn store(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_MEMORY_STORE_ID, value)
    }

    /// `gen_ai.memory.record.id`.
    pub fn record_id(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_MEMORY_RECORD_ID, value)
    }

    /// `gen_ai.memory.record.count`.
    pub fn record_count(&mut self, value: impl IntoAttribute<i64>) -> &mut Self {
        self.set(key::GEN_AI_MEMORY_RECORD_COUNT, value)
    }

    /// `gen_ai.data_source.id`; part of the name of a retrieval, not of an agent.
    pub fn data_source(&mut self, id: impl IntoAttribute<Text>) -> &mut Self {
        self.target_or_set(key::GEN_AI_DATA_SOURCE_ID, id)
    }

    /// `gen_ai.retrieval.query.text` or `gen_ai.memory.query.text`, if capture is on.
    pub fn query(&mut self, text: &(impl Serialize + ?Sized)) -> &mut Self {
        let key = match self.kind.role {
            Role::Retrieval => key::GEN_AI_RETRIEVAL_QUERY_TEXT,
            _ => key::GEN_AI_MEMORY_QUERY_TEXT,
        };
        self.content(key, content::value(text))
    }

    /// `gen_ai.memory.records`, if capture is on.
    pub fn records(&mut self, records: &(impl Serialize + ?Sized)) -> &mut Self {
        let records = content::value(records).map(records::of_memory);
        self.content(key::GEN_AI_MEMORY_RECORDS, records)
    }
}
