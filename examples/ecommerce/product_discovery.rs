//! The agent that knows the products.

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
    store::{Product, Store, StoreError, Stores},
};

const INSTRUCTIONS: &str = "You know the products of a shop for kitchenware. Search for the \
    product first; then look up its stock or its price by its SKU. Never guess. Be brief.";

#[derive(Debug)]
pub(crate) struct ProductDiscovery {
    model: Model,
    stores: Stores,
    faults: Faults,
}

impl ProductDiscovery {
    pub(crate) fn new(model: Model, faults: Faults) -> Result<Self, StoreError> {
        Ok(Self {
            model,
            stores: Stores::new()?,
            faults,
        })
    }

    fn delay(&self) -> Duration {
        self.faults.delay(Service::ProductDiscovery)
    }
}

impl Agent for ProductDiscovery {
    const DESCRIPTION: &str =
        "Knows the products of the shop: what there is, what it costs, how many are in stock.";

    /// Answers questions about products.
    #[agent(
        name = "product-discovery",
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
struct Query {
    query: String,
}

#[derive(Deserialize)]
struct Sku {
    sku: String,
}

impl Tools for ProductDiscovery {
    fn definitions(&self) -> Vec<ChatCompletionTools> {
        let query = json!({ "query": { "type": "string", "description": "words of its name, or its SKU" } });
        let sku = json!({ "sku": { "type": "string", "description": "such as KET-BLU-17" } });
        vec![
            agent::tool(
                "search_products",
                "Finds products by their names or SKUs.",
                &query,
            ),
            agent::tool(
                "stock",
                "Tells how many pieces of a product are in stock.",
                &sku,
            ),
            agent::tool("price", "Tells what a product costs, in cents.", &sku),
        ]
    }

    async fn call(&self, call: &ToolCall) -> Result<Value, ToolError> {
        let tool = call.function.name.as_str();
        let store = self.stores.asked_by(tool, &self.faults);
        match tool {
            "search_products" => {
                let Query { query } = agent::arguments(call)?;
                agent::found(search_products(store, &call.id, &query).await?)
            }
            "stock" => {
                let Sku { sku } = agent::arguments(call)?;
                agent::found(json!({ "pieces": stock(store, &call.id, &sku).await? }))
            }
            "price" => {
                let Sku { sku } = agent::arguments(call)?;
                agent::found(json!({ "cents": price(store, &call.id, &sku).await? }))
            }
            _ => Err(agent::no_such_tool(call)),
        }
    }
}

/// Finds products by their names or SKUs.
#[tool(kind = datastore, call_id = call_id, arguments(query), result)]
async fn search_products(
    store: &Store,
    call_id: &str,
    query: &str,
) -> Result<Vec<Product>, StoreError> {
    store.search(query).await
}

/// Tells how many pieces of a product are in stock.
#[tool(kind = datastore, call_id = call_id, arguments(sku), result)]
async fn stock(store: &Store, call_id: &str, sku: &str) -> Result<u64, StoreError> {
    Ok(store.product(sku).await?.stock)
}

/// Tells what a product costs, in cents.
#[tool(kind = datastore, call_id = call_id, arguments(sku), result)]
async fn price(store: &Store, call_id: &str, sku: &str) -> Result<u64, StoreError> {
    Ok(store.product(sku).await?.cents)
}
