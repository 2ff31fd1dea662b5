use agent_otel::tool;

struct Order(u64);

#[tool(result)]
async fn order(order_id: u64) -> Result<Order, String> {
    Ok(Order(order_id))
}

fn main() {}
