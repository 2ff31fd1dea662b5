use std::collections::HashMap;

use agent_otel::a2a_call;

#[a2a_call(agent = "orders", ulr = "http://orders", inject = headers)]
async fn ask(headers: &mut HashMap<String, String>) -> usize {
    headers.len()
}

fn main() {}
