//! Errors of [`aws_sdk_bedrockruntime`]: the code of the service, like `ThrottlingException`.

use std::error::Error;
use std::fmt::Debug;

use aws_sdk_bedrockruntime::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_bedrockruntime::operation::converse::ConverseError;
use aws_sdk_bedrockruntime::operation::converse_stream::ConverseStreamError;
use aws_sdk_bedrockruntime::operation::invoke_model::InvokeModelError;
use aws_sdk_bedrockruntime::operation::invoke_model_with_response_stream::InvokeModelWithResponseStreamError;
use aws_sdk_bedrockruntime::types::error::{ConverseStreamOutputError, ResponseStreamError};

use super::{Known, Told};

impl<E: ProvideErrorMetadata + Error + 'static, R: Debug> Known for SdkError<E, R> {
    fn tell(&self) -> Option<Told<'_>> {
        match self {
            Self::TimeoutError(_) => Some(Told::Code("timeout".into())),
            Self::DispatchFailure(failure) if failure.is_timeout() => {
                Some(Told::Code("timeout".into()))
            }
            Self::DispatchFailure(failure) if failure.is_io() => Some(Told::Code("connect".into())),
            Self::ServiceError(failure) => service(failure.err()),
            _ => None,
        }
    }
}

fn service(error: &impl ProvideErrorMetadata) -> Option<Told<'_>> {
    Some(Told::Code(error.code()?.to_owned().into()))
}

macro_rules! services {
    ($($error:ty),*) => {$(
        impl Known for $error {
            fn tell(&self) -> Option<Told<'_>> {
                service(self)
            }
        }
    )*};
}

services!(
    aws_sdk_bedrockruntime::Error,
    ConverseError,
    ConverseStreamError,
    ConverseStreamOutputError,
    InvokeModelError,
    InvokeModelWithResponseStreamError,
    ResponseStreamError
);
