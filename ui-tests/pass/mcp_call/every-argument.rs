#![deny(warnings)]
#![forbid(unsafe_code)]

//! Every argument at once, in every form it has, on either side.

use agent_otel::mcp_call;
use serde_json::{Map, Value};

pub type Meta = Map<String, Value>;

pub struct Session {
    pub id: Option<String>,
    pub transport: &'static str,
}

impl Session {
    #[mcp_call(
        method = "tools/call",
        tool = name,
        arguments(name, city),
        result,
        inject = meta,
        request_id = id,
        mcp_session = self.id,
        protocol_version = "2025-11-25",
        jsonrpc_version = "2.0",
        transport = self.transport,
        network_protocol = "http",
        network_protocol_version = "2",
        url = "http://localhost:8080/mcp",
        conversation_id = 42,
        user_id = 1,
        session_id = "s",
        error_if = |ret: &Result<Value, std::fmt::Error>| ret.is_err(),
        attributes("app.tier" = "gold"),
    )]
    pub async fn call_tool(&self, meta: &mut Meta, id: u64, name: &str, city: &str) -> Result<Value, std::fmt::Error> {
        let _ = (meta, id, city);
        Ok(name.into())
    }
}

#[mcp_call(method = "prompts/get", prompt = "greeting", prompt_variables(name = name, "tone" = "warm"), inject = client)]
pub async fn get_prompt(name: &str) -> Value {
    name.into()
}

#[mcp_call(method = "resources/read", resource = uri, inject = client, transport = pipe)]
pub fn read(uri: &str) -> String {
    uri.to_owned()
}

#[mcp_call(method = method, tool = tool, inject = params.meta)]
pub fn send(method: &str, tool: Option<&str>, mut params: Params) -> Params {
    let _ = (method, tool);
    params.meta.clear();
    params
}

#[derive(Default)]
pub struct Params {
    pub meta: Meta,
}

#[mcp_call(method = "my/own", inject = client)]
pub fn own_method() {}

#[mcp_call(
    serve,
    method = "tools/call",
    tool = name,
    arguments,
    result,
    extract = meta,
    request_id = "a",
    mcp_session = "mcp-1",
    protocol_version = "2025-11-25",
    transport = tcp,
    client_address = peer.0,
    client_port = peer.1,
)]
pub async fn serve_tool(meta: Option<Meta>, peer: (&str, u16), name: &str) -> Result<String, std::fmt::Error> {
    let _ = (meta, peer);
    Ok(name.to_owned())
}

#[mcp_call(serve, method = "notifications/progress", link = meta)]
pub fn progress(meta: &Meta) {
    let _ = meta;
}

#[mcp_call(serve, method = "ping")]
fn main() {
    assert!(send("ping", None, Params::default()).meta.is_empty());
    assert_eq!(read("file:///a"), "file:///a");
    own_method();
    progress(&Meta::new());
}
