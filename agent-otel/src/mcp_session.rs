//! Sessions of the Model Context Protocol, which outlive every call and are measured as a whole.

use std::time::Instant;

use opentelemetry::{KeyValue, StringValue, Value};

use crate::{metrics, semconv, url};

/// A session of the Model Context Protocol, measured from here until it is dropped: `mcp.client.session.duration` or
/// `mcp.server.session.duration`.
///
/// MCP conventions, "Metrics".
///
/// # Examples
///
/// ```
/// use agent_otel::McpSession;
///
/// let mut session = McpSession::client().transport("pipe").protocol_version("2025-06-18");
/// // … requests and notifications, each an `#[mcp_call]` …
/// session.failed("timeout"); // only if it ends with an error
/// drop(session);
/// ```
#[derive(Debug)]
#[must_use = "a session is measured until it is dropped"]
pub struct McpSession {
    side: Side,
    begun: Instant,
    attributes: Vec<KeyValue>,
}

/// Which end of a session this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

impl McpSession {
    /// A session as the client sees it.
    pub fn client() -> Self {
        Self::of(Side::Client)
    }

    /// A session as the server sees it.
    pub fn server() -> Self {
        Self::of(Side::Server)
    }

    fn of(side: Side) -> Self {
        Self {
            side,
            begun: Instant::now(),
            attributes: Vec::new(),
        }
    }

    fn set(mut self, key: &'static str, value: impl Into<StringValue>) -> Self {
        self.put(key, Some(value.into()));
        self
    }

    /// Sets an attribute, once: the last value counts, also where it is none.
    fn put(&mut self, key: &'static str, value: Option<impl Into<Value>>) {
        self.attributes
            .retain(|attribute| attribute.key.as_str() != key);
        let value = value.map(|value| KeyValue::new(key, value));
        self.attributes.extend(value);
    }

    /// `mcp.protocol.version`: the version agreed upon.
    pub fn protocol_version(self, version: impl Into<StringValue>) -> Self {
        self.set(semconv::MCP_PROTOCOL_VERSION, version)
    }

    /// `jsonrpc.protocol.version`, left out where it is `2.0`, as the conventions ask.
    pub fn jsonrpc_version(mut self, version: impl Into<StringValue>) -> Self {
        let version = Some(version.into());
        let version = version.filter(|version| version.as_str() != semconv::JSONRPC_VERSION);
        self.put(semconv::JSONRPC_PROTOCOL_VERSION, version);
        self
    }

    /// `network.transport`: `pipe` for standard input and output, `tcp` or `quic` for HTTP.
    pub fn transport(self, transport: impl Into<StringValue>) -> Self {
        self.set(semconv::NETWORK_TRANSPORT, transport)
    }

    /// `network.protocol.name`, in lower case, and `network.protocol.version`: `http` and `2`, say.
    pub fn network_protocol(
        self,
        name: impl Into<StringValue>,
        version: impl Into<StringValue>,
    ) -> Self {
        let name = name.into().as_str().to_ascii_lowercase();
        self.set(semconv::NETWORK_PROTOCOL_NAME, name)
            .set(semconv::NETWORK_PROTOCOL_VERSION, version)
    }

    /// `server.address` and `server.port` of the server's URL, for the client's side.
    pub fn url(mut self, url: &str) -> Self {
        if let (Side::Client, Some((address, port))) = (self.side, url::server(url)) {
            self.put(semconv::SERVER_ADDRESS, Some(address));
            self.put(semconv::SERVER_PORT, port.map(i64::from));
        }
        self
    }

    /// Tells that the session ends with an error; `error_type` is a label of low cardinality.
    pub fn failed(&mut self, error_type: impl Into<StringValue>) {
        self.put(semconv::ERROR_TYPE, Some(error_type.into()));
    }
}

impl Drop for McpSession {
    fn drop(&mut self) {
        metrics::session(self.side, self.begun.elapsed(), &self.attributes);
    }
}
