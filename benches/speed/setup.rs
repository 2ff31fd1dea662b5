//! The set-ups that are measured. A process has one: providers and subscribers are installed once.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use agent_otel::__private::Destination;
use fastrace_opentelemetry::OpenTelemetryReporter;
use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, TracerProvider as _,
};
use opentelemetry::{Context, ContextGuard, InstrumentationScope, global};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider, Temporality};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider, Span, SpanData,
    SpanExporter, SpanProcessor,
};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;

use crate::Error;
use crate::variants::{self, OTHERS, VARIANTS, Variant};

/// Under what is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mode {
    /// Everything is recorded, and counted by a processor that does nothing else.
    Sampled,
    /// Everything is recorded and exported in batches to nowhere, by threads whose work counts.
    Batch,
    /// The caller has sampled the trace out, and the sampler follows it.
    Unsampled,
    /// Switched off: ours as by `OTEL_SDK_DISABLED`, by hand and `otel-instrument` by a sampler that is always off,
    /// `tracing` by a filter that lets nothing through, `fastrace` by no reporter.
    Disabled,
    /// Nothing was ever set up.
    None,
    /// As sampled, with a meter; ours alone.
    Metrics,
}

impl Mode {
    pub(crate) const ALL: [Mode; 5] = [
        Mode::Sampled,
        Mode::Batch,
        Mode::Unsampled,
        Mode::Disabled,
        Mode::None,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Mode::Sampled => "sampled",
            Mode::Batch => "batch",
            Mode::Unsampled => "unsampled",
            Mode::Disabled => "disabled",
            Mode::None => "none",
            Mode::Metrics => "metrics",
        }
    }

    pub(crate) fn named(name: &str) -> Result<Self, Error> {
        let mut all = Self::ALL.into_iter().chain([Mode::Metrics]);
        let mode = all.find(|mode| mode.name() == name);
        mode.ok_or_else(|| format!("there is no mode `{name}`").into())
    }
}

/// Which variants a process holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    /// Ours as `init` sets it up, and all peers.
    Usual,
    /// Ours through the global provider, and `tracing` with all that its layer adds switched off.
    Others,
}

impl Group {
    pub(crate) const ALL: [Group; 2] = [Group::Usual, Group::Others];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Group::Usual => "usual",
            Group::Others => "others",
        }
    }

    pub(crate) fn named(name: &str) -> Result<Self, Error> {
        let group = Self::ALL.into_iter().find(|group| group.name() == name);
        group.ok_or_else(|| format!("there is no group `{name}`").into())
    }

    pub(crate) fn variants(self) -> &'static [Variant] {
        match self {
            Group::Usual => &VARIANTS,
            Group::Others => &OTHERS,
        }
    }

    /// Whether there is anything to see of it under `mode`: where nothing is set up, set-ups do not differ.
    pub(crate) fn differs(self, mode: Mode) -> bool {
        self == Group::Usual || !matches!(mode, Mode::Disabled | Mode::None)
    }
}

/// What is installed for the rest of the process.
pub(crate) struct Installed {
    provider: Option<SdkTracerProvider>,
    /// The context of the caller, where there is one.
    _caller: Option<ContextGuard>,
}

impl Installed {
    /// Waits until all that `variant` has recorded is exported.
    pub(crate) fn settle(&self, variant: &Variant) {
        match (variant.name, &self.provider) {
            ("plain", _) | (_, None) => {}
            ("fastrace", _) => fastrace::flush(),
            (_, Some(provider)) => {
                // What is lost here would be less work, and the telemetry that is compared would tell.
                let _ = provider.force_flush();
            }
        }
    }
}

/// Sets everything up; with `keep`, ended spans are kept for [`ended`].
pub(crate) fn install(mode: Mode, group: Group, keep: bool) -> Result<Installed, Error> {
    if mode == Mode::Disabled {
        agent_otel::__private::disable();
    }
    if mode == Mode::None {
        return Ok(Installed {
            provider: None,
            _caller: None,
        });
    }
    let provider = SdkTracerProvider::builder().with_sampler(match mode {
        Mode::Disabled => Sampler::AlwaysOff,
        _ => Sampler::ParentBased(Box::new(Sampler::AlwaysOn)),
    });
    let end = match (keep, mode) {
        (true, _) => End::Keep,
        (false, Mode::Batch) => End::Batch(Arc::new(batches())),
        (false, _) => End::Count,
    };
    let provider = provider.with_span_processor(end.clone()).build();
    let scope = InstrumentationScope::builder("speed")
        .with_version("1")
        .with_schema_url("https://opentelemetry.io/schemas/gen-ai/1.42.0")
        .build();
    let tracer = provider.tracer_with_scope(scope.clone());

    if mode == Mode::Metrics {
        let reader = PeriodicReader::builder(Nowhere)
            .with_interval(Duration::from_hours(1))
            .build();
        let meters = SdkMeterProvider::builder().with_reader(reader).build();
        agent_otel::Providers::new().meter(&meters).install();
        global::set_meter_provider(meters);
    }
    global::set_text_map_propagator(TraceContextPropagator::new());
    global::set_tracer_provider(provider.clone());
    variants::install_expert(tracer.clone());
    if group == Group::Usual && mode != Mode::Disabled {
        agent_otel::__private::record(end);
    }

    let layer = tracing_opentelemetry::layer().with_tracer(tracer);
    let layer = match group {
        Group::Others => layer
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false),
        Group::Usual => layer,
    };
    let level = match mode {
        Mode::Disabled => LevelFilter::OFF,
        _ => LevelFilter::TRACE,
    };
    tracing::subscriber::set_global_default(
        tracing_subscriber::registry().with(level).with(layer),
    )?;

    if mode != Mode::Disabled {
        let resource = Cow::Owned(Resource::builder().build());
        let reporter = if keep {
            OpenTelemetryReporter::new(Keep, resource, scope)
        } else {
            OpenTelemetryReporter::new(Nowhere, resource, scope)
        };
        // Reports when it is told to, and where its buffers are full.
        let config =
            fastrace::collector::Config::default().report_interval(Duration::from_hours(1));
        fastrace::set_reporter(reporter, config);
    }

    let caller = (mode == Mode::Unsampled).then(|| {
        variants::SAMPLED_OUT.store(true, Ordering::Relaxed);
        let caller = SpanContext::new(
            TraceId::from(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128),
            SpanId::from(0x00f0_67aa_0ba9_02b7_u64),
            TraceFlags::NOT_SAMPLED,
            true,
            TraceState::NONE,
        );
        Context::new().with_remote_span_context(caller).attach()
    });
    Ok(Installed {
        provider: Some(provider),
        _caller: caller,
    })
}

fn batches() -> BatchSpanProcessor {
    // Room for all spans of one measurement: what is dropped is not worked on.
    let config = BatchConfigBuilder::default()
        .with_max_queue_size(65_536)
        .with_scheduled_delay(Duration::from_hours(1))
        .build();
    BatchSpanProcessor::builder(Nowhere)
        .with_batch_config(config)
        .build()
}

thread_local! {
    static COUNTED: Cell<u64> = const { Cell::new(0) };
}

static EXPORTED: AtomicU64 = AtomicU64::new(0);

/// Spans that have ended on this thread, and those that were exported on others.
pub(crate) fn counted() -> u64 {
    COUNTED.get() + EXPORTED.load(Ordering::Relaxed)
}

/// Where spans go, of all variants.
#[derive(Clone, Debug)]
enum End {
    /// They are counted.
    Count,
    /// They are exported in batches.
    Batch(Arc<BatchSpanProcessor>),
    /// They are kept for [`ended`].
    Keep,
}

impl End {
    fn take(&self, span: SpanData) {
        match self {
            End::Count => COUNTED.set(COUNTED.get() + 1),
            End::Batch(batches) => batches.on_end(span),
            End::Keep => keep(span),
        }
    }
}

/// As the provider that `init` installs has it.
impl Destination for End {
    fn started(&self, _: &SpanContext, _: &Context) {}

    fn ended(&self, span: SpanData) {
        self.take(span);
    }
}

impl SpanProcessor for End {
    fn on_start(&self, _span: &mut Span, _cx: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.take(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        match self {
            End::Batch(batches) => batches.force_flush(),
            End::Count | End::Keep => Ok(()),
        }
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        match self {
            End::Batch(batches) => batches.shutdown_with_timeout(timeout),
            End::Count | End::Keep => Ok(()),
        }
    }
}

/// Exports to nowhere, and counts.
#[derive(Debug)]
struct Nowhere;

impl SpanExporter for Nowhere {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        EXPORTED.fetch_add(batch.len() as u64, Ordering::Relaxed);
        Ok(())
    }
}

impl PushMetricExporter for Nowhere {
    async fn export(&self, _metrics: &ResourceMetrics) -> OTelSdkResult {
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}

static ENDED: Mutex<Vec<SpanData>> = Mutex::new(Vec::new());

/// The spans that have ended since the last call.
pub(crate) fn ended() -> Vec<SpanData> {
    std::mem::take(&mut *ENDED.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Keeps a span for [`ended`].
fn keep(span: SpanData) {
    ENDED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(span);
}

/// Keeps spans for [`ended`].
#[derive(Debug)]
struct Keep;

impl SpanExporter for Keep {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        batch.into_iter().for_each(keep);
        Ok(())
    }
}
