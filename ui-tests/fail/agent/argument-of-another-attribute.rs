use agent_otel::agent;

#[agent(arguments(question))]
async fn plan(question: &str) -> usize {
    question.len()
}

fn main() {}
