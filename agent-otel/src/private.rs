//! What generated code may name. Nothing here is for people: it changes with the attributes, version by version.

pub use crate::form::{Held, Opaque, OpaqueResult};
pub use crate::outcome::{diverges, returned};

use crate::chunk::LlmChunk;
use crate::form::HoldsStream;
use crate::operation::{Kind, Role};
use crate::response::{LlmResponse, Response};
use crate::semconv;
use crate::start::Start;
use crate::usage::Usage;
use crate::value::ToAttribute;
use opentelemetry::StringValue;
use opentelemetry::trace::SpanKind;

/// Begins `#[agent]`.
pub fn agent(name: &'static str) -> Start {
    static AGENT: Kind = Kind {
        operation: semconv::value::operation::INVOKE_AGENT,
        target: semconv::GEN_AI_AGENT_NAME,
        span_kind: SpanKind::Internal,
        role: Role::Agent,
    };
    Start::new(&AGENT, name)
}

/// Begins `#[tool]`.
pub fn tool(name: &'static str) -> Start {
    static TOOL: Kind = Kind {
        operation: semconv::value::operation::EXECUTE_TOOL,
        target: semconv::GEN_AI_TOOL_NAME,
        span_kind: SpanKind::Internal,
        role: Role::Tool,
    };
    Start::new(&TOOL, name)
}

/// Begins `#[llm_call]`.
pub fn llm_call(name: &'static str) -> Start {
    static LLM_CALL: Kind = Kind {
        operation: semconv::value::operation::CHAT,
        target: semconv::GEN_AI_REQUEST_MODEL,
        span_kind: SpanKind::Client,
        role: Role::Inference,
    };
    Start::new(&LLM_CALL, name)
}

/// Begins `#[a2a_call]`.
pub fn a2a_call(name: &'static str) -> Start {
    static A2A_CALL: Kind = Kind {
        operation: semconv::value::operation::INVOKE_AGENT,
        target: semconv::GEN_AI_AGENT_NAME,
        span_kind: SpanKind::Client,
        role: Role::RemoteAgent,
    };
    Start::new(&A2A_CALL, name)
}

/// Pins the type of an `async` block to the declared return type. Stands behind `if false` and is never called.
pub fn never<T>() -> T {
    unreachable!("stands behind `if false`")
}

/// As [`never`], and demands that the type tells its token usage (`#[llm_call]`).
pub fn response<T: LlmResponse>() -> T {
    unreachable!("stands behind `if false`")
}

/// Demands that the items of a stream tell their token usage (`#[llm_call]`). Named, and never called.
pub fn chunk<C: LlmChunk>() {}

/// As [`chunk`], for the items of what holds a stream.
pub fn chunks<H: HoldsStream<Item: LlmChunk>>() {}

/// Reads one field of a derived `LlmResponse`.
pub fn read<T>(field: &(impl ToAttribute<T> + ?Sized)) -> Option<T> {
    field.to_attribute()
}

/// What `#[derive(LlmResponse)]` does with each mark.
macro_rules! tell {
    ($($tell:ident($value:ident: $ty:ty) |$told:ident| $do:expr;)*) => {$(
        /// Tells one field of a derived `LlmResponse`.
        pub fn $tell($told: &mut Response, $value: Option<$ty>) {
            if let Some($value) = $value {
                $do;
            }
        }
    )*};
}

tell! {
    tell_id(id: StringValue) |told| told.id(id);
    tell_model(model: StringValue) |told| told.model(model);
    tell_finish_reason(reason: StringValue) |told| told.finish_reason(reason);
    tell_status(status: StringValue) |told| told.status(status);
    tell_dimension_count(count: i64) |told| if let Ok(count) = usize::try_from(count) {
        told.dimension_count(count);
    };
    tell_compacted(compacted: bool) |told| told.compacted(compacted);
    tell_openai_api_type(api: StringValue) |told| told.openai_api_type(api);
    tell_openai_service_tier(tier: StringValue) |told| told.openai_service_tier(tier);
    tell_openai_system_fingerprint(fingerprint: StringValue) |told| told.openai_system_fingerprint(fingerprint);
}

/// What `#[derive(LlmResponse)]` does with the counts of tokens, which have their names in [`Usage`].
macro_rules! tell_counts {
    ($($tell:ident => $count:ident),* $(,)?) => {$(
        /// Tells one count of a derived `LlmResponse`.
        pub fn $tell(told: &mut Response, tokens: Option<i64>) {
            told.usage(Usage { $count: tokens.and_then(unsigned), ..Usage::default() });
        }
    )*};
}

tell_counts! {
    tell_input_tokens => input_tokens,
    tell_output_tokens => output_tokens,
    tell_cache_read_input_tokens => cache_read_input_tokens,
    tell_cache_write_input_tokens => cache_write_input_tokens,
    tell_reasoning_output_tokens => reasoning_output_tokens,
    tell_text_input_tokens => text_input_tokens,
    tell_text_output_tokens => text_output_tokens,
    tell_text_cache_read_input_tokens => text_cache_read_input_tokens,
    tell_image_input_tokens => image_input_tokens,
    tell_image_output_tokens => image_output_tokens,
    tell_image_cache_read_input_tokens => image_cache_read_input_tokens,
    tell_audio_input_tokens => audio_input_tokens,
    tell_audio_output_tokens => audio_output_tokens,
    tell_audio_cache_read_input_tokens => audio_cache_read_input_tokens,
}

/// A negative count is no count, and neither is the most that an attribute holds, which stands for all above it.
fn unsigned(tokens: i64) -> Option<u64> {
    u64::try_from(tokens).ok().filter(|_| tokens < i64::MAX)
}
