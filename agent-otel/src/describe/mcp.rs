//! Requests and notifications of MCP.

use super::{Describe, Text};
use crate::semconv as key;
use crate::url::without_credentials;
use crate::value::IntoAttribute;

impl Describe {
    /// `mcp.resource.uri`, without what opens it, never part of the span's name.
    pub fn resource(&mut self, uri: impl IntoAttribute<Text>) -> &mut Self {
        let uri = uri.into_attribute();
        let uri = uri.map(|uri| without_credentials(uri.as_str()));
        self.put_some(key::MCP_RESOURCE_URI, uri)
    }

    /// `jsonrpc.request.id`.
    pub fn request_id(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::JSONRPC_REQUEST_ID, value)
    }

    /// `mcp.session.id`.
    pub fn mcp_session(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::MCP_SESSION_ID, value)
    }

    /// `network.transport`.
    pub fn transport(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::NETWORK_TRANSPORT, value)
    }

    /// `network.protocol.version`.
    pub fn network_protocol_version(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::NETWORK_PROTOCOL_VERSION, value)
    }

    /// `client.address`.
    pub fn client_address(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::CLIENT_ADDRESS, value)
    }

    /// `client.port`.
    pub fn client_port(&mut self, value: impl IntoAttribute<i64>) -> &mut Self {
        self.set(key::CLIENT_PORT, value)
    }

    /// `gen_ai.tool.name` of the tool called.
    pub fn tool(&mut self, name: impl IntoAttribute<Text>) -> &mut Self {
        self.target(key::GEN_AI_TOOL_NAME, name)
    }

    /// `gen_ai.prompt.name` of the prompt asked for.
    pub fn prompt_name(&mut self, name: impl IntoAttribute<Text>) -> &mut Self {
        self.target(key::GEN_AI_PROMPT_NAME, name)
    }

    /// `jsonrpc.protocol.version`, left out where it is `2.0`, as the conventions ask.
    pub fn jsonrpc_version(&mut self, version: impl IntoAttribute<Text>) -> &mut Self {
        let version = version.into_attribute();
        let version = version.filter(|version| version.as_str() != key::JSONRPC_VERSION);
        self.put_some(key::JSONRPC_PROTOCOL_VERSION, version)
    }

    /// `network.protocol.name`, in lower case.
    pub fn network_protocol(&mut self, name: impl IntoAttribute<Text>) -> &mut Self {
        let name = name.into_attribute();
        let name = name.map(|name| name.as_str().to_ascii_lowercase());
        self.put_some(key::NETWORK_PROTOCOL_NAME, name)
    }
}
