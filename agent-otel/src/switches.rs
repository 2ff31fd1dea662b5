//! What every operation asks of the whole process, in one word: one relaxed load tells it all, and one test that nothing of
//! a kind is asked for.
//!
//! Each switch is set by the part whose it is, which also says what it means together with others.

use std::sync::atomic::{AtomicU16, Ordering};

/// Some switches, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Switches(u16);

impl Switches {
    pub(crate) const NONE: Self = Self(0);

    // Of the provider.
    /// `OTEL_SDK_DISABLED=true`, or shutdown: nothing is started, everything is passed on.
    pub(crate) const DISABLED: Self = Self(1);
    /// A tracer was handed over. Without one the global provider is asked each time, since it may come late or change.
    #[cfg(feature = "sdk")]
    pub(crate) const INSTALLED: Self = Self(1 << 1);
    /// Metrics are recorded.
    pub(crate) const MEASURES: Self = Self(1 << 2);
    /// The global provider was seen to be more than the one that does nothing.
    pub(crate) const GLOBAL: Self = Self(1 << 3);
    /// The sampler of the tracer follows a parent that was sampled out, so that no span need be started under one.
    pub(crate) const FOLLOWS: Self = Self(1 << 4);

    // Of the policy about content.
    /// The policy was not read yet, so that nothing else is known of it.
    pub(crate) const UNREAD: Self = Self(1 << 5);
    /// Content goes onto spans or events.
    pub(crate) const CAPTURES: Self = Self(1 << 6);
    /// Content is handed to upload hooks.
    pub(crate) const UPLOADS: Self = Self(1 << 7);
    /// The event with the details of an inference is emitted.
    pub(crate) const EMITS: Self = Self(1 << 8);
    /// Not every attribute may leave the process.
    pub(crate) const WITHHOLDS: Self = Self(1 << 9);

    // Of the spans of client crates.
    /// Nobody has asked yet, so that the environment was not read.
    pub(crate) const UNDECIDED: Self = Self(1 << 10);
    /// Client crates tell the calls of models.
    pub(crate) const THEIRS: Self = Self(1 << 11);

    pub(crate) const fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Itself, or none.
    pub(crate) const fn when(self, is_on: bool) -> Self {
        if is_on { self } else { Self::NONE }
    }

    /// Whether any of `switches` is on.
    #[inline]
    pub(crate) const fn any(self, switches: Self) -> bool {
        self.0 & switches.0 != 0
    }
}

static SWITCHES: AtomicU16 = AtomicU16::new(Switches::UNREAD.with(Switches::UNDECIDED).0);

/// Those that are on. One relaxed load.
#[inline]
pub(crate) fn on() -> Switches {
    Switches(SWITCHES.load(Ordering::Relaxed))
}

/// Those that are on, and what was written before they were turned on.
#[cfg(feature = "sdk")]
pub(crate) fn acquire() -> Switches {
    // On the common platforms it costs what a relaxed load costs.
    Switches(SWITCHES.load(Ordering::Acquire))
}

/// Turns `switches` on.
pub(crate) fn turn_on(switches: Switches) {
    SWITCHES.fetch_or(switches.0, Ordering::Release);
}

/// Turns `off` off and `on` on.
pub(crate) fn turn(off: Switches, on: Switches) {
    update(|now| Some(now & !off.0 | on.0));
}

/// Turns `pending` off and `on` on, unless somebody else has turned `pending` off.
pub(crate) fn settle(pending: Switches, on: Switches) {
    update(|now| (now & pending.0 != 0).then_some(now & !pending.0 | on.0));
}

fn update(switches: impl FnMut(u16) -> Option<u16>) {
    // What is not to be updated is right as it is.
    let _ = SWITCHES.fetch_update(Ordering::Release, Ordering::Relaxed, switches);
}
