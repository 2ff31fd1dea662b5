use agent_otel::workflow;

#[workflow(description = "Publishes")]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
