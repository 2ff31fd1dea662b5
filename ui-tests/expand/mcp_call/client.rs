#[mcp_call(method = "tools/call", tool = "weather", arguments(city), result, inject = meta)]
async fn weather(meta: &mut Meta, city: &str) -> Result<Value, Error> {
    client.call("weather", meta, city).await
}
