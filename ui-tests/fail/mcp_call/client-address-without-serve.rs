use agent_otel::mcp_call;

#[mcp_call(method = "ping", inject = client, client_address = question)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
