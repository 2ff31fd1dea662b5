//! The agent that customers talk to. It knows nothing itself: its tools are the other agents.

use std::time::Duration;

use ::a2a::{A2AError, AgentInterface, TRANSPORT_PROTOCOL_JSONRPC as JSON_RPC};
use a2a_client::ServiceParams;
use agent_otel::agent;
use async_openai::types::chat::ChatCompletionTools;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    a2a::{self, Agent, RemoteAgent},
    agent::{self, AgentError, Model, ToolCall, ToolError, Tools},
    args::{Faults, Service},
};

const INSTRUCTIONS: &str = "You answer the customers of a shop for kitchenware. Hand every part of \
    a question to the agent that knows about it, and put their answers together. Customers do not \
    know SKUs: find out the name of the product. Be brief.";

/// An agent that needs longer than this has failed.
const LIMIT: Duration = Duration::from_secs(45);

const NOBODY: &str = "http://127.0.0.1:1";

pub(crate) struct Orchestrator {
    model: Model,
    team: Vec<RemoteAgent>,
    faults: Faults,
}

impl Orchestrator {
    /// Meets the agents at `urls`: what each can do, its card tells.
    pub(crate) async fn new(
        model: Model,
        urls: &[String],
        faults: Faults,
    ) -> Result<Self, A2AError> {
        let http = a2a::http_client(LIMIT)?;
        let mut team = Vec::new();
        for url in urls {
            let mut card = a2a::discover(&http, url).await?;
            if faults.fails(&card.name) {
                // As if it had stopped since then: nobody listens at this address.
                card.supported_interfaces = vec![AgentInterface::new(NOBODY, JSON_RPC)];
            }
            team.push(RemoteAgent::new(&http, card).await?);
        }
        Ok(Self {
            model,
            team,
            faults,
        })
    }
}

impl Agent for Orchestrator {
    const DESCRIPTION: &str = "Answers the customers of the shop.";

    /// Answers a customer's question.
    #[agent(
        name = "orchestrator",
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
        tokio::time::sleep(self.faults.delay(Service::Orchestrator)).await;
        let team = Team {
            agents: &self.team,
            conversation,
        };
        agent::run(&self.model, INSTRUCTIONS, question, &team).await
    }
}

/// The other agents, as tools for one conversation.
struct Team<'a> {
    agents: &'a [RemoteAgent],
    conversation: &'a str,
}

/// `order-management` is asked with the tool `ask_order_management`.
fn tool_name(agent: &RemoteAgent) -> String {
    format!("ask_{}", agent.card.name.replace('-', "_"))
}

impl Tools for Team<'_> {
    fn definitions(&self) -> Vec<ChatCompletionTools> {
        let question =
            json!({ "question": { "type": "string", "description": "in plain English" } });
        let tool = |agent: &RemoteAgent| {
            agent::tool(&tool_name(agent), &agent.card.description, &question)
        };
        self.agents.iter().map(tool).collect()
    }

    async fn call(&self, call: &ToolCall) -> Result<Value, ToolError> {
        #[derive(Deserialize)]
        struct Question {
            question: String,
        }

        let mut agents = self.agents.iter();
        let agent = agents.find(|agent| tool_name(agent) == call.function.name);
        let agent = agent.ok_or_else(|| agent::no_such_tool(call))?;
        let Question { question } = agent::arguments(call)?;
        agent::found(agent.ask(Some(self.conversation), &question).await?)
    }
}
