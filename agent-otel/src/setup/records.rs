//! The log processor of the set-up: it counts what is logged, so that what the queue had no room for is told.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use opentelemetry::InstrumentationScope;
use opentelemetry::logs::Severity;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{BatchLogProcessor, LogProcessor, SdkLogRecord};

use super::accounting::Tally;
use super::fault::tell;
use super::report::Delivery;
use super::wait;

/// What was logged, and what the exporter has seen of it.
#[derive(Clone, Debug)]
pub(super) struct Records {
    logged: Arc<AtomicU64>,
    tally: Arc<Tally>,
}

impl Records {
    pub(super) fn new(tally: Arc<Tally>) -> Self {
        Self {
            logged: Arc::default(),
            tally,
        }
    }

    /// Records that were logged up to now.
    pub(super) fn logged(&self) -> u64 {
        self.logged.load(Ordering::SeqCst)
    }

    /// Tells how many records were lost, if more were than was told before, of the first `logged` of all where that is
    /// given. To be called when everything was flushed.
    pub(super) fn tell_loss(&self, logged: Option<u64>) {
        let logged = || logged.unwrap_or_else(|| self.logged());
        let Some(delivery) = self.tally.loss(logged) else {
            return;
        };
        let Delivery {
            destination,
            exported,
            failed,
            dropped,
        } = delivery;
        if failed == 0 {
            tell(&format_args!(
                "{dropped} log records to {destination} were dropped; a full queue (OTEL_BLRP_MAX_QUEUE_SIZE) and a short shutdown timeout (AGENT_OTEL_SHUTDOWN_TIMEOUT) drop them"
            ));
        } else {
            let logged = exported + failed + dropped;
            tell(&format_args!(
                "{logged} log records to {destination}: {exported} exported, {failed} failed, {dropped} dropped; a full queue (OTEL_BLRP_MAX_QUEUE_SIZE) and a short shutdown timeout (AGENT_OTEL_SHUTDOWN_TIMEOUT) drop log records, the receiver fails them"
            ));
        }
    }
}

/// The batch processor of the SDK, counted.
pub(super) struct Counted {
    batch: BatchLogProcessor,
    records: Records,
    /// The longest flush.
    timeout: Duration,
}

impl Counted {
    pub(super) fn new(batch: BatchLogProcessor, records: Records, timeout: Duration) -> Self {
        Self {
            batch,
            records,
            timeout,
        }
    }
}

impl fmt::Debug for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The exporter inside shows its headers, so nothing of it is shown.
        fmt::Debug::fmt(&self.records, f)
    }
}

impl LogProcessor for Counted {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        self.records.logged.fetch_add(1, Ordering::SeqCst);
        self.batch.emit(record, scope);
    }

    fn force_flush(&self) -> OTelSdkResult {
        wait::flushed(self.timeout, || self.batch.force_flush())
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        wait::shut_down(timeout, |left| self.batch.shutdown_with_timeout(left))
    }

    fn event_enabled(&self, level: Severity, target: &str, name: Option<&str>) -> bool {
        self.batch.event_enabled(level, target, name)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.batch.set_resource(resource);
    }
}
