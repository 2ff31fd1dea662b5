use agent_otel::mcp_call;

#[mcp_call(method = "ping", inject = meta)]
fn call(meta: &mut Vec<u8>) -> usize {
    meta.len()
}

fn main() {}
