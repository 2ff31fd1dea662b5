use agent_otel::agent;

struct Plan(usize);

#[agent(output)]
async fn plan(question: &str) -> Plan {
    Plan(question.len())
}

fn main() {}
