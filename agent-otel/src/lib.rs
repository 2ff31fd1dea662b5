//! OpenTelemetry for AI agents.

#[cfg(feature = "setup")]
pub mod console;
pub mod semconv;
#[cfg(feature = "setup")]
mod setup;
#[cfg(feature = "setup")]
pub use setup::{
    Builder, Delivery, Fault, Sampler, SetupError, ShutdownReport, Telemetry, init, try_init,
};
mod provider;
