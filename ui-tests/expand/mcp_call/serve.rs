#[mcp_call(serve, method = "tools/call", tool = request.name, extract = request.meta)]
async fn serve(request: Request) -> Result<CallToolResult, ErrorData> {
    tools.call(request).await
}
