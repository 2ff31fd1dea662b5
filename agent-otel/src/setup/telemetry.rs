//! The handle on a running set-up, and what it says at the end.

use std::fmt;
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant};

use super::exporters::Providers;
use super::fault::tell;
use super::processor::Ending;
use super::wait::{self, Job};

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
            let report = self.end(Ending::Shutdown);
            report.tell_loss();
            report
        });
        report.clone()
    }

    fn flush(&self, ending: Ending) -> ShutdownReport {
        if let Some(report) = self.report.get() {
            return report.clone();
        }
        self.end(ending)
    }

    /// Flushes or ends all providers at once, within one budget of time.
    fn end(&self, ending: Ending) -> ShutdownReport {
        let for_good = ending == Ending::Shutdown;
        let Some(providers) = &self.providers else {
            return ShutdownReport::default();
        };
        let timeout = self.shutdown_timeout;
        let deadline = Instant::now() + timeout;
        // Requests end a little earlier than the wait for them, so that why they failed can still be told.
        providers.deadline.set(deadline.checked_sub(timeout / 10));
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
        wait::all(jobs, deadline);
        if !for_good {
            providers.deadline.set(None);
        }
        for health in &providers.health {
            health.tell_rest();
        }
        providers.pipeline.report()
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
        self.running.flush(Ending::Leave).tell_loss();
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
#[must_use = "telemetry is flushed when the last handle is dropped: bind it until the end of `main`"]
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
    /// blocks no runtime, needs none, and may be called often and from many tasks: all get the same report.
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
        off_runtime(move || running.flush(Ending::Flush)).await
    }

    /// [`force_flush`](Self::force_flush) for code that is not asynchronous.
    pub fn force_flush_blocking(&self) -> ShutdownReport {
        self.guard.running.flush(Ending::Flush)
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

/// What became of every span, exact: `ended == exported + failed + dropped`.
///
/// With several destinations, the numbers are those of the first one: the OTLP endpoint, else the console of another
/// process, else the terminal; [`destinations`](Self::destinations) has all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShutdownReport {
    /// Spans that ended while telemetry was on, and were sampled.
    pub ended: u64,
    /// Spans that the destination took.
    pub exported: u64,
    /// Spans that were sent and refused, or whose fate was not known when time was up.
    pub failed: u64,
    /// Spans that were never sent: the queue was full, or time was up.
    pub dropped: u64,
    /// Spans that had begun and not ended; they are no part of `ended`.
    pub unfinished: u64,
    destinations: Vec<Delivery>,
}

impl ShutdownReport {
    pub(super) fn new(ended: u64, unfinished: u64, destinations: Vec<Delivery>) -> Self {
        let first = destinations.first();
        Self {
            // Equal by construction, also where spans end while this is made.
            ended: first.map_or(ended, |first| first.exported + first.failed + first.dropped),
            exported: first.map_or(0, |first| first.exported),
            failed: first.map_or(0, |first| first.failed),
            dropped: first.map_or(ended, |first| first.dropped),
            unfinished,
            destinations,
        }
    }

    /// What became of the spans at each destination.
    pub fn destinations(&self) -> &[Delivery] {
        &self.destinations
    }

    fn tell_loss(&self) {
        for delivery in &self.destinations {
            if delivery.failed + delivery.dropped > delivery.told {
                tell(&format_args!(
                    "{delivery}; a full queue (OTEL_BSP_MAX_QUEUE_SIZE) and a short shutdown timeout (AGENT_OTEL_SHUTDOWN_TIMEOUT) drop spans, the receiver fails them"
                ));
            }
        }
    }
}

impl fmt::Display for ShutdownReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.destinations.is_empty() {
            f.write_str("no destination for spans")?;
        }
        for (index, delivery) in self.destinations.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            delivery.fmt(f)?;
        }
        if self.unfinished > 0 {
            write!(f, "; {} unfinished", self.unfinished)?;
        }
        Ok(())
    }
}

/// What became of the spans at one destination.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// The address, without credentials, or `the terminal`.
    pub destination: String,
    /// Spans that it took.
    pub exported: u64,
    /// Spans that it refused, or whose fate is not known.
    pub failed: u64,
    /// Spans that were never sent.
    pub dropped: u64,
    /// How many of these losses were told already.
    pub(super) told: u64,
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            destination,
            exported,
            failed,
            dropped,
            told: _,
        } = self;
        let ended = exported + failed + dropped;
        write!(
            f,
            "{ended} spans to {destination}: {exported} exported, {failed} failed, {dropped} dropped"
        )
    }
}
