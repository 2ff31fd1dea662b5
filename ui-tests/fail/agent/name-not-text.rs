use agent_otel::agent;

#[agent(name = agents)]
async fn plan(agents: Vec<String>) -> usize {
    agents.len()
}

fn main() {}
