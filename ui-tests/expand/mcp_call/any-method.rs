#[mcp_call(method = method, tool = tool, inject = client)]
fn send(method: &str, tool: Option<&str>, params: Value) -> Result<Value, Error> {
    client.send(method, params)
}
