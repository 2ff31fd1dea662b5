//! What generated code may name. Nothing here is for people: it changes with the attributes, version by version.

pub use crate::error_type::cause;
pub use crate::form::{Held, Opaque, OpaqueResult};
pub use crate::returned::{ReadChunk, ReadOutcome, ReadResponse, diverges, returned};
pub use crate::run::{end, run};
#[cfg(feature = "sdk")]
pub use crate::span::direct::Destination;
pub use crate::told::{replied, told};
pub use agent_otel_macros::tool_unless_traced;

use crate::chunk::LlmChunk;
use crate::content;
use crate::describe::Name;
use crate::form::HoldsStream;
use crate::kind;
use crate::llm_response::LlmResponse;
use crate::named::Named;
#[cfg(feature = "sdk")]
use crate::providers::Providers;
use crate::response::Response;
#[cfg(feature = "sdk")]
use crate::span::direct::DirectTracer;
use crate::usage::Count;
use crate::value::ToAttribute;
use opentelemetry::StringValue;
#[cfg(feature = "sdk")]
use std::sync::Arc;

/// Does what `OTEL_SDK_DISABLED=true` does, for benchmarks, which are without `init`.
#[cfg(feature = "sdk")]
pub fn disable() {
    crate::provider::disable();
}

/// Spans go to `destination`, sampled as by default, as `init` has it, for benchmarks, which are without it.
#[cfg(feature = "sdk")]
pub fn record(destination: impl Destination + 'static) {
    let tracer = DirectTracer::new(Box::new(destination));
    Providers::new().direct(Arc::new(tracer)).install();
}

/// One constructor an attribute.
macro_rules! begins {
    ($($(#[$doc:meta])* $attribute:ident => $kind:ident;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $attribute(name: &'static Name) -> Named {
            Named::new(&kind::$kind, name)
        }
    )*};
}

begins! {
    /// Begins `#[agent]`.
    agent => AGENT;
    /// Begins `#[tool]`.
    tool => TOOL;
    /// Begins `#[llm_call]`.
    llm_call => INFERENCE;
    /// Begins `#[a2a_call]`.
    a2a_call => A2A_CALL;
    /// Begins `#[agent(provider = …)]`.
    remote_agent => REMOTE_AGENT;
    /// Begins `#[agent(operation = "create_agent")]`.
    create_agent => CREATE_AGENT;
    /// Begins `#[workflow]`.
    workflow => WORKFLOW;
    /// Begins `#[plan]`.
    plan => PLAN;
    /// Begins `#[embeddings]` and `#[llm_call(operation = "embeddings")]`.
    embeddings => EMBEDDINGS;
    /// Begins `#[retrieval]`.
    retrieval => RETRIEVAL;
    /// Begins `#[llm_call(operation = "fetch_response")]`.
    fetch_response => FETCH_RESPONSE;
    /// Begins `#[memory]`.
    memory => MEMORY;
    /// Begins `#[mcp_call]`.
    mcp_call => MCP_CLIENT;
    /// Begins `#[mcp_call(serve)]`.
    mcp_serve => MCP_SERVER;
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

/// Reads one field of a derived `LlmResponse` or `LlmChunk`.
pub fn read<T>(field: &(impl ToAttribute<T> + ?Sized)) -> Option<T> {
    field.to_attribute()
}

/// Tells the piece of the answer that a derived `LlmChunk` has.
pub fn tell_output_text(told: &mut Response, text: &(impl ToAttribute<StringValue> + ?Sized)) {
    if content::is_captured() {
        if let Some(text) = text.to_attribute() {
            told.output_text(text.as_str());
        }
    }
}

/// Tells the finish reason that a derived `LlmChunk` has.
pub fn tell_chunk_finish_reason(told: &mut Response, reason: Option<StringValue>) {
    if let Some(reason) = reason {
        told.ended(0, reason.as_str());
    }
}

/// What `#[derive(LlmResponse)]` and `#[derive(LlmChunk)]` do with each mark.
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

/// What `#[derive(LlmResponse)]` does with the counts of tokens, which have their names in [`Usage`](crate::Usage).
macro_rules! tell_counts {
    ($($tell:ident => $count:ident),* $(,)?) => {$(
        /// Tells one count of a derived `LlmResponse`.
        pub fn $tell(told: &mut Response, tokens: Option<i64>) {
            if let Some(tokens) = tokens.and_then(unsigned) {
                told.count(Count::$count, tokens);
            }
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
