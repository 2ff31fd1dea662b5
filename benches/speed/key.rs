//! The keys that every variant writes, in the words of the conventions.

pub(crate) const OPERATION: &str = "gen_ai.operation.name";
pub(crate) const PROVIDER: &str = "gen_ai.provider.name";
pub(crate) const MODEL: &str = "gen_ai.request.model";
pub(crate) const MAX_TOKENS: &str = "gen_ai.request.max_tokens";
pub(crate) const STREAM: &str = "gen_ai.request.stream";
pub(crate) const INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
pub(crate) const OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
pub(crate) const FIRST_CHUNK: &str = "gen_ai.response.time_to_first_chunk";
pub(crate) const CHUNKS: &str = "agent_otel.stream.chunks";
pub(crate) const BETWEEN_CHUNKS: &str = "agent_otel.stream.time_per_output_chunk";
pub(crate) const TOOL_NAME: &str = "gen_ai.tool.name";
pub(crate) const TOOL_TYPE: &str = "gen_ai.tool.type";
pub(crate) const TOOL_CALL_ID: &str = "gen_ai.tool.call.id";
pub(crate) const AGENT_NAME: &str = "gen_ai.agent.name";
pub(crate) const MODEL_CALLS: &str = "agent_otel.agent.inference_calls";
pub(crate) const TOOL_CALLS: &str = "agent_otel.agent.tool_calls";
pub(crate) const ERROR_TYPE: &str = "error.type";
