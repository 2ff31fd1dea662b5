#![deny(warnings)]
#![forbid(unsafe_code)]

//! Documented functions stay documented, and nothing undocumented is added.

#![deny(missing_docs, unused_qualifications, unreachable_pub, missing_debug_implementations, clippy::all, clippy::pedantic)]

/// A module.
pub mod tools {
    use agent_otel::tool;

    /// Looks an order up.
    #[tool(arguments(order_id), result)]
    pub fn order_status(order_id: u64) -> u64 {
        order_id
    }

    /// Looks an order up later.
    #[tool]
    pub async fn order_status_async(order_id: u64) -> u64 {
        order_id
    }
}

fn main() {
    tools::order_status(1);
}
