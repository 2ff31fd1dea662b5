use agent_otel::tool;

struct Shop;

impl Shop {
    #[tool(arguments(self, order_id))]
    fn order_status(&self, order_id: u64) -> u64 {
        order_id
    }
}

fn main() {
    Shop.order_status(1);
}
