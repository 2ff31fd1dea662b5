use agent_otel::tool;

#[tool(attributes(app.tier))]
fn order_status(tier: &str) -> usize {
    tier.len()
}

fn main() {}
