//! Our attributes above and below those of others.

use agent_otel::testing::{capture, capture_async, capture_async_with};
use agent_otel::{agent, tool};
use axum::Router;
use axum::routing::get;
use rmcp::handler::server::tool::ToolRouter;
use rmcp::model::CallToolResult;

#[tokio::main(flavor = "current_thread")]
#[agent]
async fn main_below(n: u8) -> u8 {
    tokio::task::yield_now().await;
    n
}

#[agent]
#[tokio::main(flavor = "current_thread")]
async fn main_above(n: u8) -> u8 {
    tokio::task::yield_now().await;
    n
}

#[tracing::instrument]
#[tool]
async fn instrumented_below(n: u8) -> u8 {
    tokio::task::yield_now().await;
    n
}

#[tool]
#[tracing::instrument(ret)]
async fn instrumented_above(n: u8) -> u8 {
    tokio::task::yield_now().await;
    n
}

#[tool]
#[tracing::instrument]
fn instrumented_sync(n: u8) -> u8 {
    n
}

#[test]
fn with_tokio_main_on_either_side() {
    let spans = capture(|| assert_eq!((main_below(1), main_above(2)), (1, 2)));
    assert_eq!(
        spans.tree(),
        "invoke_agent main_below\ninvoke_agent main_above\n"
    );
}

#[tokio::test]
#[tool]
async fn with_tokio_test_above() {
    tokio::task::yield_now().await;
}

#[tokio::test]
async fn with_tracing_on_either_side() {
    let spans = capture_async(async {
        assert_eq!(
            instrumented_below(1).await + instrumented_above(2).await + instrumented_sync(3),
            6
        );
    })
    .await;
    assert_eq!(spans.len(), 3, "{spans}");
}

#[derive(Clone)]
struct Server {
    router: ToolRouter<Self>,
}

#[rmcp::tool_router(router = router)]
impl Server {
    #[rmcp::tool(description = "Says hello")]
    #[tool]
    async fn hello(&self) -> Result<CallToolResult, rmcp::ErrorData> {
        tokio::task::yield_now().await;
        Ok(CallToolResult::success(Vec::new()))
    }

    #[tool]
    #[rmcp::tool(description = "Says goodbye")]
    async fn goodbye(&self) -> Result<CallToolResult, rmcp::ErrorData> {
        tokio::task::yield_now().await;
        Ok(CallToolResult::success(Vec::new()))
    }
}

#[tokio::test]
async fn with_rmcp_on_either_side() {
    let server = Server {
        router: Server::router(),
    };
    assert!(server.router.has_route("hello") && server.router.has_route("goodbye"));
    let spans = capture_async(async {
        assert!(server.hello().await.is_ok() && server.goodbye().await.is_ok());
    })
    .await;
    assert_eq!(spans.tree(), "execute_tool hello\nexecute_tool goodbye\n");
}

/// A client that hangs up cancels the agent that answers it, and everything below.
#[tokio::test]
async fn a_client_that_disconnects_cancels_the_agent() {
    #[tool]
    async fn waits(begun: tokio::sync::mpsc::Sender<()>) {
        let _ = begun.send(()).await;
        // Closes when the tool is dropped.
        begun.closed().await;
    }
    #[agent]
    async fn answers(begun: tokio::sync::mpsc::Sender<()>) {
        waits(begun).await;
    }
    let disconnect = async {
        let (begun, mut is_begun) = tokio::sync::mpsc::channel(1);
        let context = opentelemetry::Context::current();
        let app = Router::new().route(
            "/",
            get(move || {
                use opentelemetry::trace::FutureExt;
                answers(begun.clone()).with_context(context.clone())
            }),
        );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(async move { axum::serve(listener, app).await });
        let request = tokio::spawn(reqwest::get(format!("http://{address}/")));
        is_begun.recv().await.expect("the tool has begun");
        request.abort();
        // The handler holds the last sender but the route's own; the route goes with the server.
        let _ = request.await;
        server.abort();
        let _ = server.await;
        while is_begun.recv().await.is_some() {}
    };
    // Far above what it takes, so that a defect is a failure and no hang.
    let bounded = tokio::time::timeout(std::time::Duration::from_secs(60), disconnect);
    let (in_time, spans) = capture_async_with(bounded).await;
    assert!(in_time.is_ok(), "the agent was not cancelled");
    assert_eq!(spans.tree(), "invoke_agent answers\n└ execute_tool waits\n");
    assert_eq!(
        spans
            .to_string()
            .matches("agent_otel.outcome: \"cancelled\"")
            .count(),
        2,
        "{spans}"
    );
}
