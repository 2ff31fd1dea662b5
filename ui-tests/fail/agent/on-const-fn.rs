use agent_otel::agent;

#[agent]
const fn plan(question: u64) -> u64 {
    question
}

fn main() {}
