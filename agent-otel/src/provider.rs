//! Where spans come from: the provider that `init` installed, or the one of the user, or none.

/// What `init` hands over: the concrete tracer, for a shorter way than through the global one.
#[cfg(feature = "setup")]
pub(crate) struct Installed {
    pub(crate) tracer: opentelemetry_sdk::trace::SdkTracer,
    pub(crate) logger: Option<opentelemetry_sdk::logs::SdkLogger>,
    /// Whether the sampler follows a sampled-out parent, so that no span need be started under one.
    pub(crate) parent_based: bool,
}

/// Takes spans from `installed` from now on. The second call has no effect.
#[cfg(feature = "setup")]
pub(crate) fn install(_installed: Installed) {}

/// Makes every attribute a pass-through from now on (`OTEL_SDK_DISABLED=true`).
#[cfg(feature = "setup")]
pub(crate) fn disable() {}

/// The instrumentation scope of every span, metric and log record of this crate.
pub(crate) fn scope() -> opentelemetry::InstrumentationScope {
    opentelemetry::InstrumentationScope::builder("agent-otel")
        .with_version(env!("CARGO_PKG_VERSION"))
        .with_schema_url(crate::semconv::SCHEMA_URL)
        .build()
}
