#![deny(warnings)]
#![forbid(unsafe_code)]

//! Whatever a function gives, it is no error that its type tells nothing of MCP.

use std::sync::Arc;

use agent_otel::{McpFault, McpReply, mcp_call};
use futures::{Stream, stream};
use serde_json::Value;

pub struct Rpc(i64);

impl McpReply for Rpc {
    fn fault(&self) -> Option<McpFault> {
        Some(McpFault::Rpc { code: self.0, message: String::new() })
    }
}

pub struct Silent;

macro_rules! replies {
    ($($name:ident -> $ty:ty = $value:expr;)*) => {
        $(
            #[mcp_call(method = "ping", inject = client)]
            pub fn $name() -> $ty {
                $value
            }
        )*

        fn main() {
            $(let _ = $name();)*
        }
    };
}

replies! {
    unit -> () = ();
    json -> Value = Value::Null;
    own -> Rpc = Rpc(-32000);
    shared -> Option<Arc<Rpc>> = None;
    text -> &'static str = "";
    both -> Result<Value, Rpc> = Ok(Value::Null);
    error -> Result<Silent, Rpc> = Err(Rpc(-32000));
    value -> Result<Value, Silent> = Err(Silent);
    neither -> Result<Silent, Silent> = Err(Silent);
    standard -> Result<Value, std::fmt::Error> = Err(std::fmt::Error);
}

#[mcp_call(method = "ping", inject = client)]
pub async fn generic<T, E>(result: Result<T, E>) -> Result<T, E> {
    result
}

#[mcp_call(method = "ping", inject = client)]
pub fn streamed() -> impl Stream<Item = Result<Value, Rpc>> {
    stream::iter([Ok(Value::Null)])
}
