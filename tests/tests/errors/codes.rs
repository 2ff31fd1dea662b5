//! Codes of the errors of other crates: alone, boxed, and as causes.

#![expect(
    clippy::result_large_err,
    reason = "errors are as large as these crates make them"
)]

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use agent_otel::testing::capture;
use agent_otel::tool;
use anyhow::Context as _;
use http::StatusCode;
use serde_json::json;

use crate::{attribute, exported, label};

#[derive(Debug, thiserror::Error)]
#[error("the step failed")]
struct Step(#[source] Box<dyn Error + Send + Sync>);

/// The label of an error, which is the same through everything that may stand around it.
macro_rules! code {
    ($ty:ty, $error:expr) => {{
        let plain = label!($ty, $error);
        assert_eq!(label!(Box<$ty>, Box::new($error)), plain);
        assert_eq!(label!(Box<dyn Error + Send + Sync>, $error.into()), plain);
        let contexts = || anyhow::Error::from($error).context("Alice").context("Bob");
        assert_eq!(label!(anyhow::Error, contexts()), plain);
        if !plain.contains("::") {
            assert_eq!(label!(Step, Step($error.into())), plain);
        }
        plain
    }};
}

fn response(status: StatusCode) -> reqwest::Error {
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

#[test]
fn std_and_serde_json_tell_the_kind() {
    assert_eq!(
        code!(
            std::io::Error,
            std::io::Error::from(std::io::ErrorKind::TimedOut)
        ),
        "timeout"
    );
    assert_eq!(
        code!(
            std::io::Error,
            std::io::Error::from(std::io::ErrorKind::BrokenPipe)
        ),
        "std::io::error::Error::BrokenPipe"
    );
    let parsed = |text: &str| serde_json::from_str::<u8>(text).unwrap_err();
    for (text, kind) in [("", "Eof"), ("nonsense", "Syntax"), ("\"Alice\"", "Data")] {
        let label = format!("serde_json::error::Error::{kind}");
        assert_eq!(code!(serde_json::Error, parsed(text)), label);
    }
}

#[test]
fn async_openai_tells_the_code_of_the_api() {
    use async_openai::error::{ApiError, ApiErrorResponse, OpenAIError, StreamError};
    let api = |code: Option<&str>, kind: Option<&str>, status| {
        let mut api_error = ApiError {
            message: "Alice sent too much".to_owned(),
            ..ApiError::default()
        };
        api_error.code = code.map(str::to_owned);
        api_error.r#type = kind.map(str::to_owned);
        ApiErrorResponse {
            status_code: status,
            api_error,
        }
    };
    let many = StatusCode::TOO_MANY_REQUESTS;
    for (code, kind, label) in [
        (
            Some("rate_limit_exceeded"),
            Some("tokens"),
            "rate_limit_exceeded",
        ),
        (None, Some("invalid_request_error"), "invalid_request_error"),
        (Some(""), None, "429"),
        (None, None, "429"),
        (Some("too many requests of Alice"), None, "429"),
    ] {
        let error = || OpenAIError::ApiError(api(code, kind, many));
        assert_eq!(code!(OpenAIError, error()), label);
        assert_eq!(code!(ApiErrorResponse, api(code, kind, many)), label);
    }
    assert_eq!(
        code!(ApiError, api(Some("model_not_found"), None, many).api_error),
        "model_not_found"
    );
    assert_eq!(
        code!(
            OpenAIError,
            OpenAIError::Reqwest(response(StatusCode::BAD_GATEWAY))
        ),
        "502"
    );
    let path = "async_openai::error::OpenAIError";
    let argument = || OpenAIError::InvalidArgument("Alice".to_owned());
    assert_eq!(
        code!(OpenAIError, argument()),
        format!("{path}::InvalidArgument")
    );
    let broken = || StreamError::EventStream("Alice".to_owned());
    assert_eq!(
        code!(OpenAIError, OpenAIError::StreamError(Box::new(broken()))),
        format!("{path}::StreamError")
    );
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

#[tokio::test]
async fn tokio_tells_what_became_of_the_task() {
    use tokio::task::JoinError;
    use tokio::time::error::Elapsed;
    let late = tokio::time::timeout(Duration::ZERO, std::future::pending::<()>());
    let late = late.await.unwrap_err();
    assert_eq!(label!(Elapsed, late), "timeout");
    let late = tokio::time::timeout(Duration::ZERO, std::future::pending::<()>());
    let late = anyhow::Error::from(late.await.unwrap_err()).context("Alice");
    assert_eq!(label!(anyhow::Error, late), "timeout");
    let panicked = tokio::spawn(async { panic!("Alice") }).await.unwrap_err();
    assert_eq!(label!(JoinError, panicked), "panic");
    let task = tokio::spawn(std::future::pending::<()>());
    task.abort();
    assert_eq!(label!(JoinError, task.await.unwrap_err()), "cancelled");
}

/// A violation of a constraint, as a driver gives it.
#[derive(Debug)]
struct Violation(Option<&'static str>);

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Alice is there already")
    }
}

impl Error for Violation {}

impl sqlx::error::DatabaseError for Violation {
    fn message(&self) -> &'static str {
        "Alice is there already"
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        self.0.map(Cow::Borrowed)
    }

    fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> sqlx::error::ErrorKind {
        sqlx::error::ErrorKind::UniqueViolation
    }
}

#[test]
fn sqlx_tells_the_code_of_the_database() {
    let database = |code| sqlx::Error::Database(Box::new(Violation(code)));
    assert_eq!(code!(sqlx::Error, database(Some("23505"))), "23505");
    let path = "sqlx_core::error::Error";
    assert_eq!(
        code!(sqlx::Error, database(None)),
        format!("{path}::Database")
    );
    assert_eq!(
        code!(sqlx::Error, sqlx::Error::RowNotFound),
        format!("{path}::RowNotFound")
    );
    assert_eq!(code!(sqlx::Error, sqlx::Error::PoolTimedOut), "timeout");
    let refused = || sqlx::Error::Io(std::io::ErrorKind::ConnectionRefused.into());
    assert_eq!(
        code!(sqlx::Error, refused()),
        "std::io::error::Error::ConnectionRefused"
    );
}

#[test]
fn genai_tells_the_status() {
    use genai::adapter::AdapterKind;
    use genai::{Error as GenAi, ModelIden, webc};
    let call = |webc_error| GenAi::WebModelCall {
        model_iden: ModelIden::new(AdapterKind::OpenAI, "Alice"),
        webc_error,
    };
    let status = || webc::Error::ResponseFailedStatus {
        status: StatusCode::TOO_MANY_REQUESTS,
        body: "Alice".to_owned(),
        headers: Box::default(),
    };
    assert_eq!(code!(GenAi, call(status())), "429");
    assert_eq!(code!(webc::Error, status()), "429");
    assert_eq!(
        code!(GenAi, call(response(StatusCode::BAD_GATEWAY).into())),
        "502"
    );
    let internal = || GenAi::Internal("Alice".to_owned());
    assert_eq!(code!(GenAi, internal()), "genai::error::Error::Internal");
}

#[test]
fn rig_core_tells_the_code_of_the_provider() {
    use rig_core::ProviderError;
    let many = StatusCode::TOO_MANY_REQUESTS;
    let failed = |body: &str| ProviderError::from_http_response(many, body);
    assert_eq!(code!(ProviderError, failed("Alice")), "429");
    let body = json!({"error": {"code": "rate_limit_exceeded", "message": "Alice"}});
    assert_eq!(
        code!(ProviderError, failed(&body.to_string())),
        "rate_limit_exceeded"
    );
    assert_eq!(
        code!(ProviderError, ProviderError::Truncated),
        "rig_core::error::ProviderError::Truncated"
    );
}

#[tokio::test]
async fn ollama_rs_tells_what_its_client_tells() {
    use ollama_rs::Ollama;
    use ollama_rs::error::{OllamaError, ToolCallError};
    // A port that nobody listens on.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let client = Ollama::builder().host("http://127.0.0.1").port(port);
    let refused = client.build().list_local_models().await.unwrap_err();
    assert_eq!(label!(OllamaError, refused), "connect");
    let inner = || ToolCallError::InternalToolError(response(StatusCode::IM_A_TEAPOT).into());
    assert_eq!(
        code!(OllamaError, OllamaError::ToolCallError(inner())),
        "418"
    );
    let other = || OllamaError::Other("Alice".to_owned());
    assert_eq!(
        code!(OllamaError, other()),
        "ollama_rs::error::OllamaError::Other"
    );
}

#[test]
fn bedrock_tells_the_code_of_the_service() {
    use aws_sdk_bedrockruntime::config::http::HttpResponse;
    use aws_sdk_bedrockruntime::error::{ConnectorError, ErrorMetadata, SdkError};
    use aws_sdk_bedrockruntime::operation::converse::ConverseError;
    type Failed = SdkError<ConverseError>;
    let service = |code: Option<&str>| {
        let mut metadata = ErrorMetadata::builder().message("Alice");
        if let Some(code) = code {
            metadata = metadata.code(code);
        }
        ConverseError::generic(metadata.build())
    };
    let failed = |code| {
        let status = StatusCode::TOO_MANY_REQUESTS.as_u16().try_into().unwrap();
        Failed::service_error(service(code), HttpResponse::new(status, "Alice".into()))
    };
    let throttled = Some("ThrottlingException");
    assert_eq!(code!(Failed, failed(throttled)), "ThrottlingException");
    assert_eq!(
        code!(ConverseError, service(throttled)),
        "ThrottlingException"
    );
    assert_eq!(
        code!(Failed, failed(None)),
        "aws_smithy_runtime_api::client::result::SdkError::ServiceError"
    );
    assert_eq!(code!(Failed, Failed::timeout_error("Alice")), "timeout");
    let refused = || Failed::dispatch_failure(ConnectorError::io("Alice".into()));
    assert_eq!(code!(Failed, refused()), "connect");
}

/// As an agent sees it whose model answers no more: the same label on every span on the way.
#[test]
fn a_code_is_the_same_on_every_span_on_the_way() {
    use agent_otel::{Usage, agent, llm_call};
    #[derive(Debug, thiserror::Error)]
    #[error("the model is busy")]
    struct Busy(#[from] reqwest::Error);
    #[llm_call(provider = "openai", model = "gpt-4o")]
    fn complete() -> Result<Usage, reqwest::Error> {
        Err(response(StatusCode::TOO_MANY_REQUESTS))
    }
    #[tool]
    fn summarize() -> Result<Usage, Busy> {
        Ok(complete()?)
    }
    #[agent]
    fn answer() -> anyhow::Result<Usage> {
        summarize().context("no summary for Alice")
    }
    let spans = capture(|| assert!(answer().is_err()));
    let labels: Vec<_> = spans
        .iter()
        .flat_map(|span| &span.attributes)
        .filter(|attribute| attribute.key.as_str() == "error.type")
        .map(|attribute| attribute.value.to_string())
        .collect();
    assert_eq!(labels, ["429", "429", "429"]);
}
