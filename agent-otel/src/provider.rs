//! Where spans come from: the provider that `init` installed, or the one of the user, or none.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

use opentelemetry::trace::{SpanBuilder, TraceContextExt, Tracer};
use opentelemetry::{Context, InstrumentationScope, global};

use crate::span::AnySpan;

/// Nothing was installed by us: the global provider is asked each time, since it may come late or change.
const GLOBAL: u8 = 0;
/// `init` has installed ours.
#[cfg(feature = "sdk")]
const INSTALLED: u8 = 1;
/// `OTEL_SDK_DISABLED=true`: nothing is started, everything is passed on.
const DISABLED: u8 = 2;

static STATE: AtomicU8 = AtomicU8::new(GLOBAL);

#[cfg(feature = "sdk")]
static PROVIDER: OnceLock<Installed> = OnceLock::new();

/// What `init` hands over: the concrete tracer, for a shorter way than through the global one.
#[cfg(feature = "sdk")]
pub(crate) struct Installed {
    pub(crate) tracer: opentelemetry_sdk::trace::SdkTracer,
    pub(crate) logger: Option<opentelemetry_sdk::logs::SdkLogger>,
    /// Whether the sampler follows a sampled-out parent, so that no span need be started under one.
    pub(crate) parent_based: bool,
}

/// Takes spans from `installed` from now on. Only the first call has an effect, and tells so.
#[cfg(feature = "sdk")]
pub(crate) fn install(installed: Installed) -> bool {
    let is_first = PROVIDER.set(installed).is_ok();
    if is_first {
        STATE.store(INSTALLED, Ordering::Release);
    }
    is_first
}

/// Makes every attribute a pass-through from now on (`OTEL_SDK_DISABLED=true`).
#[cfg(feature = "setup")]
pub(crate) fn disable() {
    STATE.store(DISABLED, Ordering::Release);
}

/// Whether anything at all is to be done. One relaxed load.
pub(crate) fn is_enabled() -> bool {
    STATE.load(Ordering::Relaxed) != DISABLED
}

/// Whether a span under `parent` may be recorded, as far as can be told without starting it.
pub(crate) fn may_record(parent: &Context) -> bool {
    let parent = parent.span();
    let parent = parent.span_context();
    !parent.is_valid() || parent.is_sampled() || !follows_parent()
}

fn follows_parent() -> bool {
    #[cfg(feature = "sdk")]
    if let Some(installed) = installed() {
        return installed.parent_based;
    }
    false
}

#[cfg(feature = "sdk")]
fn installed() -> Option<&'static Installed> {
    // Acquire pairs with the release in `install`; on the common platforms it costs what a relaxed load costs.
    (STATE.load(Ordering::Acquire) == INSTALLED)
        .then(|| PROVIDER.get())
        .flatten()
}

/// The logger for exceptions as log records; `None` where no provider of ours was installed.
#[cfg(feature = "sdk")]
pub(crate) fn logger() -> Option<&'static opentelemetry_sdk::logs::SdkLogger> {
    installed()?.logger.as_ref()
}

/// Starts a span; `None` where a sampler or a processor, which are code of others, panics.
pub(crate) fn start(builder: SpanBuilder, parent: &Context) -> Option<AnySpan> {
    catch_unwind(AssertUnwindSafe(|| build(builder, parent))).ok()
}

/// The only call of a tracer in this crate.
fn build(builder: SpanBuilder, parent: &Context) -> AnySpan {
    #[cfg(feature = "sdk")]
    if let Some(installed) = installed() {
        return AnySpan::Sdk(installed.tracer.build_with_context(builder, parent));
    }
    AnySpan::Global(global::tracer_with_scope(scope()).build_with_context(builder, parent))
}

/// The instrumentation scope of every span, metric and log record of this crate.
pub(crate) fn scope() -> InstrumentationScope {
    static SCOPE: OnceLock<InstrumentationScope> = OnceLock::new();
    SCOPE
        .get_or_init(|| {
            InstrumentationScope::builder("agent-otel")
                .with_version(env!("CARGO_PKG_VERSION"))
                .with_schema_url(crate::semconv::SCHEMA_URL)
                .build()
        })
        .clone()
}
