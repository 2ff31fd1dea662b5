use agent_otel::tool;

#[tool]
async fn order_status(order_id: u64) -> String {
    if order_id == 0 {
        return 7;
    }
    order_id
}

fn main() {}
