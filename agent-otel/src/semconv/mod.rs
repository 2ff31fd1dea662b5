//! Names of the OpenTelemetry [GenAI semantic conventions]: attribute keys, their well-known values, span-name rules
//! and the schema URL. Data only; nothing here depends on the rest of the crate.
//!
//! The GenAI names are this crate's own, because the conventions moved to a repository of their own for which no crate
//! exists; the stable keys of the core (`error.type`, `exception.*`, `server.*`, `service.*`) are those of
//! [`opentelemetry-semantic-conventions`](opentelemetry_semantic_conventions).
//!
//! [GenAI semantic conventions]: https://github.com/open-telemetry/semantic-conventions-genai

mod attribute;
pub mod event;
pub mod metric;
mod own;
pub mod span;
pub mod value;
pub mod version;

pub use attribute::*;
pub use opentelemetry_semantic_conventions::attribute::{
    AWS_BEDROCK_GUARDRAIL_ID, AWS_BEDROCK_KNOWLEDGE_BASE_ID, AZURE_RESOURCE_PROVIDER_NAMESPACE,
    CLIENT_ADDRESS, CLIENT_PORT, ERROR_TYPE, EXCEPTION_MESSAGE, EXCEPTION_STACKTRACE,
    EXCEPTION_TYPE, JSONRPC_PROTOCOL_VERSION, JSONRPC_REQUEST_ID, NETWORK_PROTOCOL_NAME,
    NETWORK_PROTOCOL_VERSION, NETWORK_TRANSPORT, PROCESS_EXECUTABLE_NAME, PROCESS_EXECUTABLE_PATH,
    PROCESS_EXIT_CODE, RPC_RESPONSE_STATUS_CODE, SERVER_ADDRESS, SERVER_PORT, SERVICE_NAME,
    SERVICE_VERSION, SESSION_ID, USER_ID,
};
pub use own::*;
pub use version::Version;

/// Schema URL of the instrumentation scope: the state of the GenAI conventions that the names here follow.
pub const SCHEMA_URL: &str = "https://opentelemetry.io/schemas/gen-ai-dev/1.42.0-dev";

/// Name of the span event that records an exception (OpenTelemetry specification, "Exceptions").
pub const EXCEPTION_EVENT: &str = "exception";

/// Value of [`ERROR_TYPE`] where nothing of low cardinality is known about the failure.
pub const ERROR_TYPE_OTHER: &str = "_OTHER";

/// Value of [`ERROR_TYPE`] where a tool of MCP says in its result that it has failed.
pub const ERROR_TYPE_TOOL: &str = "tool_error";

/// Value of [`JSONRPC_PROTOCOL_VERSION`] that goes without saying: the attribute tells every other one.
pub const JSONRPC_VERSION: &str = "2.0";

/// Value of [`VALUE`](value) for `gen_ai.provider.name` on a call of a remote agent over A2A.
///
/// The conventions require a provider on that span and know no member for A2A; the enumeration is open.
pub const PROVIDER_A2A: &str = "a2a";
