use std::collections::HashMap;

use agent_otel::agent;

#[agent(extract = headers, link = headers)]
async fn plan(headers: &HashMap<String, String>) -> usize {
    headers.len()
}

fn main() {}
