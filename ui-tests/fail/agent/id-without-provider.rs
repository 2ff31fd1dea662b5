use agent_otel::agent;

#[agent(id = "asst_1")]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
