use agent_otel::plan;

#[plan(name = "planner")]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
