use std::future::Future;

use agent_otel::agent;

trait Planner {
    #[agent(name = "planner")]
    fn plan(&self) -> impl Future<Output = u64>;
}

fn main() {}
