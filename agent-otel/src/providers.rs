//! Providers that a program has set up itself.

#[cfg(feature = "sdk")]
use std::sync::Arc;

#[cfg(feature = "sdk")]
use opentelemetry::logs::LoggerProvider as _;
use opentelemetry::metrics::{Meter, MeterProvider};
#[cfg(feature = "sdk")]
use opentelemetry::trace::TracerProvider as _;
#[cfg(feature = "sdk")]
use opentelemetry_sdk::{
    logs::{SdkLogger, SdkLoggerProvider},
    trace::{SdkTracer, SdkTracerProvider},
};

use crate::{metrics, provider};
#[cfg(feature = "sdk")]
use crate::{provider::Installed, span::direct::DirectTracer};

/// Providers of a program that sets OpenTelemetry up itself, instead of by `init`.
///
/// Spans come from the global tracer provider without a word. Metrics and events go nowhere until their providers are
/// handed over here: there is no telling whether a global meter provider is set, and there is no global logger provider. A
/// tracer provider of the SDK is reached by a shorter way if it is handed over, too.
///
/// # Examples
///
/// ```
/// use agent_otel::Providers;
/// # use opentelemetry::global;
///
/// // … global::set_meter_provider(…) …
/// assert!(Providers::new().meter(&*global::meter_provider()).install());
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "providers are not used before they are installed"]
pub struct Providers {
    meter: Option<Meter>,
    #[cfg(feature = "sdk")]
    tracer: Option<SdkTracer>,
    #[cfg(feature = "sdk")]
    direct: Option<Arc<DirectTracer>>,
    #[cfg(feature = "sdk")]
    logger: Option<SdkLogger>,
    /// For what the program logs, whose scope is not this crate.
    #[cfg(feature = "logs")]
    records: Option<SdkLogger>,
    #[cfg(feature = "sdk")]
    parent_based: bool,
}

impl Providers {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Metrics go to this provider.
    pub fn meter(mut self, provider: &(impl MeterProvider + ?Sized)) -> Self {
        self.meter = Some(provider.meter_with_scope(provider::scope()));
        self
    }

    /// Spans come from this provider.
    #[cfg(feature = "sdk")]
    pub fn tracer(mut self, provider: &SdkTracerProvider) -> Self {
        self.tracer = Some(provider.tracer_with_scope(provider::scope()));
        self
    }

    /// Spans are recorded here.
    #[cfg(feature = "sdk")]
    pub(crate) fn direct(mut self, tracer: Arc<DirectTracer>) -> Self {
        self.direct = Some(tracer);
        self
    }

    /// Events go to this provider, and with feature `logs` what the program logs.
    #[cfg(feature = "sdk")]
    pub fn logger(mut self, provider: &SdkLoggerProvider) -> Self {
        self.logger = Some(provider.logger_with_scope(provider::scope()));
        #[cfg(feature = "logs")]
        {
            self.records = Some(provider.logger(""));
        }
        self
    }

    /// Promises that the sampler of [`tracer`](Self::tracer) samples nothing below a parent that was sampled out, as
    /// `Sampler::ParentBased` does unless it is told otherwise. No span is started there then, which costs next to nothing.
    #[cfg(feature = "sdk")]
    pub fn parent_based(mut self) -> Self {
        self.parent_based = true;
        self
    }

    /// Hands the providers over, for as long as the program runs. `false` where a tracer or a meter was handed over
    /// before, by this or by `init`, which then counts still.
    pub fn install(self) -> bool {
        let mut is_first = true;
        #[cfg(feature = "sdk")]
        {
            if let Some(tracer) = self.direct {
                let parent_based = tracer.is_parent_based();
                is_first &= provider::install(Installed::Direct(tracer), parent_based);
            } else if let Some(tracer) = self.tracer {
                is_first &= provider::install(Installed::Tracer(tracer), self.parent_based);
            }
            if let Some(logger) = self.logger {
                provider::install_logger(logger);
            }
            #[cfg(feature = "logs")]
            if let Some(records) = self.records {
                provider::install_records(records);
            }
        }
        if let Some(meter) = self.meter {
            is_first &= metrics::install(&meter);
        }
        is_first
    }
}
