use agent_otel::agent;

#[agent(extract = question)]
async fn plan(question: &str) -> usize {
    question.len()
}

fn main() {}
