//! OpenTelemetry for AI agents.

mod adapters;
#[cfg(feature = "setup")]
pub mod console;
mod content;
mod current;
mod describe;
mod exception;
mod operation;
mod outcome;
mod propagation;
mod provider;
mod request;
mod response;
mod rollup;
mod run;
pub mod semconv;
#[cfg(feature = "setup")]
mod setup;
mod span;
#[cfg(feature = "testing")]
pub mod testing;
mod usage;
mod value;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use agent_otel_macros::{LlmRequest, LlmResponse, a2a_call, agent, llm_call, tool};
pub use current::{Current, current, current_trace_id};
pub use propagation::{Extract, Inject, extract, inject};
pub use request::{LlmRequest, Request};
pub use response::{LlmResponse, Response};
#[cfg(feature = "setup")]
pub use setup::{
    Builder, Delivery, Fault, Sampler, SetupError, ShutdownReport, Telemetry, init, try_init,
};
pub use usage::Usage;
pub use value::ToAttribute;
