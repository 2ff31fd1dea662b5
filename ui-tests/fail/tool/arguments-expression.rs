use agent_otel::tool;

#[tool(arguments(order.id))]
fn ship(order: Order) -> u64 {
    order.id
}

struct Order {
    id: u64,
}

fn main() {}
