#[embeddings(provider = "openai", model = "text-embedding-3-small", dimensions = 512)]
async fn embed(texts: &[String]) -> Result<Embedded, Error> {
    client.embed(texts).await
}
