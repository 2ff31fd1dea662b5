//! Span types of the conventions: kind, and the rule for the name.
//!
//! A name is the operation and a target, `chat gpt-4o-mini`, or the operation alone where the target is not known. Both
//! are of low cardinality.

use opentelemetry::trace::SpanKind;

use super::{
    GEN_AI_AGENT_NAME, GEN_AI_DATA_SOURCE_ID, GEN_AI_OPERATION_NAME, GEN_AI_REQUEST_MODEL,
    GEN_AI_TOOL_NAME, GEN_AI_WORKFLOW_NAME, MCP_METHOD_NAME,
};

/// One span type.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SpanType {
    /// Its id in the conventions, which is not exported.
    pub id: &'static str,
    /// The kind of its spans.
    pub kind: SpanKind,
    /// The attribute whose value is the first word of the name.
    pub operation: &'static str,
    /// The attribute whose value is the rest of the name; empty where the operation is the whole name.
    pub target: &'static str,
}

macro_rules! span_types {
    ($($(#[$doc:meta])* $constant:ident: $id:literal, $kind:ident, $operation:expr, $target:expr;)*) => {
        $($(#[$doc])* pub static $constant: SpanType = SpanType {
            id: $id,
            kind: SpanKind::$kind,
            operation: $operation,
            target: $target,
        };)*

        /// All of them.
        pub static ALL: &[&SpanType] = &[$(&$constant),*];
    };
}

span_types! {
    /// `{gen_ai.operation.name} {gen_ai.request.model}`, client: a model generates a response.
    INFERENCE: "gen_ai.client.inference", Client, GEN_AI_OPERATION_NAME, GEN_AI_REQUEST_MODEL;
    /// `{gen_ai.operation.name} {gen_ai.request.model}`, client: a model makes embeddings.
    EMBEDDINGS: "gen_ai.embeddings.client", Client, GEN_AI_OPERATION_NAME, GEN_AI_REQUEST_MODEL;
    /// `{gen_ai.operation.name} {gen_ai.data_source.id}`, client: context from a vector store or a search system.
    RETRIEVAL: "gen_ai.retrieval.client", Client, GEN_AI_OPERATION_NAME, GEN_AI_DATA_SOURCE_ID;
    /// `{gen_ai.operation.name}`, client: an earlier response is read by its id.
    FETCH_RESPONSE: "gen_ai.fetch_response.client", Client, GEN_AI_OPERATION_NAME, "";
    /// `{gen_ai.operation.name}`, client: records of a memory, or the store of them.
    MEMORY: "gen_ai.memory.client", Client, GEN_AI_OPERATION_NAME, "";
    /// `create_agent {gen_ai.agent.name}`, client.
    CREATE_AGENT: "gen_ai.create_agent.client", Client, GEN_AI_OPERATION_NAME, GEN_AI_AGENT_NAME;
    /// `invoke_agent {gen_ai.agent.name}`, client: an agent behind a remote service.
    INVOKE_AGENT_CLIENT: "gen_ai.invoke_agent.client", Client, GEN_AI_OPERATION_NAME, GEN_AI_AGENT_NAME;
    /// `invoke_agent {gen_ai.agent.name}`, internal: an agent in this process.
    INVOKE_AGENT_INTERNAL: "gen_ai.invoke_agent.internal", Internal, GEN_AI_OPERATION_NAME, GEN_AI_AGENT_NAME;
    /// `invoke_workflow {gen_ai.workflow.name}`, internal: several agents or model calls under one hand.
    INVOKE_WORKFLOW: "gen_ai.invoke_workflow.internal", Internal, GEN_AI_OPERATION_NAME, GEN_AI_WORKFLOW_NAME;
    /// `plan {gen_ai.agent.name}`, internal: a task is taken apart before it is carried out.
    PLAN: "gen_ai.plan.internal", Internal, GEN_AI_OPERATION_NAME, GEN_AI_AGENT_NAME;
    /// `execute_tool {gen_ai.tool.name}`, internal.
    EXECUTE_TOOL: "gen_ai.execute_tool.internal", Internal, GEN_AI_OPERATION_NAME, GEN_AI_TOOL_NAME;
    /// `{mcp.method.name} {gen_ai.tool.name}`, or `{gen_ai.prompt.name}` for a prompt, client: whoever sends an MCP request
    /// or notification.
    MCP_CLIENT: "mcp.client", Client, MCP_METHOD_NAME, GEN_AI_TOOL_NAME;
    /// `{mcp.method.name} {gen_ai.tool.name}`, or `{gen_ai.prompt.name}` for a prompt, server: whoever receives it.
    MCP_SERVER: "mcp.server", Server, MCP_METHOD_NAME, GEN_AI_TOOL_NAME;
}
