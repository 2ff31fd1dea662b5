use agent_otel::tool;

struct CallId([u8; 16]);

#[tool(call_id = call)]
fn order_status(call: CallId, order_id: u64) -> u64 {
    order_id + u64::from(call.0[0])
}

fn main() {}
