use agent_otel::mcp_call;

#[mcp_call(serve, method = "ping", inject = client)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
