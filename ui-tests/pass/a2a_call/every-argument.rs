#![deny(warnings)]
#![forbid(unsafe_code)]

//! Every argument at once, in every form it has.

use agent_otel::a2a_call;
use http::HeaderMap;

const ORDERS: &str = "http://localhost:8080";

#[a2a_call(
    agent = "orders",
    url = ORDERS,
    inject = headers,
    id = 7,
    version = "1.0",
    description = "Manages orders",
    provider = "a2a",
    context_id = context,
    task_id = task,
    method = "SendMessage",
    message_id = 1,
    reference_task_ids = [task],
    tenant = context,
    protocol_version = "1.0",
    user_id = "u-1",
    session_id = "s-1",
    attributes("app.tier" = "gold"),
)]
pub async fn ask(headers: &mut HeaderMap, context: Option<String>, task: &str) -> Result<usize, std::fmt::Error> {
    let _ = (context, task);
    Ok(headers.len())
}

#[a2a_call(agent = name, inject = client)]
pub async fn by_client(name: &str) -> usize {
    name.len()
}

fn main() {}
