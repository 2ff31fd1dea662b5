//! What became of every span and log record: counted around each exporter, whatever the exporter does.

use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::logs::{LogBatch, LogExporter};
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use super::fault::tell;
use super::health::{Cause, Failure, Health, Standing};
use super::report::Delivery;
use super::signal::Signal;
use crate::span::last_of_each;

/// Counts of one destination. They are added to in the order *received*, *exported*, so that a reader who goes the other
/// way never sees more exported than received.
#[derive(Debug)]
pub(super) struct Tally {
    /// The address, without credentials.
    destination: String,
    received: AtomicU64,
    exported: AtomicU64,
    /// What the receiver of the current batch said it did not take.
    rejected: AtomicU64,
    /// Of those that failed, how many were said to have when a failure was told.
    told: AtomicU64,
    signal: Signal,
    /// Whether nothing of the export that is under way was sent, for lack of time.
    unsent: AtomicBool,
    /// Since when an export is under way, if one is, waits between two requests included.
    exports: Mutex<Option<Instant>>,
    /// The variable of the address, while a request is under way.
    waiting: Mutex<Option<&'static str>>,
    /// Why the export that is under way has failed up to now.
    cause: Mutex<Option<Cause>>,
    standing: Mutex<Standing>,
    health: Arc<Health>,
}

/// A request is under way as long as this lives.
pub(super) struct Waiting<'a>(&'a Tally);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        *lock(&self.0.waiting) = None;
    }
}

impl Tally {
    pub(super) fn new(destination: String, health: Arc<Health>, signal: Signal) -> Arc<Self> {
        Arc::new(Self {
            destination,
            signal,
            exports: Mutex::default(),
            waiting: Mutex::default(),
            cause: Mutex::default(),
            standing: Mutex::default(),
            told: AtomicU64::new(0),
            received: AtomicU64::new(0),
            exported: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
            unsent: AtomicBool::new(false),
            health,
        })
    }

    pub(super) fn received(&self, count: u64) {
        self.received.fetch_add(count, Ordering::SeqCst);
    }

    pub(super) fn exported(&self, count: u64) {
        self.exported.fetch_add(count, Ordering::SeqCst);
    }

    /// Notes that the receiver took only a part of the batch (OTLP specification, "Partial success").
    pub(super) fn reject(&self, count: u64) {
        self.rejected.fetch_add(count, Ordering::SeqCst);
    }

    /// Notes that the export that is under way ends before anything of it is sent.
    pub(super) fn unsent(&self) {
        self.unsent.store(true, Ordering::SeqCst);
    }

    /// What of `count` the receiver did not take, which cannot be more than it was sent.
    fn rejected_of(&self, count: u64) -> u64 {
        self.rejected.load(Ordering::SeqCst).min(count)
    }

    /// Notes why the request that is under way failed. The first cause of an export is kept: what came of trying again
    /// says less.
    pub(super) fn cause(&self, cause: Cause) {
        lock(&self.cause).get_or_insert(cause);
    }

    /// Whether a request of the export that is under way has failed.
    pub(super) fn has_cause(&self) -> bool {
        lock(&self.cause).is_some()
    }

    /// Notes that a request is under way, to the address that `variable` says.
    pub(super) fn wait_for(&self, variable: &'static str) -> Waiting<'_> {
        *lock(&self.waiting) = Some(variable);
        Waiting(self)
    }

    /// When the export began that is under way.
    pub(super) fn since(&self) -> Option<Instant> {
        *lock(&self.exports)
    }

    /// Waits until no export is under way, not beyond `deadline`; whether none is.
    pub(super) fn settle(&self, deadline: Instant) -> bool {
        while self.since().is_some() {
            if Instant::now() >= deadline {
                return false;
            }
            thread::sleep(Duration::from_millis(1));
        }
        true
    }

    /// Tells why the export that is under way has not worked up to now, if one is: nobody waits for it any longer.
    pub(super) fn tell_unfinished(&self, after: Duration) {
        if self.since().is_none() {
            return;
        }
        let waiting = *lock(&self.waiting);
        if let Some(variable) = waiting {
            self.cause(nobody_there(no_answer(after), variable));
        }
        let Some(cause) = lock(&self.cause).clone() else {
            return;
        };
        let exported = self.exported.load(Ordering::SeqCst);
        let unknown = self
            .received
            .load(Ordering::SeqCst)
            .saturating_sub(exported);
        self.failed(self.signal.what(), unknown, &cause);
    }

    /// Tells what failed that nothing else has said.
    pub(super) fn tell_rest(&self) {
        let mut standing = lock(&self.standing);
        let failure = standing.rest(&self.health);
        self.tell(failure);
        if standing.is_over() {
            self.recovered(&mut standing);
        }
        drop(standing);
    }

    /// `count` of `what` did not get there, because of something that other signals may suffer from as well.
    fn failed(&self, what: &str, count: u64, cause: &Cause) {
        self.lost(what, count, Some(cause.reason.clone()), cause);
    }

    fn lost(&self, what: &str, count: u64, reason: Option<String>, why: &dyn fmt::Display) {
        let failure = Failure {
            line: format!(
                "{what} did not reach {}: {why} (told once, until it works again)",
                self.destination
            ),
            reason,
            count,
        };
        // Locked until it is told: whoever ends the program comes by here, and must not be quicker.
        let mut standing = lock(&self.standing);
        let failure = standing.failed(failure, self.is_secondary(), &self.health);
        self.tell(failure);
        drop(standing);
    }

    fn worked(&self) {
        let mut standing = lock(&self.standing);
        self.recovered(&mut standing);
        drop(standing);
    }

    fn recovered(&self, standing: &mut Standing) {
        if standing.worked(self.is_secondary(), &self.health) {
            tell(&format_args!("{} takes telemetry again", self.destination));
        }
    }

    fn tell(&self, failure: Option<Failure>) {
        if let Some(failure) = failure {
            self.told.fetch_add(failure.count, Ordering::SeqCst);
            tell(&failure.line);
        }
    }

    /// Failures of metrics and log records to reach a receiver say no more than those of spans.
    fn is_secondary(&self) -> bool {
        self.signal != Signal::Traces
    }

    /// What became of `ended` spans: of all, where the number is read as it is asked for. Where it was read before, those
    /// that ended later fill its place as they arrive, so that no loss is more than it is.
    pub(super) fn delivery(&self, ended: impl FnOnce() -> u64) -> Delivery {
        let exported = self.exported.load(Ordering::SeqCst);
        let received = self.received.load(Ordering::SeqCst);
        let ended = ended();
        let failed = received.saturating_sub(exported);
        let exported = exported.min(ended);
        let failed = failed.min(ended - exported);
        Delivery {
            destination: self.destination.clone(),
            exported,
            failed,
            dropped: ended - exported - failed,
        }
    }

    /// As [`delivery`](Self::delivery), where more was lost than was told before; it counts as told then.
    pub(super) fn loss(&self, ended: impl FnOnce() -> u64) -> Option<Delivery> {
        let delivery = self.delivery(ended);
        let lost = delivery.failed + delivery.dropped;
        (lost > self.told.fetch_max(lost, Ordering::SeqCst)).then_some(delivery)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn no_answer(after: Duration) -> String {
    format!("no answer within {:.1} s", after.as_secs_f64())
}

/// Why a receiver could not be reached, and what to look at.
pub(super) fn nobody_there(reason: String, variable: &str) -> Cause {
    let remedy = format!("is an OTLP/HTTP receiver listening there? see {variable}");
    Cause { reason, remedy }
}

fn plain(error: &OTelSdkError) -> Cause {
    let reason = match error {
        OTelSdkError::AlreadyShutdown => "the exporter is shut down already".to_owned(),
        OTelSdkError::Timeout(after) => no_answer(*after),
        OTelSdkError::InternalFailure(message) => message.escape_debug().to_string(),
    };
    let remedy = String::new();
    Cause { reason, remedy }
}

/// An exporter that is counted, that cannot take its thread down with a panic, and whose failures are told.
#[derive(Debug)]
pub(super) struct Accounting<E> {
    exporter: E,
    tally: Arc<Tally>,
}

impl<E> Accounting<E> {
    pub(super) fn new(exporter: E, tally: Arc<Tally>) -> Self {
        Self { exporter, tally }
    }

    /// Exports what is counted one by one.
    async fn export_counted(
        &self,
        count: u64,
        export: impl Future<Output = OTelSdkResult> + Send,
    ) -> OTelSdkResult {
        self.tally.received(count);
        let result = self.export(Some(count), export).await;
        if result.is_ok() {
            self.tally.exported(count - self.tally.rejected_of(count));
        } else if self.tally.unsent.load(Ordering::SeqCst) {
            // What was never sent has not failed; it was dropped.
            self.tally.received.fetch_sub(count, Ordering::SeqCst);
        }
        result
    }

    /// Exports `count` spans or log records; metrics are not counted.
    async fn export(
        &self,
        count: Option<u64>,
        export: impl Future<Output = OTelSdkResult> + Send,
    ) -> OTelSdkResult {
        let tally = &self.tally;
        let what = tally.signal.what();
        tally.rejected.store(0, Ordering::SeqCst);
        tally.unsent.store(false, Ordering::SeqCst);
        lock(&tally.cause).take();
        *lock(&tally.exports) = Some(Instant::now());
        let result = no_panic(export).await;
        let rejected = tally.rejected_of(count.unwrap_or(u64::MAX));
        match &result {
            Ok(()) if rejected == 0 => tally.worked(),
            Ok(()) => {
                let (lost, number) = match count {
                    Some(1) => (format!("1 of 1 {}", what.trim_end_matches('s')), 1),
                    Some(count) => (format!("{rejected} of {count} {what}"), rejected),
                    None => (format!("a part of the {what}"), 0),
                };
                // The receiver works, and what it says of one signal says nothing about another.
                tally.lost(&lost, number, None, &"the receiver rejected them");
            }
            Err(error) => {
                let cause = lock(&tally.cause).clone();
                let cause = cause.unwrap_or_else(|| plain(error));
                // Without the number, so that several processes say the same; the report has it.
                tally.failed(what, count.unwrap_or_default(), &cause);
            }
        }
        // Now that it is told.
        *lock(&tally.exports) = None;
        result
    }
}

/// Runs `export`, and makes a panic of it an error: the SDK's worker would die of the panic, and every later span with it.
async fn no_panic(export: impl Future<Output = OTelSdkResult> + Send) -> OTelSdkResult {
    let mut export = Box::pin(export);
    poll_fn(|context| {
        catch_unwind(AssertUnwindSafe(|| export.as_mut().poll(context))).unwrap_or_else(|_| {
            let message =
                "the exporter panicked; this is a defect of the exporter, please report it";
            Poll::Ready(Err(OTelSdkError::InternalFailure(message.to_owned())))
        })
    })
    .await
}

/// Shutting an exporter down happens on the worker's thread as well, so it gets the same net.
fn quietly(shutdown: impl FnOnce() -> OTelSdkResult) -> OTelSdkResult {
    catch_unwind(AssertUnwindSafe(shutdown)).unwrap_or(Ok(()))
}

impl<E: SpanExporter> SpanExporter for Accounting<E> {
    async fn export(&self, mut batch: Vec<SpanData>) -> OTelSdkResult {
        for span in &mut batch {
            last_of_each(&mut span.attributes);
        }
        let count = batch.len() as u64;
        let export = async { self.exporter.export(batch).await };
        self.export_counted(count, export).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        quietly(|| self.exporter.shutdown_with_timeout(timeout))
    }

    fn shutdown(&self) -> OTelSdkResult {
        quietly(|| self.exporter.shutdown())
    }

    fn force_flush(&self) -> OTelSdkResult {
        quietly(|| self.exporter.force_flush())
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl<E: LogExporter> LogExporter for Accounting<E> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        let count = batch.iter().count() as u64;
        let export = async { self.exporter.export(batch).await };
        self.export_counted(count, export).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        quietly(|| self.exporter.shutdown_with_timeout(timeout))
    }

    fn shutdown(&self) -> OTelSdkResult {
        quietly(|| self.exporter.shutdown())
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl<E: PushMetricExporter> PushMetricExporter for Accounting<E> {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let export = async { self.exporter.export(metrics).await };
        self.export(None, export).await
    }

    fn force_flush(&self) -> OTelSdkResult {
        quietly(|| self.exporter.force_flush())
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        quietly(|| self.exporter.shutdown_with_timeout(timeout))
    }

    fn shutdown(&self) -> OTelSdkResult {
        quietly(|| self.exporter.shutdown())
    }

    fn temporality(&self) -> Temporality {
        self.exporter.temporality()
    }
}

#[cfg(test)]
#[path = "accounting_tests.rs"]
mod tests;
