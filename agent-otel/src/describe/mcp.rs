//! Requests and notifications of MCP.

use super::{Describe, Text, sets};
use crate::semconv as key;
use crate::value::IntoAttribute;

/// The version of JSON-RPC that goes without saying.
const JSONRPC: &str = "2.0";

sets! {
    /// `mcp.resource.uri`, never part of the span's name.
    resource: Text => MCP_RESOURCE_URI;
    /// `jsonrpc.request.id`.
    request_id: Text => JSONRPC_REQUEST_ID;
    /// `mcp.session.id`.
    mcp_session: Text => MCP_SESSION_ID;
    /// `network.transport`.
    transport: Text => NETWORK_TRANSPORT;
    /// `network.protocol.version`.
    network_protocol_version: Text => NETWORK_PROTOCOL_VERSION;
    /// `client.address`.
    client_address: Text => CLIENT_ADDRESS;
    /// `client.port`.
    client_port: i64 => CLIENT_PORT;
}

impl Describe {
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
        let version = version.filter(|version| version.as_str() != JSONRPC);
        self.put_some(key::JSONRPC_PROTOCOL_VERSION, version)
    }

    /// `network.protocol.name`, in lower case.
    pub fn network_protocol(&mut self, name: impl IntoAttribute<Text>) -> &mut Self {
        let name = name.into_attribute();
        let name = name.map(|name| name.as_str().to_ascii_lowercase());
        self.put_some(key::NETWORK_PROTOCOL_NAME, name)
    }
}
