//! Errors of [`async_openai`]: the code that the API gives, else its type of error, else the status.

use async_openai::error::{ApiError, ApiErrorResponse, OpenAIError};

use super::{Known, Told};
use crate::error_type::is_label;

impl Known for OpenAIError {
    fn tell(&self) -> Option<Told<'_>> {
        match self {
            Self::Reqwest(error) => http_client!(error),
            Self::ApiError(error) => error.tell(),
            _ => None,
        }
    }
}

impl Known for ApiErrorResponse {
    fn tell(&self) -> Option<Told<'_>> {
        let status = || Told::Code(self.status_code.as_str().to_owned().into());
        Some(self.api_error.tell().unwrap_or_else(status))
    }
}

impl Known for ApiError {
    fn tell(&self) -> Option<Told<'_>> {
        let codes = [&self.code, &self.r#type].into_iter().flatten();
        let code = codes.into_iter().find(|code| is_label(code))?;
        Some(Told::Code(code.clone().into()))
    }
}
