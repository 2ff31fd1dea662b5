use agent_otel::tool;

#[tool(call_id = order.number)]
fn ship(order: Order) -> u64 {
    order.id
}

struct Order {
    id: u64,
}

fn main() {}
