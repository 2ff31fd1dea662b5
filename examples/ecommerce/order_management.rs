//! The agent that knows the orders.

use std::time::Duration;

use a2a_client::ServiceParams;
use agent_otel::{agent, tool};
use async_openai::types::chat::ChatCompletionTools;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    a2a::Agent,
    agent::{self, AgentError, Model, ToolCall, ToolError, Tools},
    args::{Faults, Service},
    store::{Order, Store, StoreError, Stores},
};

const INSTRUCTIONS: &str = "You manage the orders of a shop for kitchenware. Look up what you are \
    asked for with your tools; never guess. Be brief.";

#[derive(Debug)]
pub(crate) struct OrderManagement {
    model: Model,
    stores: Stores,
    faults: Faults,
}

impl OrderManagement {
    pub(crate) fn new(model: Model, faults: Faults) -> Result<Self, StoreError> {
        Ok(Self {
            model,
            stores: Stores::new()?,
            faults,
        })
    }

    fn delay(&self) -> Duration {
        self.faults.delay(Service::OrderManagement)
    }
}

impl Agent for OrderManagement {
    const DESCRIPTION: &str =
        "Knows the orders of the shop: where they are, who ordered what; cancels them.";

    /// Answers questions about orders.
    #[agent(
        name = "order-management",
        extract = headers, // the caller's trace goes on here
        conversation_id = conversation,
        input = question,
        output
    )]
    async fn answer(
        &self,
        headers: &ServiceParams,
        conversation: &str,
        question: &str,
    ) -> Result<String, AgentError> {
        tokio::time::sleep(self.delay()).await;
        agent::run(&self.model, INSTRUCTIONS, question, self).await
    }
}

#[derive(Deserialize)]
struct OrderId {
    order_id: u64,
}

#[derive(Deserialize)]
struct CustomerId {
    customer_id: String,
}

impl Tools for OrderManagement {
    fn definitions(&self) -> Vec<ChatCompletionTools> {
        let order_id = json!({ "order_id": { "type": "integer", "description": "such as 1042" } });
        let customer_id =
            json!({ "customer_id": { "type": "string", "description": "such as C-17" } });
        vec![
            agent::tool(
                "order_status",
                "Looks an order up by its number.",
                &order_id,
            ),
            agent::tool(
                "orders_of_customer",
                "Lists the orders of a customer.",
                &customer_id,
            ),
            agent::tool(
                "cancel_order",
                "Cancels an order that is not shipped yet.",
                &order_id,
            ),
        ]
    }

    async fn call(&self, call: &ToolCall) -> Result<Value, ToolError> {
        let tool = call.function.name.as_str();
        let store = self.stores.asked_by(tool, &self.faults);
        match tool {
            "order_status" => {
                let OrderId { order_id } = agent::arguments(call)?;
                agent::found(order_status(store, &call.id, order_id).await?)
            }
            "orders_of_customer" => {
                let CustomerId { customer_id } = agent::arguments(call)?;
                agent::found(orders_of_customer(store, &call.id, &customer_id).await?)
            }
            "cancel_order" => {
                let OrderId { order_id } = agent::arguments(call)?;
                agent::found(cancel_order(store, &call.id, order_id).await?)
            }
            _ => Err(agent::no_such_tool(call)),
        }
    }
}

/// Looks an order up by its number.
#[tool(kind = datastore, call_id = call_id, arguments(order_id), result)]
async fn order_status(store: &Store, call_id: &str, order_id: u64) -> Result<Order, StoreError> {
    store.order(order_id).await
}

/// Lists the orders of a customer.
#[tool(kind = datastore, call_id = call_id, arguments(customer_id), result)]
async fn orders_of_customer(
    store: &Store,
    call_id: &str,
    customer_id: &str,
) -> Result<Vec<Order>, StoreError> {
    store.orders_of(customer_id).await
}

/// Cancels an order that is not shipped yet.
#[tool(kind = datastore, call_id = call_id, arguments(order_id), result)]
async fn cancel_order(store: &Store, call_id: &str, order_id: u64) -> Result<Order, StoreError> {
    store.cancel(order_id).await
}
