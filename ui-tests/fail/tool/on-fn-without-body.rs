use agent_otel::tool;

trait Shop {
    #[tool]
    fn order_status(&self, order_id: u64) -> u64;
}

struct Memory;

impl Shop for Memory {
    fn order_status(&self, order_id: u64) -> u64 {
        order_id
    }
}

fn main() {
    let _ = Memory.order_status(1);
}
