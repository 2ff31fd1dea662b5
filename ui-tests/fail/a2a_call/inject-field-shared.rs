use std::collections::HashMap;

use agent_otel::a2a_call;

struct Request {
    headers: HashMap<String, String>,
}

#[a2a_call(agent = "orders", inject = request.headers)]
async fn ask(request: &Request) -> usize {
    request.headers.len()
}

fn main() {}
