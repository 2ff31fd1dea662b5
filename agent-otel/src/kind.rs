//! The kinds of operations: what is fixed for all spans of one attribute.

use crate::semconv::span::{self, SpanType};
use crate::semconv::{self, event};

/// One kind of operation.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) span: &'static SpanType,
    pub(crate) role: Role,
    /// The provider where no other is named; empty where there is none.
    pub(crate) provider: &'static str,
    /// The attribute that `description = …` sets.
    pub(crate) description: &'static str,
    /// Name of the event of an exception that began here.
    pub(crate) exception: &'static str,
}

/// What an operation is to the agent above it, and which metrics count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Agent,
    RemoteAgent,
    CreateAgent,
    Workflow,
    Plan,
    Tool,
    Inference,
    Embeddings,
    Retrieval,
    FetchResponse,
    Memory,
    McpClient,
    McpServer,
}

impl Role {
    /// How many there are.
    pub(crate) const COUNT: usize = Role::McpServer as usize + 1;

    /// Either side of MCP, whose first word is a method.
    pub(crate) fn is_mcp(self) -> bool {
        matches!(self, Role::McpClient | Role::McpServer)
    }
}

macro_rules! kinds {
    ($($kind:ident: $span:ident, $role:ident, $provider:expr, $description:expr, $exception:expr;)*) => {$(
        pub(crate) static $kind: Kind = Kind {
            span: &span::$span,
            role: Role::$role,
            provider: $provider,
            description: $description,
            exception: $exception,
        };
    )*};
}

// The conventions name the exception of client operations; the others follow its pattern.
kinds! {
    AGENT: INVOKE_AGENT_INTERNAL, Agent, "", semconv::GEN_AI_AGENT_DESCRIPTION, "gen_ai.invoke_agent.exception";
    REMOTE_AGENT: INVOKE_AGENT_CLIENT, RemoteAgent, "", semconv::GEN_AI_AGENT_DESCRIPTION, event::CLIENT_OPERATION_EXCEPTION;
    A2A_CALL: INVOKE_AGENT_CLIENT, RemoteAgent, semconv::PROVIDER_A2A, semconv::GEN_AI_AGENT_DESCRIPTION, event::CLIENT_OPERATION_EXCEPTION;
    CREATE_AGENT: CREATE_AGENT, CreateAgent, "", semconv::GEN_AI_AGENT_DESCRIPTION, event::CLIENT_OPERATION_EXCEPTION;
    WORKFLOW: INVOKE_WORKFLOW, Workflow, "", "", "gen_ai.invoke_workflow.exception";
    PLAN: PLAN, Plan, "", "", "gen_ai.plan.exception";
    TOOL: EXECUTE_TOOL, Tool, "", semconv::GEN_AI_TOOL_DESCRIPTION, "gen_ai.execute_tool.exception";
    INFERENCE: INFERENCE, Inference, "", "", event::CLIENT_OPERATION_EXCEPTION;
    EMBEDDINGS: EMBEDDINGS, Embeddings, "", "", event::CLIENT_OPERATION_EXCEPTION;
    RETRIEVAL: RETRIEVAL, Retrieval, "", "", event::CLIENT_OPERATION_EXCEPTION;
    FETCH_RESPONSE: FETCH_RESPONSE, FetchResponse, "", "", event::CLIENT_OPERATION_EXCEPTION;
    MEMORY: MEMORY, Memory, "", "", event::CLIENT_OPERATION_EXCEPTION;
    MCP_CLIENT: MCP_CLIENT, McpClient, "", "", "mcp.client.operation.exception";
    MCP_SERVER: MCP_SERVER, McpServer, "", "", "mcp.server.operation.exception";
}
