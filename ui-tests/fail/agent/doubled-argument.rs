use agent_otel::agent;

#[agent(description = "Plans", description = "Plans more")]
async fn plan(question: &str) -> usize {
    question.len()
}

fn main() {}
