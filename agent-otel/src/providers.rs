//! Providers that a program has set up itself.

use opentelemetry::logs::LoggerProvider as _;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;

use crate::metrics;
use crate::provider::{self, Installed};

/// Providers of a program that sets OpenTelemetry up itself, instead of by [`init`](fn@crate::init).
///
/// Spans come from the global tracer provider without a word. Handed over here, a provider of the SDK is reached by a
/// shorter way, and metrics and events go where they could not be found otherwise: there is no telling whether a global
/// meter provider is set, and there is no global logger provider.
///
/// # Examples
///
/// ```
/// use agent_otel::Providers;
/// use opentelemetry_sdk::metrics::SdkMeterProvider;
/// use opentelemetry_sdk::trace::SdkTracerProvider;
///
/// let tracer = SdkTracerProvider::builder().build();
/// let meter = SdkMeterProvider::builder().build();
/// assert!(Providers::new().tracer(&tracer).meter(&meter).install());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Providers {
    tracer: Option<SdkTracerProvider>,
    meter: Option<SdkMeterProvider>,
    logger: Option<SdkLoggerProvider>,
    follows_parent: bool,
}

impl Providers {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Spans come from this provider.
    pub fn tracer(mut self, provider: &SdkTracerProvider) -> Self {
        self.tracer = Some(provider.clone());
        self
    }

    /// Metrics go to this provider.
    pub fn meter(mut self, provider: &SdkMeterProvider) -> Self {
        self.meter = Some(provider.clone());
        self
    }

    /// Events go to this provider.
    pub fn logger(mut self, provider: &SdkLoggerProvider) -> Self {
        self.logger = Some(provider.clone());
        self
    }

    /// Promises that the sampler of [`tracer`](Self::tracer) samples nothing below a parent that was sampled out, as
    /// `Sampler::ParentBased` does by default. No span is started there then, which costs next to nothing.
    pub fn parent_based(mut self) -> Self {
        self.follows_parent = true;
        self
    }

    /// Hands the providers over, for as long as the program runs. `false` where a tracer or a meter was handed over
    /// before, by this or by `init`, which then counts still.
    pub fn install(self) -> bool {
        let tracer = self.tracer.is_none_or(|provider| {
            provider::install(Installed {
                tracer: provider.tracer_with_scope(provider::scope()),
                parent_based: self.follows_parent,
            })
        });
        let meter = self
            .meter
            .is_none_or(|meter| metrics::install(&meter.meter_with_scope(provider::scope())));
        if let Some(logger) = self.logger {
            provider::install_logger(logger.logger_with_scope(provider::scope()));
        }
        tracer && meter
    }
}
