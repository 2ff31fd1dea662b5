//! What became of every span and log record: counted around each exporter, whatever the exporter does.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::logs::{LogBatch, LogExporter};
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use super::fault::tell;
use super::report::Delivery;
use super::signal::Signal;
use crate::span::last_of_each;

/// Counts of one destination. Each number only ever grows, and is added to in the order *received*, *exported*, so
/// that a reader who goes the other way never sees more exported than received.
#[derive(Debug)]
pub(super) struct Tally {
    /// The address, without credentials.
    destination: String,
    received: AtomicU64,
    exported: AtomicU64,
    /// What the receiver of the current batch said it did not take.
    rejected: AtomicU64,
    /// Of those that failed, how many were said to have when the first failure was told.
    told: AtomicU64,
    /// Whether failures of this destination may wait until it is known whether a more telling one is told.
    secondary: bool,
    /// What the request that is under way carries, and the variable of its address.
    waiting: Mutex<Option<(Signal, &'static str)>>,
    health: Arc<Health>,
}

/// A request is under way as long as this lives.
pub(super) struct Waiting<'a>(&'a Tally);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.set_waiting(None);
    }
}

impl Tally {
    /// `secondary` for metrics and log records, whose failures to reach a receiver say no more than those of spans.
    pub(super) fn new(destination: String, health: Arc<Health>, secondary: bool) -> Arc<Self> {
        Arc::new(Self {
            destination,
            secondary,
            waiting: Mutex::default(),
            told: AtomicU64::new(0),
            received: AtomicU64::new(0),
            exported: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
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

    /// Notes why the request that is under way failed, in words without secrets, and what to look at.
    pub(super) fn cause(&self, cause: String) {
        self.health.note(cause);
    }

    /// Notes that a request is under way.
    pub(super) fn wait_for(&self, signal: Signal, variable: &'static str) -> Waiting<'_> {
        self.set_waiting(Some((signal, variable)));
        Waiting(self)
    }

    fn set_waiting(&self, waiting: Option<(Signal, &'static str)>) {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = waiting;
    }

    /// Tells that the answer to a request is not waited for any longer, if one is under way.
    pub(super) fn tell_unanswered(&self, after: Duration) {
        let waiting = *self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((signal, variable)) = waiting else {
            return;
        };
        self.cause(nobody_there(&no_answer(after), variable));
        if self
            .health
            .failed(signal.what(), self, &OTelSdkError::Timeout(after))
        {
            let exported = self.exported.load(Ordering::SeqCst);
            let unknown = self
                .received
                .load(Ordering::SeqCst)
                .saturating_sub(exported);
            self.told.fetch_add(unknown, Ordering::SeqCst);
        }
    }

    /// What became of `ended` spans; to be called with a number read after this call would read its own.
    pub(super) fn delivery(&self, ended: impl FnOnce() -> u64) -> Delivery {
        let exported = self.exported.load(Ordering::SeqCst);
        let received = self.received.load(Ordering::SeqCst);
        let ended = ended();
        Delivery {
            destination: self.destination.clone(),
            exported,
            failed: received.saturating_sub(exported),
            dropped: ended.saturating_sub(received),
            told: self.told.load(Ordering::SeqCst),
        }
    }
}

/// Whether a receiver works, and what was said about it: the first failure and the first recovery, no more.
#[derive(Debug, Default)]
pub(super) struct Health {
    cause: Mutex<Option<String>>,
    failure_told: AtomicBool,
    recovery_told: AtomicBool,
    /// What is told at the end, if nothing else was.
    later: Mutex<Option<String>>,
}

impl Health {
    /// Keeps the first cause of an export: what came of trying again says less.
    fn note(&self, cause: String) {
        let mut kept = self.cause.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get_or_insert(cause);
    }

    fn take_cause(&self) -> Option<String> {
        let mut cause = self.cause.lock().unwrap_or_else(PoisonError::into_inner);
        cause.take()
    }

    /// Whether this was told now.
    fn failed(&self, what: &str, tally: &Tally, error: &OTelSdkError) -> bool {
        let cause = self.take_cause().unwrap_or_else(|| plain(error));
        let destination = &tally.destination;
        let line = format!("{what} did not reach {destination}: {cause} (told once)");
        if tally.secondary {
            let mut later = self.later.lock().unwrap_or_else(PoisonError::into_inner);
            later.get_or_insert(line);
            return false;
        }
        let first = !self.failure_told.swap(true, Ordering::SeqCst);
        if first {
            tell(&line);
        }
        first
    }

    fn worked(&self, destination: &str) {
        self.take_cause();
        if self.failure_told.load(Ordering::Relaxed)
            && !self.recovery_told.swap(true, Ordering::SeqCst)
        {
            tell(&format_args!("{destination} takes telemetry again"));
        }
    }

    /// Tells what failed that nothing else has said.
    pub(super) fn tell_rest(&self) {
        let mut later = self.later.lock().unwrap_or_else(PoisonError::into_inner);
        let line = later.take();
        if let Some(line) = line.filter(|_| !self.failure_told.swap(true, Ordering::SeqCst)) {
            tell(&line);
        }
    }
}

pub(super) fn no_answer(after: Duration) -> String {
    format!("no answer within {:.1} s", after.as_secs_f64())
}

/// Why a receiver could not be reached, and what to look at.
pub(super) fn nobody_there(why: &str, variable: &str) -> String {
    format!("{why}; is an OTLP/HTTP receiver listening there? see {variable}")
}

fn plain(error: &OTelSdkError) -> String {
    match error {
        OTelSdkError::AlreadyShutdown => "the exporter is shut down already".to_owned(),
        OTelSdkError::Timeout(after) => no_answer(*after),
        OTelSdkError::InternalFailure(message) => message.escape_debug().to_string(),
    }
}

/// An exporter that is counted, that cannot take its thread down with a panic, and whose first failure is told.
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
        what: &str,
        count: u64,
        export: impl Future<Output = OTelSdkResult> + Send,
    ) -> OTelSdkResult {
        self.tally.rejected.store(0, Ordering::SeqCst);
        self.tally.received(count);
        let result = self.export(what, Some(count), export).await;
        if result.is_ok() {
            let rejected = self.tally.rejected.load(Ordering::SeqCst);
            self.tally.exported(count.saturating_sub(rejected));
        }
        result
    }

    /// Exports `count` of `what`; what cannot be counted has no number.
    async fn export(
        &self,
        what: &str,
        count: Option<u64>,
        export: impl Future<Output = OTelSdkResult> + Send,
    ) -> OTelSdkResult {
        let result = no_panic(export).await;
        let rejected = self.tally.rejected.load(Ordering::SeqCst);
        let health = &self.tally.health;
        let told = match &result {
            Ok(()) if rejected == 0 => {
                health.worked(&self.tally.destination);
                false
            }
            Ok(()) => {
                let refused =
                    OTelSdkError::InternalFailure("the receiver rejected them".to_owned());
                let count = count.unwrap_or(rejected);
                let plural = if count == 1 {
                    what.strip_suffix('s')
                } else {
                    None
                };
                let lost = format!("{rejected} of {count} {}", plural.unwrap_or(what));
                health.failed(&lost, &self.tally, &refused)
            }
            // Without the number, so that several processes say the same; the report has it.
            Err(error) => health.failed(what, &self.tally, error),
        };
        if told {
            let lost = if result.is_ok() {
                Some(rejected)
            } else {
                count
            };
            let lost = lost.unwrap_or_default();
            self.tally.told.fetch_add(lost, Ordering::SeqCst);
        }
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
        self.export_counted("spans", count, export).await
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
        self.export_counted("log records", count, export).await
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
        self.export("metrics", None, export).await
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
