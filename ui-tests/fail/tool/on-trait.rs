use agent_otel::tool;

#[tool]
pub trait Shop {
    fn order_status(&self) -> u64;
}

fn main() {}
