use agent_otel::agent;

#[agent(provider = "openai", extract = question)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
