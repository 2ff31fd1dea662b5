use agent_otel::tool;

#[tool]
enum Tool {
    OrderStatus,
}

fn main() {
    let _ = Tool::OrderStatus;
}
