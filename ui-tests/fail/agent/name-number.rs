use agent_otel::agent;

#[agent(name = 0.5)]
async fn plan(question: &str) -> usize {
    question.len()
}

fn main() {}
