use agent_otel::workflow;

#[workflow(nam = "newsroom")]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
