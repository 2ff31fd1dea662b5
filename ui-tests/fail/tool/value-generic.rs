use agent_otel::tool;

#[tool(attributes("app.tier" = tier))]
async fn order_status<T>(tier: T, order_id: u64) -> u64 {
    let _ = tier;
    order_id
}

fn main() {}
