use agent_otel::mcp_call;

#[mcp_call(method = "prompts/get", inject = client)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
