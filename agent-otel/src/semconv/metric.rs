//! Metrics of the GenAI and MCP conventions: name, unit, instrument and advised bucket boundaries.
//!
//! Two columns: the name in the newest conventions, and the one in v1.41.1, the last release with GenAI content in the
//! core repository, which dashboards and the libraries of other languages still use; see [`Version`].

use super::version::Version;

/// What records the metric.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Instrument {
    /// A histogram of `f64` with these boundaries.
    Seconds(&'static [f64]),
    /// A histogram of `u64` with these boundaries.
    Counts(&'static [f64]),
    /// A monotonic counter of `u64`.
    Counter,
}

/// One metric of the conventions.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Metric {
    /// Its name in the newest conventions.
    pub name: &'static str,
    /// Its name in v1.41.1; `None` where that version counts by another metric already.
    pub name_1_41: Option<&'static str>,
    /// UCUM unit.
    pub unit: &'static str,
    /// What it measures.
    pub description: &'static str,
    /// What records it.
    pub instrument: Instrument,
    /// Value of `gen_ai.token.type` by which v1.41.1 tells two metrics of one name apart.
    pub token_type_1_41: Option<&'static str>,
}

impl Metric {
    /// The name in `version`; `None` where the version has no such metric.
    pub const fn name_in(&self, version: Version) -> Option<&'static str> {
        match version {
            Version::Newest => Some(self.name),
            Version::V1_41 => self.name_1_41,
        }
    }
}

/// Advised bucket boundaries.
pub mod buckets {
    /// Boundaries for durations of model calls, tools and other operations, in seconds.
    pub const OPERATION: &[f64] = &[
        0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
    ];
    /// Boundaries for durations of agents, in seconds.
    pub const AGENT: &[f64] = &[
        0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6,
    ];
    /// Boundaries for durations of workflows, in seconds.
    pub const WORKFLOW: &[f64] = &[
        1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0,
    ];
    /// Boundaries for token counts of one operation.
    pub const TOKEN: &[f64] = &[
        1.0,
        4.0,
        16.0,
        64.0,
        256.0,
        1024.0,
        4096.0,
        16_384.0,
        65_536.0,
        262_144.0,
        1_048_576.0,
        4_194_304.0,
        16_777_216.0,
        67_108_864.0,
    ];
    /// Boundaries for calls of one agent run.
    pub const CALLS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];
    /// Boundaries for time per output token of a model server, in seconds.
    pub const PER_TOKEN: &[f64] = &[
        0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5,
    ];
    /// Boundaries for time to the first token of a model server, in seconds.
    pub const FIRST_TOKEN: &[f64] = &[
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
    ];
    /// Boundaries for durations of MCP operations and sessions, in seconds.
    pub const MCP: &[f64] = &[
        0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0,
    ];
}

/// `gen_ai.client.inference.duration` (`s`): duration of a model call, from the request to the full response. In v1.41.1 `gen_ai.client.operation.duration`.
pub const GEN_AI_CLIENT_INFERENCE_DURATION: Metric = Metric {
    name: "gen_ai.client.inference.duration",
    name_1_41: Some("gen_ai.client.operation.duration"),
    unit: "s",
    description: "Duration of a model call, from the request to the full response.",
    instrument: Instrument::Seconds(buckets::OPERATION),
    token_type_1_41: None,
};

/// `gen_ai.client.inference.time_to_first_chunk` (`s`): from the request to the first chunk of a streamed response. In v1.41.1 `gen_ai.client.operation.time_to_first_chunk`.
pub const GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK: Metric = Metric {
    name: "gen_ai.client.inference.time_to_first_chunk",
    name_1_41: Some("gen_ai.client.operation.time_to_first_chunk"),
    unit: "s",
    description: "From the request to the first chunk of a streamed response.",
    instrument: Instrument::Seconds(buckets::OPERATION),
    token_type_1_41: None,
};

/// `gen_ai.client.inference.time_per_output_chunk` (`s`): from one chunk of a streamed response to the next. In v1.41.1 `gen_ai.client.operation.time_per_output_chunk`.
pub const GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK: Metric = Metric {
    name: "gen_ai.client.inference.time_per_output_chunk",
    name_1_41: Some("gen_ai.client.operation.time_per_output_chunk"),
    unit: "s",
    description: "From one chunk of a streamed response to the next.",
    instrument: Instrument::Seconds(buckets::OPERATION),
    token_type_1_41: None,
};

/// `gen_ai.client.inference.operation.input_tokens` (`{token}`): input tokens of one model call. In v1.41.1 `gen_ai.client.token.usage` with `gen_ai.token.type` = `input`.
pub const GEN_AI_CLIENT_INFERENCE_OPERATION_INPUT_TOKENS: Metric = Metric {
    name: "gen_ai.client.inference.operation.input_tokens",
    name_1_41: Some("gen_ai.client.token.usage"),
    unit: "{token}",
    description: "Input tokens of one model call.",
    instrument: Instrument::Counts(buckets::TOKEN),
    token_type_1_41: Some("input"),
};

/// `gen_ai.client.inference.operation.output_tokens` (`{token}`): output tokens of one model call. In v1.41.1 `gen_ai.client.token.usage` with `gen_ai.token.type` = `output`.
pub const GEN_AI_CLIENT_INFERENCE_OPERATION_OUTPUT_TOKENS: Metric = Metric {
    name: "gen_ai.client.inference.operation.output_tokens",
    name_1_41: Some("gen_ai.client.token.usage"),
    unit: "{token}",
    description: "Output tokens of one model call.",
    instrument: Instrument::Counts(buckets::TOKEN),
    token_type_1_41: Some("output"),
};

/// `gen_ai.client.inference.usage.input_tokens` (`{token}`): input tokens used, cached ones included. Not in v1.41.1, which has `gen_ai.client.token.usage` alone.
pub const GEN_AI_CLIENT_INFERENCE_USAGE_INPUT_TOKENS: Metric = Metric {
    name: "gen_ai.client.inference.usage.input_tokens",
    name_1_41: None,
    unit: "{token}",
    description: "Input tokens used, cached ones included.",
    instrument: Instrument::Counter,
    token_type_1_41: None,
};

/// `gen_ai.client.inference.usage.output_tokens` (`{token}`): output tokens used, reasoning included. Not in v1.41.1, which has `gen_ai.client.token.usage` alone.
pub const GEN_AI_CLIENT_INFERENCE_USAGE_OUTPUT_TOKENS: Metric = Metric {
    name: "gen_ai.client.inference.usage.output_tokens",
    name_1_41: None,
    unit: "{token}",
    description: "Output tokens used, reasoning included.",
    instrument: Instrument::Counter,
    token_type_1_41: None,
};

/// `gen_ai.client.inference.usage.cache_read.input_tokens` (`{token}`): input tokens served from a cache of the provider. Not in v1.41.1, which has `gen_ai.client.token.usage` alone.
pub const GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_READ_INPUT_TOKENS: Metric = Metric {
    name: "gen_ai.client.inference.usage.cache_read.input_tokens",
    name_1_41: None,
    unit: "{token}",
    description: "Input tokens served from a cache of the provider.",
    instrument: Instrument::Counter,
    token_type_1_41: None,
};

/// `gen_ai.client.inference.usage.cache_write.input_tokens` (`{token}`): input tokens written to a cache of the provider. Not in v1.41.1, which has `gen_ai.client.token.usage` alone.
pub const GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_WRITE_INPUT_TOKENS: Metric = Metric {
    name: "gen_ai.client.inference.usage.cache_write.input_tokens",
    name_1_41: None,
    unit: "{token}",
    description: "Input tokens written to a cache of the provider.",
    instrument: Instrument::Counter,
    token_type_1_41: None,
};

/// `gen_ai.client.inference.usage.reasoning.output_tokens` (`{token}`): output tokens used for reasoning. Not in v1.41.1, which has `gen_ai.client.token.usage` alone.
pub const GEN_AI_CLIENT_INFERENCE_USAGE_REASONING_OUTPUT_TOKENS: Metric = Metric {
    name: "gen_ai.client.inference.usage.reasoning.output_tokens",
    name_1_41: None,
    unit: "{token}",
    description: "Output tokens used for reasoning.",
    instrument: Instrument::Counter,
    token_type_1_41: None,
};

/// `gen_ai.client.operation.duration` (`s`): duration of an operation that is no model call.
pub const GEN_AI_CLIENT_OPERATION_DURATION: Metric = Metric {
    name: "gen_ai.client.operation.duration",
    name_1_41: Some("gen_ai.client.operation.duration"),
    unit: "s",
    description: "Duration of an operation that is no model call.",
    instrument: Instrument::Seconds(buckets::OPERATION),
    token_type_1_41: None,
};

/// `gen_ai.execute_tool.duration` (`s`): duration of a tool.
pub const GEN_AI_EXECUTE_TOOL_DURATION: Metric = Metric {
    name: "gen_ai.execute_tool.duration",
    name_1_41: Some("gen_ai.execute_tool.duration"),
    unit: "s",
    description: "Duration of a tool.",
    instrument: Instrument::Seconds(buckets::OPERATION),
    token_type_1_41: None,
};

/// `gen_ai.invoke_agent.duration` (`s`): duration of an agent in this process.
pub const GEN_AI_INVOKE_AGENT_DURATION: Metric = Metric {
    name: "gen_ai.invoke_agent.duration",
    name_1_41: Some("gen_ai.invoke_agent.duration"),
    unit: "s",
    description: "Duration of an agent in this process.",
    instrument: Instrument::Seconds(buckets::AGENT),
    token_type_1_41: None,
};

/// `gen_ai.invoke_agent.inference_calls` (`{inference_call}`): model calls that one run of an agent issued itself.
pub const GEN_AI_INVOKE_AGENT_INFERENCE_CALLS: Metric = Metric {
    name: "gen_ai.invoke_agent.inference_calls",
    name_1_41: Some("gen_ai.invoke_agent.inference_calls"),
    unit: "{inference_call}",
    description: "Model calls that one run of an agent issued itself.",
    instrument: Instrument::Counts(buckets::CALLS),
    token_type_1_41: None,
};

/// `gen_ai.invoke_agent.tool_calls` (`{tool_call}`): tool calls that one run of an agent issued itself.
pub const GEN_AI_INVOKE_AGENT_TOOL_CALLS: Metric = Metric {
    name: "gen_ai.invoke_agent.tool_calls",
    name_1_41: Some("gen_ai.invoke_agent.tool_calls"),
    unit: "{tool_call}",
    description: "Tool calls that one run of an agent issued itself.",
    instrument: Instrument::Counts(buckets::CALLS),
    token_type_1_41: None,
};

/// `gen_ai.invoke_workflow.duration` (`s`): duration of a workflow.
pub const GEN_AI_INVOKE_WORKFLOW_DURATION: Metric = Metric {
    name: "gen_ai.invoke_workflow.duration",
    name_1_41: Some("gen_ai.invoke_workflow.duration"),
    unit: "s",
    description: "Duration of a workflow.",
    instrument: Instrument::Seconds(buckets::WORKFLOW),
    token_type_1_41: None,
};

/// `gen_ai.server.request.duration` (`s`): duration of a request, to the last byte or output token, as a model server sees it.
pub const GEN_AI_SERVER_REQUEST_DURATION: Metric = Metric {
    name: "gen_ai.server.request.duration",
    name_1_41: Some("gen_ai.server.request.duration"),
    unit: "s",
    description: "Duration of a request, to the last byte or output token, as a model server sees it.",
    instrument: Instrument::Seconds(buckets::OPERATION),
    token_type_1_41: None,
};

/// `gen_ai.server.time_to_first_token` (`s`): time to the first token of a successful response, as a model server sees it.
pub const GEN_AI_SERVER_TIME_TO_FIRST_TOKEN: Metric = Metric {
    name: "gen_ai.server.time_to_first_token",
    name_1_41: Some("gen_ai.server.time_to_first_token"),
    unit: "s",
    description: "Time to the first token of a successful response, as a model server sees it.",
    instrument: Instrument::Seconds(buckets::FIRST_TOKEN),
    token_type_1_41: None,
};

/// `gen_ai.server.time_per_output_token` (`s`): time per output token after the first of a successful response, as a model server sees it.
pub const GEN_AI_SERVER_TIME_PER_OUTPUT_TOKEN: Metric = Metric {
    name: "gen_ai.server.time_per_output_token",
    name_1_41: Some("gen_ai.server.time_per_output_token"),
    unit: "s",
    description: "Time per output token after the first of a successful response, as a model server sees it.",
    instrument: Instrument::Seconds(buckets::PER_TOKEN),
    token_type_1_41: None,
};

/// `mcp.client.operation.duration` (`s`): duration of an MCP request or notification as its sender sees it.
pub const MCP_CLIENT_OPERATION_DURATION: Metric = Metric {
    name: "mcp.client.operation.duration",
    name_1_41: Some("mcp.client.operation.duration"),
    unit: "s",
    description: "Duration of an MCP request or notification as its sender sees it.",
    instrument: Instrument::Seconds(buckets::MCP),
    token_type_1_41: None,
};

/// `mcp.server.operation.duration` (`s`): duration of an MCP request or notification as its receiver sees it.
pub const MCP_SERVER_OPERATION_DURATION: Metric = Metric {
    name: "mcp.server.operation.duration",
    name_1_41: Some("mcp.server.operation.duration"),
    unit: "s",
    description: "Duration of an MCP request or notification as its receiver sees it.",
    instrument: Instrument::Seconds(buckets::MCP),
    token_type_1_41: None,
};

/// `mcp.client.session.duration` (`s`): duration of an MCP session as the client sees it.
pub const MCP_CLIENT_SESSION_DURATION: Metric = Metric {
    name: "mcp.client.session.duration",
    name_1_41: Some("mcp.client.session.duration"),
    unit: "s",
    description: "Duration of an MCP session as the client sees it.",
    instrument: Instrument::Seconds(buckets::MCP),
    token_type_1_41: None,
};

/// `mcp.server.session.duration` (`s`): duration of an MCP session as the server sees it.
pub const MCP_SERVER_SESSION_DURATION: Metric = Metric {
    name: "mcp.server.session.duration",
    name_1_41: Some("mcp.server.session.duration"),
    unit: "s",
    description: "Duration of an MCP session as the server sees it.",
    instrument: Instrument::Seconds(buckets::MCP),
    token_type_1_41: None,
};

/// All of them.
pub const ALL: &[&Metric] = &[
    &GEN_AI_CLIENT_INFERENCE_DURATION,
    &GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK,
    &GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK,
    &GEN_AI_CLIENT_INFERENCE_OPERATION_INPUT_TOKENS,
    &GEN_AI_CLIENT_INFERENCE_OPERATION_OUTPUT_TOKENS,
    &GEN_AI_CLIENT_INFERENCE_USAGE_INPUT_TOKENS,
    &GEN_AI_CLIENT_INFERENCE_USAGE_OUTPUT_TOKENS,
    &GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_READ_INPUT_TOKENS,
    &GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_WRITE_INPUT_TOKENS,
    &GEN_AI_CLIENT_INFERENCE_USAGE_REASONING_OUTPUT_TOKENS,
    &GEN_AI_CLIENT_OPERATION_DURATION,
    &GEN_AI_EXECUTE_TOOL_DURATION,
    &GEN_AI_INVOKE_AGENT_DURATION,
    &GEN_AI_INVOKE_AGENT_INFERENCE_CALLS,
    &GEN_AI_INVOKE_AGENT_TOOL_CALLS,
    &GEN_AI_INVOKE_WORKFLOW_DURATION,
    &GEN_AI_SERVER_REQUEST_DURATION,
    &GEN_AI_SERVER_TIME_TO_FIRST_TOKEN,
    &GEN_AI_SERVER_TIME_PER_OUTPUT_TOKEN,
    &MCP_CLIENT_OPERATION_DURATION,
    &MCP_SERVER_OPERATION_DURATION,
    &MCP_CLIENT_SESSION_DURATION,
    &MCP_SERVER_SESSION_DURATION,
];
