#![deny(warnings)]
#![forbid(unsafe_code)]

//! Every argument at once, in every form it has.

use agent_otel::tool;

/// Looks an order up.
///
/// Only the first paragraph is the description.
#[tool(
    name = "order_status",
    kind = datastore,
    call_id = call.id,
    agent = "shop",
    skill = region,
    skill_resource = call.id,
    skill_description = "Knows orders",
    skill_source = "https://skills.example/orders",
    executable = "psql",
    executable_path = "/usr/bin/psql",
    user_id = order_id,
    session_id = "s-1",
    arguments(order_id, region),
    result,
    conversation_id = call.conversation.as_deref(),
    attributes("app.tier" = tier, app.region = region, "app.count" = 3, "app.fixed" = "gold"),
    crate = ::agent_otel,
)]
pub async fn order_status(call: &Call, order_id: u64, region: Option<&str>, tier: Tier) -> Result<String, std::fmt::Error> {
    let _ = (call, region, tier);
    Ok(order_id.to_string())
}

pub struct Call {
    pub id: String,
    pub conversation: Option<String>,
}

#[derive(Clone, Copy)]
pub enum Tier {
    Free,
    Paid,
}

impl agent_otel::ToAttribute for Tier {
    fn to_attribute(&self) -> Option<agent_otel_value::Value> {
        Some(match self {
            Tier::Free => "free".into(),
            Tier::Paid => "paid".into(),
        })
    }
}

mod agent_otel_value {
    pub use opentelemetry::Value;
}

#[tool(arguments)]
pub fn all_arguments(first: u8, second: Vec<String>) -> usize {
    second.len() + usize::from(first)
}

#[tool(name = prefix.to_owned() + "_search", description = "Searches", result, arguments())]
pub fn run_time_name(prefix: &str) -> usize {
    prefix.len()
}

#[tool(attributes("app.bytes" = bytes[0], "app.neg" = -limit, "app.cast" = limit as u8, "app.block" = { limit + 1 }, "app.closure" = (|| limit)()))]
pub fn expressions(bytes: &[u8], limit: i64) -> i64 {
    limit + i64::from(bytes[0])
}

#[tool(kind = kind)]
pub fn kind_at_run_time(kind: &str) -> usize {
    kind.len()
}

fn main() {
    assert_eq!(kind_at_run_time("function"), 8);
    assert_eq!(all_arguments(1, vec![String::new()]), 2);
    assert_eq!(run_time_name("a"), 1);
    assert_eq!(expressions(&[1], 2), 3);
    let _ = (Tier::Free, Tier::Paid);
}
