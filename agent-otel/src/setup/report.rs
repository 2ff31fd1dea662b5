//! What became of the spans.

use std::fmt;

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
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            destination,
            exported,
            failed,
            dropped,
        } = self;
        let ended = exported + failed + dropped;
        write!(
            f,
            "{ended} spans to {destination}: {exported} exported, {failed} failed, {dropped} dropped"
        )
    }
}
