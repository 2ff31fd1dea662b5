use agent_otel::mcp_call;

#[mcp_call(method = "tools/call", inject = client)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
