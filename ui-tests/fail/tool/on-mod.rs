use agent_otel::tool;

#[tool]
mod tools {
    pub fn order_status(order_id: u64) -> u64 {
        order_id
    }
}

fn main() {
    let _ = tools::order_status(1);
}
