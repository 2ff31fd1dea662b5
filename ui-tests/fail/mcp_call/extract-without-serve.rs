use agent_otel::mcp_call;

#[mcp_call(method = "ping", inject = client, extract = meta)]
fn call(meta: &http::HeaderMap) -> usize {
    meta.len()
}

fn main() {}
