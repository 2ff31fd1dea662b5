use agent_otel::agent;

#[agent(url = "https://api.openai.com")]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
