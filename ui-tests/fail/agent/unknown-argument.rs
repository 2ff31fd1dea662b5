use agent_otel::agent;

#[agent(nmae = "planner")]
async fn plan(question: &str) -> usize {
    question.len()
}

fn main() {}
