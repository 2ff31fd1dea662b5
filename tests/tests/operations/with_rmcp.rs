//! Requests of MCP by rmcp.

use agent_otel::testing::{capture, capture_async};
use agent_otel::{mcp_call, tools};
use expect_test::expect;
use rmcp::model::{
    CallToolRequestParams, CallToolResult, ContentBlock, ErrorData, RequestMetaObject,
};
use rmcp::service::ServiceError;
use rmcp::{tool, tool_router};

#[mcp_call(method = "tools/call", tool = params.name, inject = meta)]
fn call(
    meta: &mut RequestMetaObject,
    params: &CallToolRequestParams,
) -> Result<CallToolResult, ServiceError> {
    serve(meta, &params.name).map_err(ServiceError::McpError)
}

#[mcp_call(serve, method = "tools/call", tool = name, extract = meta)]
fn serve(meta: &RequestMetaObject, name: &str) -> Result<CallToolResult, ErrorData> {
    assert!(meta.get_traceparent().is_some());
    match name {
        "weather" => Ok(CallToolResult::success(vec![ContentBlock::text("21 °C")])),
        "broken" => Ok(CallToolResult::error(vec![ContentBlock::text("no sensor")])),
        _ => Err(ErrorData::invalid_params("no such tool", None)),
    }
}

#[test]
fn its_results_and_errors_are_read() {
    let spans = capture(|| {
        for name in ["weather", "broken", "unknown"] {
            let params = CallToolRequestParams::new(name);
            let _ = call(&mut RequestMetaObject::new(), &params);
        }
    });
    expect![[r#"

        tools/call weather [client]
            gen_ai.operation.name: "execute_tool"
            gen_ai.tool.name: "weather"
            mcp.method.name: "tools/call"
            tools/call weather [server, remote parent]
                gen_ai.operation.name: "execute_tool"
                gen_ai.tool.name: "weather"
                mcp.method.name: "tools/call"
        tools/call broken [client]
            error.type: "tool_error"
            gen_ai.operation.name: "execute_tool"
            gen_ai.tool.name: "broken"
            mcp.method.name: "tools/call"
            status: error ""
            tools/call broken [server, remote parent]
                error.type: "tool_error"
                gen_ai.operation.name: "execute_tool"
                gen_ai.tool.name: "broken"
                mcp.method.name: "tools/call"
                status: error ""
        tools/call unknown [client]
            error.type: "-32602"
            gen_ai.operation.name: "execute_tool"
            gen_ai.tool.name: "unknown"
            mcp.method.name: "tools/call"
            rpc.response.status_code: "-32602"
            event exception
                exception.message: "no such tool"
                exception.type: "rmcp::service::ServiceError"
            status: error "no such tool"
            tools/call unknown [server, remote parent]
                gen_ai.operation.name: "execute_tool"
                gen_ai.tool.name: "unknown"
                mcp.method.name: "tools/call"
                rpc.response.status_code: "-32602"
    "#]]
    .assert_eq(&spans.to_string());
}

struct Server;

#[tools(kind = datastore)]
#[tool_router]
impl Server {
    #[tool(description = "Says where an order is")]
    async fn order(&self) -> String {
        tokio::task::yield_now().await;
        self.find()
    }

    #[rmcp::tool]
    fn stock(&self) -> String {
        "12".to_owned()
    }

    fn find(&self) -> String {
        "on its way".to_owned()
    }

    #[tool(skip)]
    fn quiet(&self) -> usize {
        Self::tool_router().list_all().len()
    }

    #[agent_otel::agent]
    fn answer(&self) {}
}

/// `#[tool]` of rmcp is none of ours, although it is called the same: its functions are traced, and still in the router.
#[tokio::test]
async fn its_tools_are_tools_as_well() {
    let spans = capture_async(async {
        assert_eq!(Server.quiet(), 2);
        assert_eq!(Server.order().await, "on its way");
        Server.stock();
        Server.answer();
    })
    .await;
    assert_eq!(
        spans.tree(),
        "execute_tool order\n└ execute_tool find\nexecute_tool stock\ninvoke_agent answer\n"
    );
}
