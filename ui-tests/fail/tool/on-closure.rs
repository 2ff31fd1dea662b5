use agent_otel::tool;

fn main() {
    let status = #[tool]
    |order_id: u64| order_id;
    status(1);
}
