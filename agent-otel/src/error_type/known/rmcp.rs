//! Errors of [`rmcp`]: the code of JSON-RPC.

use rmcp::service::ClientInitializeError;
use rmcp::{ErrorData, RmcpError, ServiceError};

use super::{Known, Told};

impl Known for ErrorData {
    fn tell(&self) -> Option<Told<'_>> {
        Some(Told::Code(self.code.0.to_string().into()))
    }
}

impl Known for ServiceError {
    fn tell(&self) -> Option<Told<'_>> {
        match self {
            Self::McpError(error) => error.tell(),
            Self::TransportSend(error) => Some(Told::Wrapper(&*error.error)),
            Self::Timeout { .. } => Some(Told::Code("timeout".into())),
            _ => None,
        }
    }
}

impl Known for ClientInitializeError {
    fn tell(&self) -> Option<Told<'_>> {
        match self {
            Self::JsonRpcError(error) => error.tell(),
            Self::TransportError { error, .. } => Some(Told::Wrapper(&*error.error)),
            _ => None,
        }
    }
}

impl Known for RmcpError {
    fn tell(&self) -> Option<Told<'_>> {
        match self {
            Self::Service(error) => Some(Told::Wrapper(error)),
            Self::ClientInitialize(error) => Some(Told::Wrapper(error)),
            Self::TransportCreation { error, .. } => Some(Told::Wrapper(&**error)),
            _ => None,
        }
    }
}
