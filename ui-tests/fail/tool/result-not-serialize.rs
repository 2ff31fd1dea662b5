use agent_otel::tool;

struct Order(u64);

#[tool(result)]
fn order(order_id: u64) -> Order {
    Order(order_id)
}

fn main() {}
