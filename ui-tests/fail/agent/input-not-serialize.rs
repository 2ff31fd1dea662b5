use agent_otel::agent;

struct Question(String);

#[agent(input = question)]
async fn plan(question: &Question) -> usize {
    question.0.len()
}

fn main() {}
