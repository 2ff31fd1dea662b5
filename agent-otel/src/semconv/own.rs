//! Names that the conventions do not have yet: those of this crate begin with `agent_otel.`, those of the proposal for A2A
//! with `a2a.`.

/// `agent_otel.outcome` (string): how an operation ended when it neither returned nor failed; see [`outcome`].
pub const OUTCOME: &str = "agent_otel.outcome";

/// Values of [`OUTCOME`].
pub mod outcome {
    /// The future was dropped before it was complete.
    pub const CANCELLED: &str = "cancelled";
    /// The stream was dropped before its end, which the finish reasons of a model are, too.
    pub const ABANDONED: &str = "abandoned";
    /// The function panicked.
    pub const PANICKED: &str = "panicked";
}

/// `agent_otel.agent.inference_calls` (int): model calls in the agent's subtree, in this process.
pub const AGENT_INFERENCE_CALLS: &str = "agent_otel.agent.inference_calls";

/// `agent_otel.agent.tool_calls` (int): tool calls in the agent's subtree, in this process.
pub const AGENT_TOOL_CALLS: &str = "agent_otel.agent.tool_calls";

/// `a2a.method.name` (string): the operation of the protocol, whatever its binding calls it. Like all names below `a2a`,
/// from a proposal that is not part of the conventions yet.
pub const A2A_METHOD_NAME: &str = "a2a.method.name";

/// `a2a.protocol.version` (string): the version of A2A that is spoken.
pub const A2A_PROTOCOL_VERSION: &str = "a2a.protocol.version";

/// `a2a.message.id` (string): the message that a request contains.
pub const A2A_MESSAGE_ID: &str = "a2a.message.id";

/// `a2a.message.reference_task_ids` (string\[\]): the tasks that the message of a request refers to.
pub const A2A_MESSAGE_REFERENCE_TASK_IDS: &str = "a2a.message.reference_task_ids";

/// `a2a.task.id` (string): the task that a request or a response belongs to.
pub const A2A_TASK_ID: &str = "a2a.task.id";

/// `a2a.task.state` (string): the state of the task that a response or an event tells, as the protocol spells it.
pub const A2A_TASK_STATE: &str = "a2a.task.state";

/// `a2a.tenant` (string): the tenant that a request is routed to.
pub const A2A_TENANT: &str = "a2a.tenant";

/// `agent_otel.stream.chunks` (int): items that a stream has given.
pub const STREAM_CHUNKS: &str = "agent_otel.stream.chunks";

/// `agent_otel.stream.time_per_output_chunk` (double, seconds): from one chunk to the next, on average.
pub const STREAM_TIME_PER_OUTPUT_CHUNK: &str = "agent_otel.stream.time_per_output_chunk";

/// `agent_otel.retry`: event of an attempt that failed and is followed by another.
pub const RETRY_EVENT: &str = "agent_otel.retry";

/// `agent_otel.retry.attempt` (int): the attempt that failed, counted from 1.
pub const RETRY_ATTEMPT: &str = "agent_otel.retry.attempt";

/// `agent_otel.retry.reason` (string): why the attempt failed.
pub const RETRY_REASON: &str = "agent_otel.retry.reason";

/// `agent_otel.retry.delay` (double, seconds): how long the next attempt waits.
pub const RETRY_DELAY: &str = "agent_otel.retry.delay";

/// `agent_otel.retry.count` (int): attempts of this operation that were followed by another; of its last call, where it
/// makes several that are retried.
pub const RETRY_COUNT: &str = "agent_otel.retry.count";

/// `agent_otel.fallback`: event of a call that goes on with another model.
pub const FALLBACK_EVENT: &str = "agent_otel.fallback";

/// `agent_otel.fallback.from` (string): the model that is given up.
pub const FALLBACK_FROM: &str = "agent_otel.fallback.from";

/// `agent_otel.fallback.to` (string): the model that answers instead.
pub const FALLBACK_TO: &str = "agent_otel.fallback.to";

/// `agent_otel.content.truncated` (string\[\]): the content attributes of which only part is there.
pub const CONTENT_TRUNCATED: &str = "agent_otel.content.truncated";

/// `agent_otel.content.lost` (string): why content that was captured is not there; see [`lost`].
pub const CONTENT_LOST: &str = "agent_otel.content.lost";

/// Values of [`CONTENT_LOST`].
pub mod lost {
    /// A redactor panicked.
    pub const REDACTOR_PANICKED: &str = "redactor_panicked";
    /// A redactor took too long, or has not come back yet.
    pub const REDACTOR_HUNG: &str = "redactor_hung";
    /// More was to be redacted than could wait.
    pub const REDACTOR_QUEUE_FULL: &str = "redactor_queue_full";
    /// An upload hook panicked.
    pub const UPLOAD_PANICKED: &str = "upload_panicked";
    /// An upload hook took too long, or has not come back yet.
    pub const UPLOAD_HUNG: &str = "upload_hung";
    /// More was to be uploaded than could wait.
    pub const UPLOAD_QUEUE_FULL: &str = "upload_queue_full";
}

/// Member of an object in content (int): how many members, or bytes of data, were left out of it.
pub const CONTENT_LEFT_OUT: &str = "agent_otel.left_out";

/// Member of an object in a list (int): how many items of the list were left out after it.
pub const CONTENT_LEFT_OUT_AFTER: &str = "agent_otel.left_out_after";

/// Member of an object in a list (int): how many items of the list were left out before it.
pub const CONTENT_LEFT_OUT_BEFORE: &str = "agent_otel.left_out_before";

/// `gen_ai.input.messages_ref` (string): where the input messages were uploaded to. Not part of the conventions yet; the
/// name is that of the official Python library.
pub const GEN_AI_INPUT_MESSAGES_REF: &str = "gen_ai.input.messages_ref";

/// `gen_ai.output.messages_ref` (string): where the output messages were uploaded to, as above.
pub const GEN_AI_OUTPUT_MESSAGES_REF: &str = "gen_ai.output.messages_ref";

/// `gen_ai.system_instructions_ref` (string): where the system instructions were uploaded to, as above.
pub const GEN_AI_SYSTEM_INSTRUCTIONS_REF: &str = "gen_ai.system_instructions_ref";
