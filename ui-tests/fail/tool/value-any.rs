use agent_otel::tool;

struct Tier;

#[tool(attributes("app.tier" = tier))]
fn order_status(tier: &Tier, order_id: u64) -> u64 {
    let _ = tier;
    order_id
}

fn main() {}
