use agent_otel::tool;

#[tool(attributes("app.tier" = tier, app.tier = "gold"))]
fn order_status(tier: &str, order_id: u64) -> usize {
    tier.len() + order_id as usize
}

fn main() {}
