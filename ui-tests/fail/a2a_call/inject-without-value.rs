use std::collections::HashMap;

use agent_otel::a2a_call;

#[a2a_call(agent = "orders", inject)]
async fn ask(headers: &mut HashMap<String, String>) -> usize {
    headers.len()
}

fn main() {}
