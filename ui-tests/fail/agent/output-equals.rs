use agent_otel::agent;

#[agent(output = answer)]
async fn plan(question: &str) -> usize {
    question.len()
}

fn main() {}
