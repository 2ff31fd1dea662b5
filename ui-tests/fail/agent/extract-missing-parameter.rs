use std::collections::HashMap;

use agent_otel::agent;

#[agent(extract = headrs)]
async fn plan(headers: &HashMap<String, String>, question: &str) -> usize {
    question.len() + headers.len()
}

fn main() {}
