//! The logger that takes records of `log`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use log::{LevelFilter, Log, Metadata};
use tracing_subscriber::filter::Targets;

use super::bridge::deliver;
use super::record::{Record, level};

/// Whether the program has put a logger of its own into one of ours.
static AROUND: AtomicBool = AtomicBool::new(false);

pub(super) fn is_around() -> bool {
    AROUND.load(Ordering::Relaxed)
}

/// Exports and prints records of `log`, and hands them on where there is another logger.
pub(super) struct Logger {
    inner: Option<Box<dyn Log>>,
    targets: Targets,
    prints: bool,
}

impl Logger {
    /// The only logger of a program.
    pub(super) fn alone(targets: Targets, prints: bool) -> Self {
        Self {
            inner: None,
            targets,
            prints,
        }
    }

    /// A logger around that of the program.
    pub(super) fn around(inner: impl Log + 'static, targets: Targets) -> Self {
        AROUND.store(true, Ordering::Relaxed);
        Self {
            inner: Some(Box::new(inner)),
            targets,
            prints: false,
        }
    }

    fn takes(&self, metadata: &Metadata<'_>) -> bool {
        self.targets
            .would_enable(metadata.target(), &level(metadata.level()))
    }
}

/// The most verbose level of any target.
pub(super) fn most_verbose(targets: &Targets) -> LevelFilter {
    use tracing_core::LevelFilter as Filter;

    let most = targets
        .iter()
        .map(|(_, level)| level)
        .chain(targets.default_level())
        .max()
        .unwrap_or(Filter::OFF);
    match most {
        Filter::OFF => LevelFilter::Off,
        Filter::ERROR => LevelFilter::Error,
        Filter::WARN => LevelFilter::Warn,
        Filter::INFO => LevelFilter::Info,
        Filter::DEBUG => LevelFilter::Debug,
        _ => LevelFilter::Trace,
    }
}

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.takes(metadata)
            || self
                .inner
                .as_ref()
                .is_some_and(|inner| inner.enabled(metadata))
    }

    fn log(&self, logged: &log::Record<'_>) {
        if self.takes(logged.metadata()) {
            // Key-value pairs are code of the user, and log processors may be code of others.
            let _ = catch_unwind(AssertUnwindSafe(|| {
                deliver(Record::of_log(logged), true, self.prints);
            }));
        }
        if let Some(inner) = &self.inner {
            if inner.enabled(logged.metadata()) {
                inner.log(logged);
            }
        }
    }

    fn flush(&self) {
        if let Some(inner) = &self.inner {
            inner.flush();
        }
    }
}
