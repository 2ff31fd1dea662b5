use agent_otel::agent;

#[agent(previous_response_id = "resp_1")]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
