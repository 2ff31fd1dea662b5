use agent_otel::a2a_call;

#[a2a_call(agent = "orders", inject = question)]
async fn ask(question: &mut String) -> usize {
    question.len()
}

fn main() {}
