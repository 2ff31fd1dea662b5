//! The same work, observed in every way there is.

/// The calls of a variant, by the names that its functions have.
macro_rules! calls {
    () => {{
        use crate::work;

        [
            |n| work::tokens(model(n)),
            |n| order_status(work::Call::ALONE, n).unwrap_or_default(),
            |n| work::value(orchestrator(n)),
            |n| work::tokens(work::wait(later(n))),
            |n| work::consume(stream(n)),
        ]
    }};
}

mod expert;
mod fastrace;
mod otel_instrument;
mod ours;
mod plain;
mod taught;
mod tracing;

pub(crate) use expert::install as install_expert;
pub(crate) use fastrace::SAMPLED_OUT;

use crate::verify::Cannot;

/// One way to observe the work.
#[derive(Clone, Copy)]
pub(crate) struct Variant {
    pub(crate) name: &'static str,
    /// One call a case, in the order of [`CASES`].
    pub(crate) calls: [fn(u64) -> u64; CASES.len()],
    /// What its telemetry cannot have in common with that of the others.
    pub(crate) cannot: &'static [Cannot],
}

/// What is called: a model, a tool, an agent with all of them below it, a future that is pending twice, a stream.
pub(crate) const CASES: [&str; 5] = ["model", "tool", "nest", "async", "stream"];

/// How many spans one call of a case makes.
pub(crate) const SPANS: [usize; CASES.len()] = [1, 1, 10, 1, 1];

/// All that run side by side in one process.
pub(crate) const VARIANTS: [Variant; 7] = [
    plain::VARIANT,
    ours::VARIANT,
    expert::VARIANT,
    taught::VARIANT,
    tracing::VARIANT,
    otel_instrument::VARIANT,
    fastrace::VARIANT,
];

/// Those that need another set-up: ours through the provider of the user, and `tracing` with all that its layer adds
/// switched off.
pub(crate) const OTHERS: [Variant; 4] = [
    plain::VARIANT,
    Variant {
        name: "ours-global",
        ..ours::VARIANT
    },
    expert::VARIANT,
    tracing::QUIET,
];
