//! Errors of which more is known than their type, one file a crate.

/// What a client of HTTP tells of an error: the status, or what went wrong on the way.
#[cfg(any(
    feature = "async-openai",
    feature = "genai",
    feature = "ollama-rs",
    feature = "reqwest"
))]
macro_rules! http_client {
    ($error:expr) => {
        match ($error, $error.status()) {
            (_, Some(status)) => Some(Told::Code(status.as_str().to_owned().into())),
            (error, None) if error.is_timeout() => Some(Told::Code("timeout".into())),
            (error, None) if error.is_connect() => Some(Told::Code("connect".into())),
            _ => None,
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
#[cfg(feature = "tokio")]
mod tokio;
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
    /// Nothing by itself: what counts is the error inside.
    Wrapper(&'a (dyn Error + 'static)),
}

/// An error of a known type.
trait Known: Error {
    /// What it tells, if that is more than its type and variant.
    fn tell(&self) -> Option<Told<'_>>;

    /// The kind of failure, which stands in for the variant.
    fn kind(&self) -> Option<Cow<'static, str>> {
        None
    }
}

/// A [`Known`] error of whichever type.
pub(super) trait Found {
    /// What it tells, if that is more than its type and variant.
    fn told(&self) -> Option<Told<'_>>;
    /// The path of its type.
    fn path(&self) -> &'static str;
    /// The path of its type, with the kind of the failure or the variant.
    fn name(&self) -> Cow<'static, str>;
}

impl<E: Known> Found for E {
    fn told(&self) -> Option<Told<'_>> {
        self.tell()
    }

    fn path(&self) -> &'static str {
        type_name::<E>()
    }

    fn name(&self) -> Cow<'static, str> {
        match self.kind() {
            Some(kind) => format!("{}::{kind}", path::of_path(self.path())).into(),
            None => variant::with_variant(self.path(), self),
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
                    through::of_dyn(self, ::std::any::type_name::<Self>()).label
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
    #[cfg(feature = "tokio")]
    ::tokio::time::error::Elapsed,
    #[cfg(feature = "tokio")]
    ::tokio::task::JoinError,
    #[cfg(feature = "tonic")]
    ::tonic::Status,
}
