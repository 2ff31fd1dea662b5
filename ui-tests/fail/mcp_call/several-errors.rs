use agent_otel::mcp_call;

#[mcp_call(serve, metod = "ping", inject = client, transport = stdio)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
