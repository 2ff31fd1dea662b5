//! Agents: who they are, and what is asked of one elsewhere.

use super::{Describe, Text};
use crate::kind::Role;
use crate::semconv as key;
use crate::surroundings::Surroundings;
use crate::value::IntoAttribute;

impl Describe {
    /// `gen_ai.agent.id`.
    pub fn id(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_AGENT_ID, value)
    }

    /// `gen_ai.agent.version`.
    pub fn version(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_AGENT_VERSION, value)
    }

    /// `gen_ai.conversation.id` of an A2A call, whose word for it is context.
    pub fn context_id(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_CONVERSATION_ID, value)
    }

    /// `a2a.message.id`.
    pub fn message_id(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::A2A_MESSAGE_ID, value)
    }

    /// `a2a.task.id`.
    pub fn task_id(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::A2A_TASK_ID, value)
    }

    /// `a2a.tenant`.
    pub fn tenant(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::A2A_TENANT, value)
    }

    /// `gen_ai.agent.name` of the agent that is called or that plans, or of the one that runs a tool.
    pub fn agent(&mut self, name: impl IntoAttribute<Text>) -> &mut Self {
        self.target_or_set(key::GEN_AI_AGENT_NAME, name)
    }

    /// `a2a.message.reference_task_ids`.
    pub fn reference_task_ids(&mut self, ids: impl IntoAttribute<Vec<Text>>) -> &mut Self {
        self.list(key::A2A_MESSAGE_REFERENCE_TASK_IDS, ids)
    }

    /// `mcp.method.name`, with which the span's name begins, or `a2a.method.name`.
    pub fn method(&mut self, method: impl IntoAttribute<Text>) -> &mut Self {
        if !self.kind.role.is_mcp() {
            return self.set(key::A2A_METHOD_NAME, method);
        }
        if let Some(method) = method.into_attribute() {
            self.name = method.as_str().to_owned().into();
            self.begins_with(method);
        }
        self
    }

    /// `mcp.protocol.version` or `a2a.protocol.version`.
    pub fn protocol_version(&mut self, version: impl IntoAttribute<Text>) -> &mut Self {
        let key = if self.kind.role.is_mcp() {
            key::MCP_PROTOCOL_VERSION
        } else {
            key::A2A_PROTOCOL_VERSION
        };
        self.set(key, version)
    }

    /// The agent nearest above, where no other was named: it runs the tool, or it plans.
    pub(crate) fn name_agent(&mut self, around: Option<&Surroundings>) {
        if !matches!(self.kind.role, Role::Tool | Role::Plan) {
            return;
        }
        let agent = around.and_then(|around| around.agent.as_ref());
        let Some(name) = agent.and_then(|agent| agent.name()) else {
            return;
        };
        if self.get(key::GEN_AI_AGENT_NAME).is_none() {
            self.target_or_set(key::GEN_AI_AGENT_NAME, name);
        }
    }
}
