//! The handle on a running set-up, and how it ends.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant};

use super::exporters::Providers;
use super::fault::tell;
use super::processor::Ending;
use super::records::Records;
use super::report::ShutdownReport;
use super::wait::{self, Job};
use crate::{content, lines};

/// The providers and what belongs to them; lives as long as the program.
pub(super) struct Running {
    providers: Option<Providers>,
    shutdown_timeout: Duration,
    report: OnceLock<ShutdownReport>,
}

impl Running {
    /// `None` where telemetry is disabled.
    pub(super) fn new(providers: Option<Providers>, shutdown_timeout: Duration) -> Self {
        Self {
            providers,
            shutdown_timeout,
            report: OnceLock::new(),
        }
    }

    /// Whether shutdown has happened, after which nothing is recorded any more.
    pub(super) fn is_over(&self) -> bool {
        self.report.get().is_some()
    }

    fn shutdown(&self) -> ShutdownReport {
        let report = self.report.get_or_init(|| {
            // From here on, functions pass their caller's trace context on instead of starting spans that nobody exports
            // and that would break the trace for those further down.
            crate::provider::disable();
            self.finish(Ending::Shutdown)
        });
        report.clone()
    }

    /// Ends, or may have to, and tells what was lost.
    fn finish(&self, ending: Ending) -> ShutdownReport {
        let deadline = Instant::now() + self.shutdown_timeout;
        // Where the program may go on, nobody has waited for what ends meanwhile, and it is no loss yet.
        let before = (ending == Ending::Leave).then(|| self.seen()).flatten();
        let report = self.end(ending, deadline);
        self.tell_loss(before);
        tell_lost_uploads();
        lines::settle(deadline);
        report
    }

    /// Spans that have ended and log records that were logged up to now.
    fn seen(&self) -> Option<(u64, u64)> {
        let providers = self.providers.as_ref()?;
        let records = providers.records.as_ref().map_or(0, Records::logged);
        Some((providers.pipeline.ended_spans(), records))
    }

    /// Tells each loss that was not told when it happened, of what was `seen` where that is given.
    fn tell_loss(&self, seen: Option<(u64, u64)>) {
        let Some(providers) = &self.providers else {
            return;
        };
        if let Some(records) = &providers.records {
            records.tell_loss(seen.map(|(_, records)| records));
        }
        for loss in providers.pipeline.losses(seen.map(|(spans, _)| spans)) {
            tell(&format_args!(
                "{loss}; a full queue (OTEL_BSP_MAX_QUEUE_SIZE) and a short shutdown timeout (AGENT_OTEL_SHUTDOWN_TIMEOUT) drop spans, the receiver fails them"
            ));
        }
    }

    fn flush(&self) -> ShutdownReport {
        if let Some(report) = self.report.get() {
            return report.clone();
        }
        self.end(Ending::Flush, Instant::now() + self.shutdown_timeout)
    }

    /// Flushes or ends all providers at once, within one budget of time.
    fn end(&self, ending: Ending, deadline: Instant) -> ShutdownReport {
        let for_good = ending == Ending::Shutdown;
        let Some(providers) = &self.providers else {
            return ShutdownReport::default();
        };
        let timeout = self.shutdown_timeout;
        if for_good {
            // Requests end a little earlier than the wait for them, so that why they failed can still be told. Where the
            // program may go on, they have the time that they always have.
            providers.deadline.set(deadline.checked_sub(timeout / 10));
        }
        let mut jobs: Vec<Job> = Vec::with_capacity(3);
        let (tracer, pipeline) = (providers.tracer.clone(), providers.pipeline.clone());
        jobs.push(Arc::new(move || {
            let _ = if for_good {
                tracer.shutdown_with_timeout(timeout)
            } else {
                pipeline.end(ending, timeout)
            };
        }));
        if let Some(meter) = providers.meter.clone() {
            jobs.push(Arc::new(move || {
                let _ = if for_good {
                    meter.shutdown_with_timeout(timeout)
                } else {
                    meter.force_flush()
                };
            }));
        }
        if let Some(logger) = providers.logger.clone() {
            jobs.push(Arc::new(move || {
                let _ = if for_good {
                    logger.shutdown_with_timeout(timeout)
                } else {
                    logger.force_flush()
                };
            }));
        }
        if content::is_uploaded() {
            jobs.push(Arc::new(move || {
                content::flush(timeout);
            }));
        }
        wait::all(jobs, deadline);
        if for_good {
            // The SDK waits for the last metrics for five seconds, and then leaves them to themselves.
            for tally in &providers.tallies {
                tally.settle(deadline);
            }
        }
        // By the clock: jobs give up at the same moment, and so may count as done.
        if ending != Ending::Flush && Instant::now() >= deadline {
            for tally in &providers.tallies {
                tally.tell_unfinished(timeout);
            }
        }
        for tally in &providers.tallies {
            tally.tell_rest();
        }
        providers.pipeline.report()
    }
}

/// Says how many operations' content was not uploaded, if more was not than was said before.
fn tell_lost_uploads() {
    static TOLD: AtomicU64 = AtomicU64::new(0);

    let lost = content::not_uploaded();
    if lost > TOLD.swap(lost, Ordering::Relaxed) {
        tell(&format!(
            "the content of {lost} operations was not uploaded; raise OTEL_INSTRUMENTATION_GENAI_UPLOAD_MAX_QUEUE_SIZE and AGENT_OTEL_SHUTDOWN_TIMEOUT, and see whether OTEL_INSTRUMENTATION_GENAI_UPLOAD_BASE_PATH can be written"
        ));
    }
}

/// The last of these flushes when it is dropped.
pub(super) struct Guard {
    running: Arc<Running>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if self.running.is_over() {
            return;
        }
        // Not a shutdown: a handle that was dropped by mistake must not stop the telemetry of a program that goes on.
        self.running.finish(Ending::Leave);
    }
}

/// A handle on the telemetry that [`init`](crate::init) set up.
///
/// Keep it until the end of `main`. When the last handle goes, by return or because a panic unwinds, everything that
/// was recorded is flushed and unfinished traces are printed, within the shutdown timeout. A process that ends in
/// another way (`std::process::exit`, `abort`, a signal without handler, `panic = "abort"`) drops nothing, so it loses
/// what was not exported yet: call [`shutdown`](Self::shutdown) in a handler of your own. None is installed for you,
/// because signals belong to the application:
///
/// ```no_run
/// # async fn serve() {}
/// # async fn example() {
/// let telemetry = agent_otel::init("shop.orchestrator");
/// tokio::select! {
///     () = serve() => {}
///     _ = tokio::signal::ctrl_c() => {}
/// }
/// telemetry.shutdown().await;
/// # }
/// ```
#[must_use = "telemetry is flushed when the last handle is dropped: write `let telemetry = …` in `main`, \
              since `let _ = …` drops it at once"]
#[derive(Clone)]
pub struct Telemetry {
    guard: Arc<Guard>,
}

impl Telemetry {
    pub(super) fn new(running: Arc<Running>) -> Self {
        Self {
            guard: Arc::new(Guard { running }),
        }
    }

    pub(super) fn from_guard(guard: Arc<Guard>) -> Self {
        Self { guard }
    }

    pub(super) fn downgrade(&self) -> Weak<Guard> {
        Arc::downgrade(&self.guard)
    }

    /// Exports everything, stops, and says what became of the spans; a loss is told on standard error too.
    ///
    /// Takes no longer than the shutdown timeout (5 seconds, unless
    /// [`Builder::shutdown_timeout`](crate::Builder::shutdown_timeout) or `AGENT_OTEL_SHUTDOWN_TIMEOUT` says otherwise),
    /// blocks no runtime, needs none, and may be called often and from many tasks: all get the same report. Where nobody
    /// reads standard error, what is told there is waited for no longer than a second.
    /// Spans still open are not exported any more; they count as unfinished. Afterwards annotated functions pass their
    /// caller's trace context on and record nothing.
    ///
    /// Tracing SDK specification, "Shutdown".
    pub async fn shutdown(&self) -> ShutdownReport {
        let running = Arc::clone(&self.guard.running);
        off_runtime(move || running.shutdown()).await
    }

    /// [`shutdown`](Self::shutdown) for code that is not asynchronous. Blocks the thread for as long as that takes.
    ///
    /// ```
    /// let telemetry = agent_otel::Builder::new("shop").console(false).init();
    /// let report = telemetry.shutdown_blocking();
    /// assert_eq!(report.ended, report.exported + report.failed + report.dropped);
    /// ```
    pub fn shutdown_blocking(&self) -> ShutdownReport {
        self.guard.running.shutdown()
    }

    /// Exports what has ended up to now and goes on recording. The report is of this moment: spans that end meanwhile
    /// or are on their way count as dropped or failed until they arrive.
    ///
    /// Takes no longer than the shutdown timeout. Tracing SDK specification, "`ForceFlush`".
    pub async fn force_flush(&self) -> ShutdownReport {
        let running = Arc::clone(&self.guard.running);
        off_runtime(move || running.flush()).await
    }

    /// [`force_flush`](Self::force_flush) for code that is not asynchronous.
    pub fn force_flush_blocking(&self) -> ShutdownReport {
        self.guard.running.flush()
    }
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry")
            .field("shut_down", &self.guard.running.is_over())
            .finish_non_exhaustive()
    }
}

/// Runs `job` on a thread and waits for it without blocking whoever polls. Where no thread can be had, it runs here.
async fn off_runtime(job: impl Fn() -> ShutdownReport + Send + Sync + 'static) -> ShutdownReport {
    let job = Arc::new(job);
    let on_thread = Arc::clone(&job);
    let (sender, receiver) = futures_channel::oneshot::channel();
    let spawned = std::thread::Builder::new()
        .name("agent-otel-shutdown".to_owned())
        .spawn(move || {
            let _ = sender.send(on_thread());
        });
    match spawned {
        Ok(_) => receiver.await.unwrap_or_else(|_| job()),
        Err(_) => job(),
    }
}
