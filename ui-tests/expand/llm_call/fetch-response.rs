#[llm_call(provider = "openai", operation = "fetch_response", response_id = id)]
async fn poll(id: &str) -> Result<ResponseObject, Error> {
    client.response(id).await
}
