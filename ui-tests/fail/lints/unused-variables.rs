//! The lint still fires for a parameter that nothing uses, and not for one that the attribute records.

#![deny(unused_variables)]

use agent_otel::tool;

#[tool]
pub fn number(unused: u64, used: u64) -> u64 {
    used
}

#[tool]
pub async fn number_async(unused: u64, used: u64) -> u64 {
    used
}

#[tool]
pub fn droppable(unused_first: String, used: String, unused: String, _named: String) -> usize {
    used.len()
}

#[tool]
pub async fn droppable_async(used: String, unused: String, (a, b): (String, String)) -> String {
    used + &a
}

#[tool(arguments(recorded))]
pub fn recorded(used: String, recorded: String) -> usize {
    used.len()
}

pub struct Order {
    pub id: String,
}

// A field and a path of that name are not the parameter.
#[tool]
pub fn same_name(order: Order, id: String, len: String) -> usize {
    order.id.len() + str::len(&order.id)
}

#[tool]
pub fn local() {
    let unused = 1;
}

fn main() {}
