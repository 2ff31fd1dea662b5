use agent_otel::tool;

#[tool(nme = "status", kind = datastor, arguments(orderid), attributes("a" = 1, "a" = 2))]
fn order_status(order_id: u64) -> u64 {
    order_id
}

// The function is there: nothing that calls it turns red as well.
fn main() {
    let _: u64 = order_status(1);
}
