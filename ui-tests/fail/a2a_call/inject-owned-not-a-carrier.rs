use agent_otel::a2a_call;

#[a2a_call(agent = "orders", inject = question)]
fn ask(mut question: String) -> usize {
    question.push('?');
    question.len()
}

fn main() {}
