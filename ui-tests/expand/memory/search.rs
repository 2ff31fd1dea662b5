#[memory(operation = "search_memory", store = store, query = question, record_count, records)]
async fn recall(store: &str, question: &str) -> Result<Vec<Record>, Error> {
    client.search(store, question).await
}
