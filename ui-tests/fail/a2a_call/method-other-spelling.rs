use agent_otel::a2a_call;

#[a2a_call(agent = "orders", inject = client, method = "send_message")]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
