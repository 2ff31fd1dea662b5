//! Clients of models.

use http::StatusCode;
use serde_json::json;

use super::protocols::response;
use crate::label;

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
