//! Errors of [`genai`]: the status.

use genai::{Error, webc};

use super::{Known, Told};

impl Known for Error {
    fn tell(&self) -> Told<'_> {
        match self {
            Self::HttpError { status, .. } => Told::code(status.as_str()),
            Self::WebAdapterCall { webc_error, .. } | Self::WebModelCall { webc_error, .. } => {
                Told::wrapper(webc_error)
            }
            Self::WebStream { error, .. } => Told::wrapper(&**error),
            _ => Told::Type,
        }
    }
}

impl Known for webc::Error {
    fn tell(&self) -> Told<'_> {
        match self {
            Self::ResponseFailedStatus { status, .. } => Told::code(status.as_str()),
            Self::Reqwest(error) => http_client!(error),
            _ => Told::Type,
        }
    }
}
