use std::collections::HashMap;

use agent_otel::agent;

#[agent(extract)]
async fn plan(headers: &HashMap<String, String>) -> usize {
    headers.len()
}

fn main() {}
