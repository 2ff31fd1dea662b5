//! Errors of [`ollama_rs`]: what its client of HTTP tells.

use ollama_rs::error::{OllamaError, ToolCallError};

use super::{Known, Told};

impl Known for OllamaError {
    fn tell(&self) -> Option<Told<'_>> {
        match self {
            Self::ReqwestError(error) => http_client!(error),
            Self::ToolCallError(ToolCallError::InternalToolError(error)) => {
                Some(Told::Wrapper(&**error))
            }
            Self::ToolCallError(error) => Some(Told::Wrapper(error)),
            _ => None,
        }
    }
}
