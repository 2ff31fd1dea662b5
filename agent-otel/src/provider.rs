//! Where spans come from and telemetry goes: what `init` has set up, or providers of the user, or none.

use std::panic::{AssertUnwindSafe, catch_unwind};
#[cfg(feature = "sdk")]
use std::sync::Arc;
use std::sync::OnceLock;

use opentelemetry::trace::{
    Span, SpanBuilder, SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState,
    Tracer,
};
use opentelemetry::{Context, InstrumentationScope, global};

#[cfg(feature = "sdk")]
use crate::span::direct::DirectTracer;
use crate::span::{Starting, current_in};
use crate::switches::{self, Switches};

/// What takes spans.
#[cfg(feature = "sdk")]
const TRACES: Switches = Switches::INSTALLED.with(Switches::GLOBAL);
#[cfg(not(feature = "sdk"))]
const TRACES: Switches = Switches::GLOBAL;

#[cfg(feature = "sdk")]
static PROVIDER: OnceLock<Installed> = OnceLock::new();

#[cfg(feature = "sdk")]
static LOGGER: OnceLock<opentelemetry_sdk::logs::SdkLogger> = OnceLock::new();

#[cfg(feature = "logs")]
static RECORDS: OnceLock<opentelemetry_sdk::logs::SdkLogger> = OnceLock::new();

/// What makes spans and was handed over: a shorter way than through the global provider.
#[cfg(feature = "sdk")]
#[derive(Clone, Debug)]
pub(crate) enum Installed {
    /// It is known where spans go.
    Direct(Arc<DirectTracer>),
    Tracer(opentelemetry_sdk::trace::SdkTracer),
}

/// Takes spans from `installed` from now on, whose sampler is `parent_based` or may be anything. Only the first call has an
/// effect, and tells so.
#[cfg(feature = "sdk")]
pub(crate) fn install(installed: Installed, parent_based: bool) -> bool {
    let is_first = PROVIDER.set(installed).is_ok();
    if is_first {
        let follows = Switches::FOLLOWS.when(parent_based);
        switches::turn_on(Switches::INSTALLED.with(follows));
    }
    is_first
}

/// Gives events to `logger` from now on. Only the first call has an effect.
#[cfg(feature = "sdk")]
pub(crate) fn install_logger(logger: opentelemetry_sdk::logs::SdkLogger) {
    let _ = LOGGER.set(logger);
}

/// Gives what the program logs to `logger` from now on. Only the first call has an effect.
#[cfg(feature = "logs")]
pub(crate) fn install_records(logger: opentelemetry_sdk::logs::SdkLogger) {
    let _ = RECORDS.set(logger);
}

/// What was handed over up to now.
#[cfg(feature = "setup")]
pub(crate) struct HandedOver {
    pub(crate) tracer: bool,
    pub(crate) meter: bool,
    pub(crate) logger: bool,
}

/// What was handed over up to now, by whichever way.
#[cfg(feature = "setup")]
pub(crate) fn handed_over() -> HandedOver {
    HandedOver {
        tracer: PROVIDER.get().is_some(),
        meter: measures(),
        logger: LOGGER.get().is_some(),
    }
}

/// Has every operation measured from now on: the instruments are there.
pub(crate) fn measure() {
    switches::turn_on(Switches::MEASURES);
}

/// Makes every attribute a pass-through from now on.
#[cfg(feature = "sdk")]
pub(crate) fn disable() {
    switches::turn_on(Switches::DISABLED);
}

/// Whether anything is to be done at all. One relaxed load.
#[inline]
pub(crate) fn is_enabled() -> bool {
    !switches::on().any(Switches::DISABLED)
}

/// Whether metrics are recorded.
pub(crate) fn measures() -> bool {
    switches::on().any(Switches::MEASURES)
}

/// Whether anything takes spans. The global provider is asked until one is there, since it may come late.
#[inline]
pub(crate) fn traces(on: Switches) -> bool {
    on.any(TRACES) || has_global()
}

/// Whether a span under `parent` may be recorded, as far as can be told without starting it.
#[inline]
pub(crate) fn may_record(on: Switches, parent: &Context) -> bool {
    let parent = parent.span();
    let parent = parent.span_context();
    !on.any(Switches::FOLLOWS) || parent.is_sampled() || !parent.is_valid()
}

/// Asks the global provider for a span that no provider records, and that none but the one that does nothing makes the
/// span of its parent: below a parent that was sampled out, while telemetry is suppressed.
fn has_global() -> bool {
    static PROBE: OnceLock<(Context, SpanContext)> = OnceLock::new();

    let (parent, span_context) = PROBE.get_or_init(|| {
        let span_context = SpanContext::new(
            TraceId::from(1),
            SpanId::from(1),
            TraceFlags::NOT_SAMPLED,
            true,
            TraceState::NONE,
        );
        let parent = Context::new().with_remote_span_context(span_context.clone());
        (parent.with_telemetry_suppressed(), span_context)
    });
    // Providers are code of others.
    let does_nothing = catch_unwind(AssertUnwindSafe(|| {
        let span = global::tracer_with_scope(scope())
            .build_with_context(SpanBuilder::from_name("agent-otel"), parent);
        !span.is_recording() && span.span_context() == span_context
    }));
    let has_global = !does_nothing.unwrap_or(false);
    if has_global {
        switches::turn_on(Switches::GLOBAL);
    }
    has_global
}

#[cfg(feature = "sdk")]
fn installed() -> Option<&'static Installed> {
    let is_there = switches::acquire().any(Switches::INSTALLED);
    is_there.then(|| PROVIDER.get()).flatten()
}

/// The logger for events; `None` where none was handed over.
#[cfg(feature = "sdk")]
pub(crate) fn logger() -> Option<&'static opentelemetry_sdk::logs::SdkLogger> {
    LOGGER.get()
}

/// The logger for what the program logs; `None` where none was handed over, or telemetry is off or over.
#[cfg(feature = "logs")]
pub(crate) fn records() -> Option<&'static opentelemetry_sdk::logs::SdkLogger> {
    is_enabled().then(|| RECORDS.get()).flatten()
}

/// Starts a span below `parent` and gives the context of `around` with it. Where it is not recorded, its place in the
/// trace is left in `unrecorded`, if it has one.
#[inline(always)]
pub(crate) fn start<'a>(
    parent: &Context,
    around: &Context,
    unrecorded: &mut Option<SpanContext>,
    starting: impl FnOnce() -> Starting<'a>,
) -> Option<Context> {
    #[cfg(feature = "sdk")]
    if let Some(Installed::Direct(tracer)) = installed() {
        return tracer.start(starting(), parent, around, unrecorded);
    }
    start_elsewhere(starting(), parent, around, unrecorded)
}

/// As [`start`], by a tracer. The only calls of one in this crate.
#[inline(never)]
fn start_elsewhere(
    starting: Starting<'_>,
    parent: &Context,
    around: &Context,
    unrecorded: &mut Option<SpanContext>,
) -> Option<Context> {
    let begun = starting.begun;
    let builder = starting.builder();
    // Samplers and processors are code of others.
    let start = AssertUnwindSafe(|| {
        #[cfg(feature = "sdk")]
        if let Some(Installed::Tracer(tracer)) = installed() {
            let span = tracer.build_with_context(builder, parent);
            return current_in(around, span, begun, parent, unrecorded);
        }
        let tracer = global::tracer_with_scope(scope());
        let span = tracer.build_with_context(builder, parent);
        current_in(around, span, begun, parent, unrecorded)
    });
    catch_unwind(start).ok().flatten()
}

/// The instrumentation scope of every span, metric and log record of this crate.
#[inline]
pub(crate) fn scope() -> InstrumentationScope {
    InstrumentationScope::builder("agent-otel")
        .with_version(env!("CARGO_PKG_VERSION"))
        .with_schema_url(crate::semconv::SCHEMA_URL)
        .build()
}
