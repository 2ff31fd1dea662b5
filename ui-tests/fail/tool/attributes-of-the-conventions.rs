use agent_otel::tool;

#[tool(attributes("gen_ai.tool.name" = "order", error.type = "gone"))]
fn order_status(order_id: u64) -> u64 {
    order_id
}

fn main() {}
