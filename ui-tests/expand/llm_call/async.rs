#[llm_call(provider = "openai", request = request)]
async fn complete(client: &Client, request: ChatRequest) -> Result<ChatResponse, Error> {
    let response = client.chat(request).await?;
    Ok(response)
}
