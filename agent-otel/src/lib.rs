//! OpenTelemetry for AI agents.

#[cfg(feature = "setup")]
pub mod console;
pub mod semconv;
#[cfg(feature = "setup")]
mod setup;
#[cfg(feature = "setup")]
pub use setup::{init, try_init, Builder, SetupError, ShutdownReport, Telemetry};
mod provider;
