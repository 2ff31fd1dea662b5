use agent_otel::plan;

#[plan(agent = planer)]
fn call(planner: &str) -> usize {
    planner.len()
}

fn main() {}
