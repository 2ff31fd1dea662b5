use agent_otel::a2a_call;

#[a2a_call(agent = "orders", inject = client)]
const fn ask(question: u64) -> u64 {
    question
}

fn main() {}
