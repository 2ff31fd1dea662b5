use std::rc::Rc;

use agent_otel::tool;

#[tool]
async fn order_status(order_id: u64) -> u64 {
    let shared = Rc::new(order_id);
    std::future::ready(()).await;
    *shared
}

fn spawn(_: impl Send) {}

fn main() {
    spawn(order_status(1));
}
