use agent_otel::agent;

#[agent(operation = "create_agent", provider = "openai", temperature = 0.5)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
