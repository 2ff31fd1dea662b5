use agent_otel::mcp_call;

#[mcp_call(method = metod, inject = client)]
fn call(method: &str) -> usize {
    method.len()
}

fn main() {}
