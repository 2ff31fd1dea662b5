//! Retrieval, embeddings and memory.

use agent_otel::testing::{capture, capture_async};
use agent_otel::{Usage, current, embeddings, memory, retrieval};
use expect_test::expect;
use serde_json::{Value, json};

use super::{NoConnection, Outcome, attribute, captured};

#[retrieval(data_source = "manuals", provider = "openai", top_k = limit, query = question, documents, url = "https://api.openai.com")]
fn find(question: &str, limit: u32) -> Outcome<Vec<(Value, f64)>> {
    if question.is_empty() {
        return Err(NoConnection);
    }
    Ok(vec![(json!({"id": limit, "text": question}), 0.5)])
}

#[embeddings(
    provider = "openai",
    model = "text-embedding-3-small",
    dimensions = 2,
    encoding_formats = "float"
)]
async fn embed(text: &str) -> Outcome<Usage> {
    if text.is_empty() {
        return Err(NoConnection);
    }
    Ok(Usage::new(7, 0))
}

#[memory(operation = "search_memory", store = "preferences", query = question, record_count, records)]
fn recall(question: &str) -> Outcome<Vec<&str>> {
    if question.is_empty() {
        return Err(NoConnection);
    }
    Ok(vec!["likes tea", question])
}

#[memory(operation = "create_memory", record_count = facts.len(), records = facts, provider = "mem0", url = "http://[::1]:7000")]
fn remember(facts: &[Value]) -> Outcome<()> {
    if facts.is_empty() {
        return Err(NoConnection);
    }
    current().record_id("mem_1");
    Ok(())
}

#[memory(operation = delete_memory_store, store = store)]
fn forget(store: &str) {
    let _ = store;
}

#[test]
fn what_is_looked_up_has_spans_of_its_own() {
    let spans = capture(|| {
        assert!(find("kettle", 3).is_ok() && find("", 3).is_err());
        assert!(recall("?").is_ok() && recall("").is_err());
        assert!(remember(&[json!("likes tea")]).is_ok() && remember(&[]).is_err());
        forget("preferences");
    });
    expect![[r#"

        retrieval manuals [client]
            gen_ai.data_source.id: "manuals"
            gen_ai.operation.name: "retrieval"
            gen_ai.provider.name: "openai"
            gen_ai.retrieval.top_k: 3
            server.address: "api.openai.com"
            server.port: 443
        retrieval manuals [client]
            error.type: "operations::Failed::NoConnection"
            gen_ai.data_source.id: "manuals"
            gen_ai.operation.name: "retrieval"
            gen_ai.provider.name: "openai"
            gen_ai.retrieval.top_k: 3
            server.address: "api.openai.com"
            server.port: 443
            event exception
                exception.message: "no connection"
                exception.type: "operations::Failed"
            status: error "no connection"
        search_memory [client]
            gen_ai.memory.record.count: 2
            gen_ai.memory.store.id: "preferences"
            gen_ai.operation.name: "search_memory"
        search_memory [client]
            error.type: "operations::Failed::NoConnection"
            gen_ai.memory.store.id: "preferences"
            gen_ai.operation.name: "search_memory"
            event exception
                exception.message: "no connection"
                exception.type: "operations::Failed"
            status: error "no connection"
        create_memory [client]
            gen_ai.memory.record.count: 1
            gen_ai.memory.record.id: "mem_1"
            gen_ai.operation.name: "create_memory"
            gen_ai.provider.name: "mem0"
            server.address: "::1"
            server.port: 7000
        create_memory [client]
            error.type: "operations::Failed::NoConnection"
            gen_ai.memory.record.count: 0
            gen_ai.operation.name: "create_memory"
            gen_ai.provider.name: "mem0"
            server.address: "::1"
            server.port: 7000
            event exception
                exception.message: "no connection"
                exception.type: "operations::Failed"
            status: error "no connection"
        delete_memory_store [client]
            gen_ai.memory.store.id: "preferences"
            gen_ai.operation.name: "delete_memory_store"
    "#]]
    .assert_eq(&spans.to_string());
}

#[tokio::test]
async fn vectors_cost_tokens() {
    let spans = capture_async(async {
        assert!(embed("kettle").await.is_ok() && embed("").await.is_err());
    })
    .await;
    expect![[r#"

        embeddings text-embedding-3-small [client]
            gen_ai.embeddings.dimension.count: 2
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "openai"
            gen_ai.request.encoding_formats: ["float"]
            gen_ai.request.model: "text-embedding-3-small"
            gen_ai.usage.input_tokens: 7
        embeddings text-embedding-3-small [client]
            error.type: "operations::Failed::NoConnection"
            gen_ai.embeddings.dimension.count: 2
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "openai"
            gen_ai.request.encoding_formats: ["float"]
            gen_ai.request.model: "text-embedding-3-small"
            event exception
                exception.message: "no connection"
                exception.type: "operations::Failed"
            status: error "no connection"
    "#]]
    .assert_eq(&spans.to_string());
}

#[test]
fn what_was_looked_up_is_told_where_content_is_captured() {
    captured(|| {
        let spans = capture(|| {
            assert!(find("kettle", 3).is_ok());
            assert!(recall("?").is_ok());
            assert!(remember(&[json!({"content": "likes tea", "id": "m"}), json!(7)]).is_ok());
        });
        let told = |index, key| attribute(&spans, index, key).unwrap_or_default();
        assert_eq!(told(0, "gen_ai.retrieval.query.text"), "kettle");
        assert_eq!(
            told(0, "gen_ai.retrieval.documents"),
            r#"[{"id":"3","text":"kettle","score":0.5}]"#
        );
        assert_eq!(told(1, "gen_ai.memory.query.text"), "?");
        assert_eq!(
            told(1, "gen_ai.memory.records"),
            r#"[{"content":"likes tea"},{"content":"?"}]"#
        );
        assert_eq!(
            told(2, "gen_ai.memory.records"),
            r#"[{"content":"likes tea","id":"m"},{"content":7}]"#
        );
    });
}
