//! Errors of which more is known than their type, one file a crate.

/// What a client of HTTP tells of an error: the status, what went wrong on the way, or the kind of failure.
#[cfg(any(
    feature = "async-openai",
    feature = "genai",
    feature = "ollama-rs",
    feature = "reqwest"
))]
macro_rules! http_client {
    ($error:expr) => {
        match ($error, $error.status()) {
            (_, Some(status)) => Told::code(status.as_str()),
            (error, None) if error.is_timeout() => Told::word("timeout"),
            (error, None) if error.is_connect() => Told::word("connect"),
            (error, None) if error.is_decode() => Told::Kind("Decode".into()),
            (error, None) if error.is_redirect() => Told::Kind("Redirect".into()),
            (error, None) if error.is_builder() => Told::Kind("Builder".into()),
            (error, None) if error.is_body() => Told::Kind("Body".into()),
            (error, None) if error.is_request() => Told::Kind("Request".into()),
            _ => Told::Type,
        }
    };
}

#[cfg(feature = "a2a")]
mod a2a;
#[cfg(feature = "async-openai")]
mod async_openai;
#[cfg(feature = "aws-sdk-bedrockruntime")]
mod aws_sdk_bedrockruntime;
#[cfg(feature = "genai")]
mod genai;
#[cfg(feature = "ollama-rs")]
mod ollama_rs;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(feature = "rig-core")]
mod rig_core;
#[cfg(feature = "rmcp")]
mod rmcp;
#[cfg(feature = "sqlx")]
mod sqlx;
mod std;
#[cfg(feature = "tonic")]
mod tonic;

use ::std::any::type_name;
use ::std::borrow::Cow;
use ::std::error::Error;

#[cfg(feature = "aws-sdk-bedrockruntime")]
use ::aws_sdk_bedrockruntime as bedrock;

use super::{ErrorType, path, through, variant};

/// What an error of a known type tells of itself.
#[derive(Debug)]
pub(super) enum Told<'a> {
    /// A code, which counts for more than the names of the errors around it.
    Code(Cow<'static, str>),
    /// A kind of failure: the last segment of the label.
    Kind(Cow<'static, str>),
    /// Nothing by itself: what counts is the error inside, and the kind where that one has no name.
    Wrapper {
        inner: &'a (dyn Error + 'static),
        kind: Option<&'static str>,
    },
    /// No more than its type and variant.
    Type,
}

impl<'a> Told<'a> {
    #[cfg(any(
        feature = "genai",
        feature = "ollama-rs",
        feature = "rig-core",
        feature = "rmcp",
        feature = "sqlx"
    ))]
    fn wrapper(inner: &'a (dyn Error + 'static)) -> Self {
        Self::Wrapper { inner, kind: None }
    }

    #[cfg(any(
        feature = "a2a",
        feature = "async-openai",
        feature = "aws-sdk-bedrockruntime",
        feature = "genai",
        feature = "ollama-rs",
        feature = "reqwest",
        feature = "rig-core",
        feature = "rmcp",
        feature = "sqlx"
    ))]
    fn code(code: impl ToString) -> Self {
        Self::Code(Cow::Owned(code.to_string()))
    }

    fn word(word: &'static str) -> Self {
        Self::Code(Cow::Borrowed(word))
    }
}

/// An error of a known type.
trait Known: Error {
    /// What it tells.
    fn tell(&self) -> Told<'_>;
}

/// A [`Known`] error of whichever type.
pub(super) trait Found {
    /// What it tells.
    fn told(&self) -> Told<'_>;
    /// The path of its type.
    fn path(&self) -> &'static str;
    /// The path of its type, with the kind of the failure or the variant.
    fn name(&self) -> Cow<'static, str>;
}

impl<E: Known> Found for E {
    fn told(&self) -> Told<'_> {
        self.tell()
    }

    fn path(&self) -> &'static str {
        type_name::<E>()
    }

    fn name(&self) -> Cow<'static, str> {
        let of_kind = |kind: &str| format!("{}::{kind}", path::of_path(self.path())).into();
        match self.tell() {
            Told::Kind(kind) => of_kind(&kind),
            Told::Wrapper {
                kind: Some(kind), ..
            } => of_kind(kind),
            _ => variant::with_variant(self.path(), self),
        }
    }
}

macro_rules! known {
    ($($(#[$cfg:meta])* $error:ty,)*) => {
        /// What is known of this error, if its type is.
        pub(super) fn find<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a dyn Found> {
            $(
                $(#[$cfg])*
                if let Some(error) = error.downcast_ref::<$error>() {
                    return Some(error);
                }
            )*
            None
        }

        $(
            $(#[$cfg])*
            impl ErrorType for $error {
                fn error_type(&self) -> Cow<'static, str> {
                    through::of_dyn(self).label
                }
            }
        )*
    };
}

known! {
    ::std::io::Error,
    serde_json::Error,
    #[cfg(feature = "a2a")]
    ::a2a::A2AError,
    #[cfg(feature = "async-openai")]
    ::async_openai::error::OpenAIError,
    #[cfg(feature = "async-openai")]
    ::async_openai::error::ApiErrorResponse,
    #[cfg(feature = "async-openai")]
    ::async_openai::error::ApiError,
    #[cfg(feature = "aws-sdk-bedrockruntime")]
    bedrock::Error,
    #[cfg(feature = "aws-sdk-bedrockruntime")]
    bedrock::operation::converse::ConverseError,
    #[cfg(feature = "aws-sdk-bedrockruntime")]
    bedrock::operation::converse_stream::ConverseStreamError,
    #[cfg(feature = "aws-sdk-bedrockruntime")]
    bedrock::operation::invoke_model::InvokeModelError,
    #[cfg(feature = "aws-sdk-bedrockruntime")]
    bedrock::operation::invoke_model_with_response_stream::InvokeModelWithResponseStreamError,
    #[cfg(feature = "aws-sdk-bedrockruntime")]
    bedrock::types::error::ConverseStreamOutputError,
    #[cfg(feature = "aws-sdk-bedrockruntime")]
    bedrock::types::error::ResponseStreamError,
    #[cfg(feature = "aws-sdk-bedrockruntime")]
    bedrock::error::SdkError<bedrock::operation::converse::ConverseError>,
    #[cfg(feature = "aws-sdk-bedrockruntime")]
    bedrock::error::SdkError<bedrock::operation::converse_stream::ConverseStreamError>,
    #[cfg(feature = "aws-sdk-bedrockruntime")]
    bedrock::error::SdkError<bedrock::operation::invoke_model::InvokeModelError>,
    #[cfg(feature = "aws-sdk-bedrockruntime")]
    bedrock::error::SdkError<bedrock::operation::invoke_model_with_response_stream::InvokeModelWithResponseStreamError>,
    #[cfg(feature = "genai")]
    ::genai::Error,
    #[cfg(feature = "genai")]
    ::genai::webc::Error,
    #[cfg(feature = "ollama-rs")]
    ::ollama_rs::error::OllamaError,
    #[cfg(feature = "reqwest")]
    ::reqwest::Error,
    #[cfg(feature = "rig-core")]
    ::rig_core::ProviderError,
    #[cfg(feature = "rig-core")]
    ::rig_core::http_client::Error,
    #[cfg(feature = "rmcp")]
    ::rmcp::ErrorData,
    #[cfg(feature = "rmcp")]
    ::rmcp::ServiceError,
    #[cfg(feature = "rmcp")]
    ::rmcp::RmcpError,
    #[cfg(feature = "rmcp")]
    ::rmcp::service::ClientInitializeError,
    #[cfg(feature = "sqlx")]
    ::sqlx::Error,
    #[cfg(feature = "tonic")]
    ::tonic::Status,
}
