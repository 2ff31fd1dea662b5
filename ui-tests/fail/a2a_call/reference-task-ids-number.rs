use agent_otel::a2a_call;

#[a2a_call(agent = "orders", inject = client, reference_task_ids = question.len())]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
