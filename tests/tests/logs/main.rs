//! Records of `tracing` and `log` from outside: what a receiver gets of them, and what is printed.

mod beside;
mod delivery;
mod lines;
mod program;
mod receiver;
mod records;
mod redactors;

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
