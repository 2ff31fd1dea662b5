use agent_otel::tool;

#[tool]
async fn order_status(order_id: u64) -> Result<String, String> {
    if order_id == 0 {
        return Err(7);
    }
    Ok(order_id)
}

fn main() {}
