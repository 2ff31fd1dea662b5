//! The layer that takes events of `tracing`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use tracing_core::{Dispatch, Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::export::{self, Place};
use super::line;
use super::record::{Record, is_forwarded};
use super::redact;

/// Whether a subscriber of the program's own has a layer that exports.
static ADDED: AtomicBool = AtomicBool::new(false);

/// Exports events, prints them, or both.
#[derive(Debug)]
pub(super) struct Bridge {
    exports: bool,
    prints: bool,
    added_by_program: bool,
}

impl Bridge {
    /// A layer for a subscriber of the program's own.
    pub(super) fn exporting() -> Self {
        Self {
            exports: true,
            prints: false,
            added_by_program: true,
        }
    }

    /// A layer for a subscriber of the program's own.
    pub(super) fn printing() -> Self {
        Self {
            exports: false,
            prints: true,
            added_by_program: true,
        }
    }

    /// The layer of our own subscriber.
    pub(super) fn alone(prints: bool) -> Self {
        Self {
            exports: true,
            prints,
            added_by_program: false,
        }
    }

    fn take(&self, event: &Event<'_>) {
        let target = event.metadata().target();
        // What a forwarded record of `log` is about is known once it has been read.
        let may_export = self.exports && (is_forwarded(event) || export::wants(target));
        if may_export || self.prints {
            deliver(Record::of_event(event), self.exports, self.prints);
        }
    }
}

/// Whether the program has added a layer that exports to a subscriber of its own.
pub(super) fn is_added() -> bool {
    ADDED.load(Ordering::Relaxed)
}

/// Prints and exports a record, as it belongs to the current span and as redactors leave it.
pub(super) fn deliver(mut record: Record, exports: bool, prints: bool) {
    let place = Place::current(&record.target);
    let exports = exports && export::wants(&record.target);
    if exports || prints {
        redact::redact(&mut record);
    }
    if prints {
        line::print(&record, place);
    }
    if exports {
        export::emit(record, place);
    }
}

impl<S: Subscriber> Layer<S> for Bridge {
    fn on_register_dispatch(&self, _subscriber: &Dispatch) {
        if self.exports && self.added_by_program {
            ADDED.store(true, Ordering::Relaxed);
        }
    }

    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        // Fields are code of the user, and log processors may be code of others.
        let _ = catch_unwind(AssertUnwindSafe(|| self.take(event)));
    }
}
