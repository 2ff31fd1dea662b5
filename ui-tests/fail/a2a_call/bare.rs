use agent_otel::a2a_call;

#[a2a_call]
async fn ask(question: &str) -> usize {
    question.len()
}

fn main() {
    let _ = ask("");
}
