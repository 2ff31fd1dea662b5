use agent_otel::tool;

struct Order {
    id: Option<String>,
}

#[tool(call_id = order.id.unwrap())]
fn ship(order: Order) -> bool {
    order.id.is_some()
}

fn main() {}
