//! The one span processor of the set-up: it counts what ends, and hands every span to every destination.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use opentelemetry::Context;
use opentelemetry::trace::{Span as _, SpanContext};
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{BatchSpanProcessor, Span, SpanData, SpanProcessor};

use super::accounting::Tally;
use super::report::{Delivery, ShutdownReport};
use super::wait;
use crate::console::printer::{Count, Printer};
use crate::span::direct::Destination;

/// Spans that began and ended; grows only.
#[derive(Debug, Default)]
pub(super) struct Counts {
    started: AtomicU64,
    ended: AtomicU64,
}

/// Why everything is to be exported now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Somebody asked for it; the program goes on.
    Flush,
    /// The last handle is gone, so this may be the end of the program: unfinished traces are shown, too.
    Leave,
    /// For good.
    Shutdown,
}

/// One destination of spans.
pub(super) enum Lane {
    Otlp {
        batch: BatchSpanProcessor,
        tally: Arc<Tally>,
    },
    Waterfall {
        printer: Printer,
        tally: Arc<Tally>,
    },
}

impl Lane {
    fn tally(&self) -> &Tally {
        match self {
            Self::Otlp { tally, .. } | Self::Waterfall { tally, .. } => tally,
        }
    }

    fn on_end(&self, span: SpanData) {
        match self {
            Self::Otlp { batch, .. } => batch.on_end(span),
            Self::Waterfall { printer, tally } => printer.ended(span, Arc::clone(tally) as _),
        }
    }

    fn end(&self, ending: Ending, timeout: Duration) -> OTelSdkResult {
        match (self, ending) {
            (Self::Otlp { batch, .. }, Ending::Shutdown) => {
                wait::shut_down(timeout, |left| batch.shutdown_with_timeout(left))
            }
            (Self::Otlp { batch, .. }, Ending::Flush | Ending::Leave) => {
                wait::flushed(timeout, || batch.force_flush())
            }
            (Self::Waterfall { printer, .. }, _) => {
                let everything = ending != Ending::Flush;
                in_time(printer.flush(everything, timeout), timeout)
            }
        }
    }
}

impl Count for Tally {
    fn received(&self, count: u64) {
        Self::received(self, count);
    }

    fn printed(&self, count: u64) {
        self.exported(count);
    }
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The exporter inside shows its headers, so nothing of it is shown.
        fmt::Debug::fmt(self.tally(), f)
    }
}

fn in_time(done: bool, timeout: Duration) -> OTelSdkResult {
    if done {
        Ok(())
    } else {
        Err(OTelSdkError::Timeout(timeout))
    }
}

/// All destinations of spans, and the counts that the report is made of.
#[derive(Clone, Debug)]
pub(super) struct Pipeline {
    lanes: Arc<Vec<Lane>>,
    /// Spans count: they are to go somewhere, even where what takes them could not be built.
    counts_spans: bool,
    counts: Arc<Counts>,
}

impl Pipeline {
    pub(super) fn new(lanes: Vec<Lane>, counts_spans: bool) -> Self {
        Self {
            lanes: Arc::new(lanes),
            counts_spans,
            counts: Arc::default(),
        }
    }

    /// What shows spans as long as they are open.
    fn printers(&self) -> impl Iterator<Item = &Printer> {
        let lanes = self.lanes.iter().filter(|_| self.counts_spans);
        lanes.filter_map(|lane| match lane {
            Lane::Waterfall { printer, .. } => Some(printer),
            Lane::Otlp { .. } => None,
        })
    }

    /// What became of the spans up to now, destination by destination.
    pub(super) fn report(&self) -> ShutdownReport {
        // Read in the reverse order of writing, so that no difference is ever negative.
        let deliveries: Vec<Delivery> = self
            .lanes
            .iter()
            .map(|lane| lane.tally().delivery(|| self.ended_spans()))
            .collect();
        let ended = self.ended_spans();
        let started = self.counts.started.load(Ordering::SeqCst);
        ShutdownReport::new(ended, started.saturating_sub(ended), deliveries)
    }

    /// Spans that have ended up to now.
    pub(super) fn ended_spans(&self) -> u64 {
        self.counts.ended.load(Ordering::SeqCst)
    }

    /// The destinations that lost more spans than was told before, of the first `ended` of all where that is given. They
    /// count as told from here on.
    pub(super) fn losses(&self, ended: Option<u64>) -> Vec<Delivery> {
        let ended = || ended.unwrap_or_else(|| self.ended_spans());
        let lanes = self.lanes.iter();
        lanes.filter_map(|lane| lane.tally().loss(ended)).collect()
    }

    /// Ends every lane at once, so that one destination that hangs takes no time from another.
    pub(super) fn end(&self, ending: Ending, timeout: Duration) -> OTelSdkResult {
        // A lane that gives up at the deadline may be done before it is looked at.
        let gave_up = Arc::new(AtomicBool::new(false));
        let jobs = (0..self.lanes.len())
            .map(|index| {
                let (lanes, gave_up) = (Arc::clone(&self.lanes), Arc::clone(&gave_up));
                let job: wait::Job = Arc::new(move || {
                    let lane = lanes.get(index);
                    if let Some(Err(OTelSdkError::Timeout(_))) =
                        lane.map(|lane| lane.end(ending, timeout))
                    {
                        gave_up.store(true, Ordering::SeqCst);
                    }
                });
                job
            })
            .collect();
        let done = wait::all(jobs, Instant::now() + timeout);
        in_time(done && !gave_up.load(Ordering::SeqCst), timeout)
    }
}

impl Destination for Pipeline {
    fn started(&self, _: &SpanContext, _parent: &Context) {
        if self.counts_spans {
            self.counts.started.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn shows_open(&self) -> bool {
        self.printers().next().is_some()
    }

    fn opened(&self, span: SpanData) {
        for printer in self.printers() {
            printer.started(span.clone());
        }
    }

    fn ended(&self, span: SpanData) {
        if !self.counts_spans {
            return;
        }
        self.counts.ended.fetch_add(1, Ordering::SeqCst);
        let Some((last, others)) = self.lanes.split_last() else {
            return;
        };
        for lane in others {
            lane.on_end(span.clone());
        }
        last.on_end(span);
    }
}

/// For spans that others make, through the global provider.
impl SpanProcessor for Pipeline {
    fn on_start(&self, span: &mut Span, context: &Context) {
        let span_context = span.span_context();
        if span_context.is_sampled() {
            if let Some(span) = self.shows_open().then(|| span.exported_data()).flatten() {
                self.opened(span);
            }
            self.started(span_context, context);
        }
    }

    fn on_end(&self, span: SpanData) {
        // The batch processor of the SDK exports what is only recorded; the specification says it must not.
        if span.span_context.is_sampled() {
            self.ended(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.end(Ending::Flush, Duration::from_secs(5))
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.end(Ending::Shutdown, timeout)
    }
}
