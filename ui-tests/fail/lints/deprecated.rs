#![deny(deprecated)]

use agent_otel::tool;

#[tool]
#[deprecated = "ask the warehouse"]
fn order_status() {}

#[deprecated]
#[tool]
async fn order_status_async() {}

#[tool]
pub async fn calls() {
    order_status();
    order_status_async().await;
}

fn main() {}
