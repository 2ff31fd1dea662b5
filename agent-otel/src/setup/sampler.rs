//! Which traces are kept.

use opentelemetry_sdk::trace;

/// Which traces are kept: the built-in samplers of the OpenTelemetry SDK, by the names of `OTEL_TRACES_SAMPLER`.
///
/// The default is [`ParentBasedAlwaysOn`](Sampler::ParentBasedAlwaysOn). Ratios are shares of traces from 0 to 1.
/// Tracing SDK specification, "Built-in samplers".
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Sampler {
    /// Every span (`always_on`).
    AlwaysOn,
    /// No span (`always_off`).
    AlwaysOff,
    /// A share of traces, chosen by trace id (`traceidratio`).
    TraceIdRatio(f64),
    /// What the caller decided; every trace that begins here (`parentbased_always_on`).
    #[default]
    ParentBasedAlwaysOn,
    /// What the caller decided; no trace that begins here (`parentbased_always_off`).
    ParentBasedAlwaysOff,
    /// What the caller decided; a share of the traces that begin here (`parentbased_traceidratio`).
    ParentBasedTraceIdRatio(f64),
}

impl Sampler {
    pub(super) fn is_parent_based(self) -> bool {
        match self {
            Self::AlwaysOn | Self::AlwaysOff | Self::TraceIdRatio(_) => false,
            Self::ParentBasedAlwaysOn
            | Self::ParentBasedAlwaysOff
            | Self::ParentBasedTraceIdRatio(_) => true,
        }
    }

    /// What decides about spans without a parent, and about all where parents do not count.
    pub(super) fn root(self) -> trace::Sampler {
        match self {
            Self::AlwaysOn | Self::ParentBasedAlwaysOn => trace::Sampler::AlwaysOn,
            Self::AlwaysOff | Self::ParentBasedAlwaysOff => trace::Sampler::AlwaysOff,
            Self::TraceIdRatio(ratio) | Self::ParentBasedTraceIdRatio(ratio) => {
                trace::Sampler::TraceIdRatioBased(ratio)
            }
        }
    }

    /// The ratio, where there is one.
    pub(super) fn ratio(self) -> Option<f64> {
        match self {
            Self::TraceIdRatio(ratio) | Self::ParentBasedTraceIdRatio(ratio) => Some(ratio),
            _ => None,
        }
    }
}
