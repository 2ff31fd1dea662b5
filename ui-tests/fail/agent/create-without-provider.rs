use agent_otel::agent;

#[agent(operation = "create_agent", name = "support")]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
