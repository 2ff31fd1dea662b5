use agent_otel::agent;

#[agent(operation = "create_agnet", provider = "openai", system = question)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
