use agent_otel::tool;

struct Shop;

#[tool]
impl Shop {
    fn order_status(&self, order_id: u64) -> u64 {
        order_id
    }
}

fn main() {
    let _ = Shop.order_status(1);
}
