//! Errors of [`genai`]: the status.

use genai::{Error, webc};

use super::{Known, Told};

impl Known for Error {
    fn tell(&self) -> Option<Told<'_>> {
        match self {
            Self::HttpError { status, .. } => Some(Told::Code(status.as_str().to_owned().into())),
            Self::WebAdapterCall { webc_error, .. } | Self::WebModelCall { webc_error, .. } => {
                Some(Told::Wrapper(webc_error))
            }
            Self::WebStream { error, .. } => Some(Told::Wrapper(&**error)),
            _ => None,
        }
    }
}

impl Known for webc::Error {
    fn tell(&self) -> Option<Told<'_>> {
        match self {
            Self::ResponseFailedStatus { status, .. } => {
                Some(Told::Code(status.as_str().to_owned().into()))
            }
            Self::Reqwest(error) => http_client!(error),
            _ => None,
        }
    }
}
