use std::collections::HashMap;

use agent_otel::a2a_call;

struct Url(String);

#[a2a_call(agent = "orders", url = base, inject = headers)]
async fn ask(base: &Url, headers: &mut HashMap<String, String>) -> usize {
    headers.len() + base.0.len()
}

fn main() {}
