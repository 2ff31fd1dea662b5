use agent_otel::mcp_call;

#[mcp_call(serv, method = "ping", client_address = question)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
