#[retrieval(data_source = "manuals", top_k = limit, query = question, documents)]
async fn find(question: &str, limit: u32) -> Result<Vec<Document>, Error> {
    index.search(question, limit).await
}
