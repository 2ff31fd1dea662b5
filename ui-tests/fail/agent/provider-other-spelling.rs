use agent_otel::agent;

#[agent(provider = "OpenAI")]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
