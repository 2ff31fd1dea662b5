//! The handle for what only the body knows.

use std::borrow::Cow;
use std::time::Duration;

use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Array, Context, Key, KeyValue, StringValue, Value};

use crate::usage::Usage;
use crate::value::ToAttribute;
use crate::{context, mcp, semconv};

/// The span that is current where this is called; see [`current`].
#[derive(Clone, Debug)]
pub struct Current(Context);

/// The current span, for what its function's signature does not tell.
///
/// Without a span, or with one that is not recorded, every method does nothing.
///
/// # Examples
///
/// ```
/// # fn choose(_: &str) -> &'static str { "cache" }
/// #[agent_otel::tool]
/// fn lookup(question: &str) -> String {
///     let source = choose(question);
///     agent_otel::current()
///         .attribute("app.source", source)
///         .event("app.source.chosen", [("app.candidates", 3)]);
///     format!("from {source}")
/// }
/// # lookup("?");
/// ```
pub fn current() -> Current {
    Current(context::current())
}

impl Current {
    /// Sets an attribute. The last value of a key counts, and it counts for more than what the return value tells.
    pub fn attribute(&self, key: impl Into<Key>, value: impl ToAttribute) -> &Self {
        if let Some(value) = value.to_attribute() {
            self.0.span().set_attribute(KeyValue::new(key, value));
        }
        self
    }

    /// Adds an event with attributes, stamped with the present time.
    pub fn event<K, V>(
        &self,
        name: impl Into<Cow<'static, str>>,
        attributes: impl IntoIterator<Item = (K, V)>,
    ) -> &Self
    where
        K: Into<Key>,
        V: Into<Value>,
    {
        let attributes = attributes
            .into_iter()
            .map(|(key, value)| KeyValue::new(key, value))
            .collect();
        self.0.span().add_event(name, attributes);
        self
    }

    /// Reports the token usage of a model call, for `#[llm_call(usage = manual)]`.
    ///
    /// What is reported here counts for more than what the return value tells.
    pub fn usage(&self, usage: Usage) -> &Self {
        let span = self.0.span();
        // One by one: the API drops several at once where the span is not recorded, and a call that is only measured, or
        // only counted, wants them.
        for attribute in usage.attributes() {
            span.set_attribute(attribute);
        }
        self
    }

    /// Reports `gen_ai.response.time_to_first_chunk`, where the function reads a stream to its end by itself.
    pub fn time_to_first_chunk(&self, since_request: Duration) -> &Self {
        self.set(
            semconv::GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK,
            since_request.as_secs_f64(),
        )
    }

    /// Reports `gen_ai.response.finish_reasons`, one a choice.
    pub fn finish_reasons(&self, reasons: impl ToAttribute<Vec<StringValue>>) -> &Self {
        match reasons.to_attribute() {
            Some(reasons) if !reasons.is_empty() => self.set(
                semconv::GEN_AI_RESPONSE_FINISH_REASONS,
                Value::Array(Array::String(reasons)),
            ),
            _ => self,
        }
    }

    /// Reports `rpc.response.status_code`: the code of an error of JSON-RPC, for `#[mcp_call]` on a function whose types do
    /// not tell it. It becomes the `error.type` of the failure, which is none where the caller is to blame and this side
    /// serves. Where codes differ from failure to failure, `_OTHER` stands for those that are too many.
    pub fn rpc_status_code(&self, code: impl ToAttribute<StringValue>) -> &Self {
        match code.to_attribute() {
            Some(code) => self.set(semconv::RPC_RESPONSE_STATUS_CODE, mcp::code(code.as_str())),
            None => self,
        }
    }

    fn set(&self, key: &'static str, value: impl Into<Value>) -> &Self {
        self.0.span().set_attribute(KeyValue::new(key, value));
        self
    }

    /// The OpenTelemetry context behind this handle, to hand to other libraries.
    pub fn context(&self) -> &Context {
        &self.0
    }
}

macro_rules! reports {
    ($($(#[$doc:meta])* $name:ident: $ty:ty => $key:ident;)*) => {
        /// What only the body knows of its operation, one method an attribute. An `Option` that is `None` reports nothing.
        impl Current {$(
            $(#[$doc])*
            pub fn $name(&self, value: impl ToAttribute<$ty>) -> &Self {
                match value.to_attribute() {
                    Some(value) => self.set(semconv::$key, value),
                    None => self,
                }
            }
        )*}
    };
}

reports! {
    /// Reports `gen_ai.response.model`: the model that answered.
    response_model: StringValue => GEN_AI_RESPONSE_MODEL;
    /// Reports `gen_ai.response.id`.
    response_id: StringValue => GEN_AI_RESPONSE_ID;
    /// Reports `gen_ai.response.status` of a response that was fetched
    /// ([known values](crate::semconv::value::response_status)).
    response_status: StringValue => GEN_AI_RESPONSE_STATUS;
    /// Reports `openai.response.service_tier`: the tier that was used.
    service_tier: StringValue => OPENAI_RESPONSE_SERVICE_TIER;
    /// Reports `openai.response.system_fingerprint`.
    system_fingerprint: StringValue => OPENAI_RESPONSE_SYSTEM_FINGERPRINT;
    /// Reports `gen_ai.conversation.id` of this operation alone, where the service has given it.
    conversation_id: StringValue => GEN_AI_CONVERSATION_ID;
    /// Reports `gen_ai.agent.id` of an agent behind a service, as of one that it has created.
    agent_id: StringValue => GEN_AI_AGENT_ID;
    /// Reports `gen_ai.agent.version` of an agent behind a service.
    agent_version: StringValue => GEN_AI_AGENT_VERSION;
    /// Reports `gen_ai.memory.record.id`, as of a record that was created.
    record_id: StringValue => GEN_AI_MEMORY_RECORD_ID;
    /// Reports `gen_ai.memory.record.count`: the records that a search has given, or that were to be written or deleted.
    record_count: i64 => GEN_AI_MEMORY_RECORD_COUNT;
    /// Reports `process.exit.code` of the command that a tool has run.
    exit_code: i64 => PROCESS_EXIT_CODE;
    /// Reports `a2a.task.id` of the task that the response is about.
    task_id: StringValue => A2A_TASK_ID;
    /// Reports `a2a.task.state`, as the protocol spells it: `TASK_STATE_COMPLETED`.
    task_state: StringValue => A2A_TASK_STATE;
    /// Reports `jsonrpc.request.id` of a request of MCP.
    mcp_request_id: StringValue => JSONRPC_REQUEST_ID;
    /// Reports `mcp.session.id`.
    mcp_session: StringValue => MCP_SESSION_ID;
    /// Reports `mcp.protocol.version`.
    mcp_protocol_version: StringValue => MCP_PROTOCOL_VERSION;
}

/// The id of the current trace in 32 lower-case hexadecimal digits, for audit rows and error pages.
///
/// `None` outside of any trace. It is there for traces that are not sampled, too.
///
/// # Examples
///
/// ```
/// assert_eq!(agent_otel::current_trace_id(), None);
/// ```
pub fn current_trace_id() -> Option<String> {
    context::map_current(|context| {
        let span = context.span();
        let span_context = span.span_context();
        span_context
            .is_valid()
            .then(|| span_context.trace_id().to_string())
    })
}
