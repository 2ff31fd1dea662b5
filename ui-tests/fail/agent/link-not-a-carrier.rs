use agent_otel::agent;

#[agent(link = depth)]
fn plan(depth: u64) -> u64 {
    depth
}

fn main() {}
