//! Errors of [`rmcp`]: the code of JSON-RPC.

use rmcp::service::ClientInitializeError;
use rmcp::{ErrorData, RmcpError, ServiceError};

use super::{Known, Told};

impl Known for ErrorData {
    fn tell(&self) -> Told<'_> {
        Told::code(self.code.0)
    }
}

impl Known for ServiceError {
    fn tell(&self) -> Told<'_> {
        match self {
            Self::McpError(error) => error.tell(),
            Self::TransportSend(error) => Told::wrapper(&*error.error),
            Self::Timeout { .. } => Told::word("timeout"),
            _ => Told::Type,
        }
    }
}

impl Known for ClientInitializeError {
    fn tell(&self) -> Told<'_> {
        match self {
            Self::JsonRpcError(error) => error.tell(),
            Self::TransportError { error, .. } => Told::wrapper(&*error.error),
            _ => Told::Type,
        }
    }
}

impl Known for RmcpError {
    fn tell(&self) -> Told<'_> {
        match self {
            Self::Service(error) => Told::wrapper(error),
            Self::ClientInitialize(error) => Told::wrapper(error),
            Self::TransportCreation { error, .. } => Told::wrapper(&**error),
            _ => Told::Type,
        }
    }
}
