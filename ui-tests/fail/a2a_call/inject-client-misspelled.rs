use std::collections::HashMap;

use agent_otel::a2a_call;

#[a2a_call(agent = "orders", inject = cleint)]
async fn ask(headers: HashMap<String, String>) -> usize {
    headers.len()
}

fn main() {}
