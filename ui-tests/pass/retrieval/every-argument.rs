#![deny(warnings)]
#![forbid(unsafe_code)]

//! Every argument at once, in every form it has.

use agent_otel::retrieval;
use serde_json::{Value, json};

#[retrieval(
    data_source = "manuals",
    provider = "openai",
    model = model,
    top_k = limit,
    query = question,
    documents,
    url = "https://api.openai.com",
    conversation_id = 42,
    user_id = 1,
    session_id = "s",
    attributes("app.tier" = "gold"),
)]
pub async fn find(model: Option<&str>, question: &str, limit: u8) -> Result<Vec<Value>, std::fmt::Error> {
    let _ = model;
    Ok(vec![json!({"id": question, "limit": limit})])
}

pub struct Index {
    id: String,
}

impl Index {
    #[retrieval(data_source = self.id, query = [question, "again"], documents)]
    pub fn find(&self, question: &str) -> Vec<(String, f32)> {
        vec![(question.to_owned(), 0.5)]
    }

    #[retrieval]
    pub fn nothing(&self) {}
}

fn main() {
    let index = Index { id: "manuals".into() };
    index.nothing();
    assert_eq!(index.find("a").len(), 1);
}
