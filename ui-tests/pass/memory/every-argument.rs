#![deny(warnings)]
#![forbid(unsafe_code)]

//! Every argument at once, in every form it has.

use std::collections::HashMap;

use agent_otel::memory;
use serde_json::Value;

#[memory(
    operation = "search_memory",
    provider = "mem0",
    store = store,
    record_id = 7,
    record_count,
    query = question,
    records,
    url = "https://mem0.example",
    conversation_id = 42,
    user_id = 1,
    session_id = "s",
    attributes("app.tier" = "gold"),
)]
pub async fn recall(store: &str, question: &str) -> Result<Vec<Value>, std::fmt::Error> {
    let _ = store;
    Ok(vec![question.into()])
}

#[memory(operation = create_memory, record_count = facts.len(), records = facts)]
pub fn remember(facts: &[String]) {
    let _ = facts;
}

#[memory(operation = update_memory, record_count)]
pub fn update() -> HashMap<u8, u8> {
    HashMap::new()
}

#[memory(operation = upsert_memory, record_count)]
pub fn upsert() -> Option<[u8; 2]> {
    None
}

#[memory(operation = delete_memory)]
pub fn delete() -> ! {
    std::process::exit(0)
}

#[memory(operation = create_memory_store, store = "preferences")]
pub fn create() {}

#[memory(operation = delete_memory_store, store = "preferences")]
fn main() {
    remember(&[]);
    create();
    assert!(update().is_empty() && upsert().is_none());
}
