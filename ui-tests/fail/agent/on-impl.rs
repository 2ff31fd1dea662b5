use agent_otel::agent;

struct Planner;

#[agent]
impl Planner {
    async fn plan(&self) {}
}

fn main() {}
