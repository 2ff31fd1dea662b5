//! HTTP, and what speaks over it.

use std::error::Error;
use std::time::Duration;

use agent_otel::testing::capture;
use agent_otel::tool;
use http::StatusCode;
use opentelemetry::trace::Status;
use serde_json::json;

use crate::{attribute, exported, label};

pub(super) fn response(status: StatusCode) -> reqwest::Error {
    let response = http::Response::builder().status(status).body("").unwrap();
    let response = reqwest::Response::from(response);
    response.error_for_status().unwrap_err()
}

/// What the client of HTTP gives for this address.
async fn sent(url: &str, within: Duration) -> reqwest::Error {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.get(url).timeout(within).send();
    request.await.unwrap_err()
}

#[tokio::test]
async fn reqwest_tells_the_status_or_what_went_wrong() {
    assert_eq!(
        code!(reqwest::Error, response(StatusCode::NOT_FOUND)),
        "404"
    );
    let busy = StatusCode::SERVICE_UNAVAILABLE;
    assert_eq!(code!(reqwest::Error, response(busy)), "503");
    // A port that nobody listens on, and one where nobody answers.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = format!("http://{}/?key=Alice", listener.local_addr().unwrap());
    let late = sent(&silent, Duration::from_millis(10)).await;
    assert_eq!(label!(reqwest::Error, late), "timeout");
    drop(listener);
    let refused = sent(&silent, Duration::from_secs(60)).await;
    assert_eq!(label!(reqwest::Error, refused), "connect");
    let wrong = || {
        reqwest::Client::new()
            .get("no address")
            .build()
            .unwrap_err()
    };
    assert_eq!(
        code!(reqwest::Error, wrong()),
        "reqwest::error::Error::Builder"
    );
    let text = reqwest::Response::from(http::Response::new("no JSON"));
    let decode = text.json::<u8>().await.unwrap_err();
    assert_eq!(
        label!(reqwest::Error, decode),
        "reqwest::error::Error::Decode"
    );
}

#[test]
fn a_status_is_a_code() {
    let gone = StatusCode::GONE;
    assert_eq!(label!(StatusCode, gone), "410");
    assert_eq!(
        label!((StatusCode, String), (gone, "Alice".to_owned())),
        "410"
    );
    assert_eq!(
        label!(
            (StatusCode, [(&'static str, u8); 1], ()),
            (gone, [("a", 1)], ())
        ),
        "410"
    );
}

/// What a handler answers is what its caller reads.
#[test]
fn the_body_of_an_answer_is_its_message() {
    use agent_otel::agent;

    const ANSWER: &str = "no order 9999, see alice@example.com";

    #[agent]
    fn pair() -> Result<(), (StatusCode, String)> {
        Err((StatusCode::NOT_FOUND, ANSWER.to_owned()))
    }
    #[agent]
    fn triple() -> Result<(), (StatusCode, u8, &'static str)> {
        Err((StatusCode::NOT_FOUND, 1, ANSWER))
    }
    #[agent]
    fn no_text() -> Result<(), (StatusCode, Vec<u8>)> {
        Err((StatusCode::NOT_FOUND, ANSWER.into()))
    }
    for (spans, description) in [
        (
            capture(|| pair().is_err()),
            "no order 9999, see [redacted:email]",
        ),
        (
            capture(|| triple().is_err()),
            "no order 9999, see [redacted:email]",
        ),
        (capture(|| no_text().is_err()), ""),
    ] {
        let Status::Error { description: told } = &spans[0].status else {
            panic!("{spans}");
        };
        assert_eq!(told, description, "{spans}");
    }
}

#[test]
fn a2a_tells_the_code_of_json_rpc() {
    use a2a::A2AError;
    assert_eq!(code!(A2AError, A2AError::task_not_found("Alice")), "-32001");
    assert_eq!(code!(A2AError, A2AError::internal("Alice")), "-32603");
}

#[test]
fn rmcp_tells_the_code_of_json_rpc() {
    use rmcp::service::ClientInitializeError;
    use rmcp::transport::DynamicTransportError;
    use rmcp::{ErrorData, RmcpError, ServiceError};
    let invalid = || ErrorData::invalid_params("Alice", Some(json!("Alice")));
    assert_eq!(code!(ErrorData, invalid()), "-32602");
    assert_eq!(
        code!(ServiceError, ServiceError::McpError(invalid())),
        "-32602"
    );
    let nested = || RmcpError::Service(ServiceError::McpError(invalid()));
    assert_eq!(code!(RmcpError, nested()), "-32602");
    let initialize = || ClientInitializeError::JsonRpcError(invalid());
    assert_eq!(
        code!(RmcpError, RmcpError::ClientInitialize(initialize())),
        "-32602"
    );
    let timeout = Duration::from_secs(9);
    assert_eq!(
        code!(ServiceError, ServiceError::Timeout { timeout }),
        "timeout"
    );
    let transport = |error: Box<dyn Error + Send + Sync>| {
        let id = std::any::TypeId::of::<()>();
        ServiceError::TransportSend(DynamicTransportError::from_parts("http", id, error))
    };
    assert_eq!(
        code!(
            ServiceError,
            transport(response(StatusCode::UNAUTHORIZED).into())
        ),
        "401"
    );
    let broken = || std::io::Error::from(std::io::ErrorKind::BrokenPipe);
    assert_eq!(
        code!(ServiceError, transport(broken().into())),
        "std::io::error::Error::BrokenPipe"
    );
    assert_eq!(
        code!(ServiceError, transport("Alice".into())),
        "rmcp::service::ServiceError::TransportSend"
    );
    assert_eq!(
        code!(ServiceError, ServiceError::TransportClosed),
        "rmcp::service::ServiceError::TransportClosed"
    );
}

#[test]
fn a_result_of_mcp_tells_failure_inside_of_success() {
    use rmcp::ErrorData;
    use rmcp::model::{CallToolResult, ContentBlock};
    #[tool]
    fn calls(result: Result<CallToolResult, ErrorData>) -> Result<CallToolResult, ErrorData> {
        result
    }
    #[tool(result)]
    fn captured(result: CallToolResult) -> Result<CallToolResult, ErrorData> {
        Ok(result)
    }
    #[tool]
    fn bare(result: CallToolResult) -> CallToolResult {
        result
    }
    let text = || vec![ContentBlock::text("Alice")];
    let failed = || CallToolResult::error(text());
    let label = |result| {
        let spans = capture(|| drop(calls(result)));
        assert!(!spans.to_string().contains("Alice"), "{spans}");
        attribute(&spans, "error.type")
    };
    assert_eq!(label(Ok(failed())).as_deref(), Some("tool_error"));
    assert_eq!(label(Ok(CallToolResult::success(text()))), None);
    let missing = ErrorData::resource_not_found("no resource", None);
    assert_eq!(label(Err(missing)).as_deref(), Some("-32002"));
    let spans = capture(|| drop(captured(failed())));
    assert_eq!(exported(&spans), "tool_error");
    let spans = capture(|| drop(bare(failed())));
    assert_eq!(exported(&spans), "tool_error");
    let spans = capture(|| drop(bare(CallToolResult::success(text()))));
    assert_eq!(attribute(&spans, "error.type"), None);
}

#[test]
fn tonic_tells_the_name_of_the_code() {
    use tonic::{Code, Status};
    for code in 1..=16 {
        let code = Code::from_i32(code);
        let label = code!(Status, Status::new(code, "Alice"));
        // `DeadlineExceeded` is `DEADLINE_EXCEEDED`.
        assert_eq!(label.replace('_', ""), format!("{code:?}").to_uppercase());
        assert_eq!(label, label.to_uppercase());
    }
    assert_eq!(
        label!(Status, Status::deadline_exceeded("Alice")),
        "DEADLINE_EXCEEDED"
    );
}
