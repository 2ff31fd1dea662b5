use agent_otel::mcp_call;

#[mcp_call]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
