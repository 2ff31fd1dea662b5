//! Errors of [`async_openai`]: the code that the API gives, else its type of error, else the status.

use async_openai::error::{ApiError, ApiErrorResponse, OpenAIError};

use super::{Known, Told};
use crate::error_type::is_label;

impl Known for OpenAIError {
    fn tell(&self) -> Told<'_> {
        match self {
            Self::Reqwest(error) => match http_client!(error) {
                Told::Kind(_) => Told::Type,
                told => told,
            },
            Self::ApiError(error) => error.tell(),
            _ => Told::Type,
        }
    }
}

impl Known for ApiErrorResponse {
    fn tell(&self) -> Told<'_> {
        match self.api_error.tell() {
            Told::Type => Told::code(self.status_code.as_str()),
            told => told,
        }
    }
}

impl Known for ApiError {
    fn tell(&self) -> Told<'_> {
        [&self.code, &self.r#type]
            .into_iter()
            .flatten()
            .find(|code| is_label(code))
            .map_or(Told::Type, Told::code)
    }
}
