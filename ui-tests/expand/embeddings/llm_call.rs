#[llm_call(provider = "openai", operation = "embeddings", model = "text-embedding-3-small", dimensions = 512)]
async fn embed(texts: &[String]) -> Result<Embedded, Error> {
    client.embed(texts).await
}
