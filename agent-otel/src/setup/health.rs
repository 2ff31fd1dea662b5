//! What is said of receivers that do not work: once an outage, and once for all that fails for one reason.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Outages are told after one failure, and after up to this many in a row, as a power of two, where there were many.
const MOST_DOUBLINGS: u32 = 6;

/// Why an export failed: what has happened, in words without secrets, and what to look at.
#[derive(Clone, Debug)]
pub(super) struct Cause {
    pub(super) reason: String,
    pub(super) remedy: String,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        if self.remedy.is_empty() {
            Ok(())
        } else {
            write!(f, "; {}", self.remedy)
        }
    }
}

/// An export that failed, ready to be told.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) line: String,
    /// What other signals may fail for as well; `None` where it says nothing about them.
    pub(super) reason: Option<String>,
    /// What is lost, where that is counted.
    pub(super) count: u64,
}

/// What the destinations at one receiver have in common.
#[derive(Debug, Default)]
pub(super) struct Health {
    /// Reasons that were told and hold on.
    told: Mutex<Vec<String>>,
    /// Exports of spans that worked.
    worked: AtomicU64,
}

impl Health {
    fn worked(&self) -> u64 {
        self.worked.load(Ordering::SeqCst)
    }

    fn has_told(&self, failure: &Failure) -> bool {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let reason = failure.reason.as_ref();
        reason.is_some_and(|reason| told.contains(reason))
    }

    fn note(&self, failure: &Failure) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.extend(failure.reason.clone());
    }

    fn forget(&self) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.clear();
    }
}

/// How one destination does, and what was said about it. Outages and recoveries are told in turn, so that the last word is
/// true; each further one has to last twice as long, so that a receiver that comes and goes floods nobody.
#[derive(Debug, Default)]
pub(super) struct Standing {
    failures_in_a_row: u32,
    outages_told: u32,
    /// An outage was told, and not its end.
    is_down: bool,
    /// What waits until it is known whether a more telling failure is told, and how often spans had worked then.
    later: Option<(Failure, u64)>,
}

impl Standing {
    /// An export failed; what is to be told of it. Failures of metrics and log records are `secondary`: where they do not
    /// reach a receiver, those of spans say as much.
    pub(super) fn failed(
        &mut self,
        failure: Failure,
        secondary: bool,
        health: &Health,
    ) -> Option<Failure> {
        self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        if self.is_down || secondary && health.has_told(&failure) {
            return None;
        }
        let failure = if secondary {
            let worked = health.worked();
            let (first, worked_then) = self.later.get_or_insert((failure, worked));
            if *worked_then == worked {
                return None;
            }
            first.clone()
        } else {
            failure
        };
        let doublings = self.outages_told.saturating_sub(1).min(MOST_DOUBLINGS);
        if self.failures_in_a_row < 1 << doublings {
            return None;
        }
        Some(self.begin_outage(failure, health))
    }

    /// An export worked; whether that is to be told.
    pub(super) fn worked(&mut self, secondary: bool, health: &Health) -> bool {
        self.failures_in_a_row = 0;
        if !secondary {
            health.worked.fetch_add(1, Ordering::SeqCst);
        }
        let is_recovery = std::mem::take(&mut self.is_down);
        if is_recovery {
            health.forget();
        }
        is_recovery
    }

    /// What waits to be told, at a time when nothing more telling comes any more.
    pub(super) fn rest(&mut self, health: &Health) -> Option<Failure> {
        let (failure, _) = self.later.take()?;
        let is_told = self.is_down || health.has_told(&failure);
        (!is_told).then(|| self.begin_outage(failure, health))
    }

    /// Whether an outage was told that is over, so that its end is to be told as well.
    pub(super) fn is_over(&self) -> bool {
        self.is_down && self.failures_in_a_row == 0
    }

    fn begin_outage(&mut self, failure: Failure, health: &Health) -> Failure {
        health.note(&failure);
        self.later = None;
        self.is_down = true;
        self.outages_told = self.outages_told.saturating_add(1);
        failure
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(reason: &str) -> Failure {
        Failure {
            line: reason.to_owned(),
            reason: Some(reason.to_owned()),
            count: 1,
        }
    }

    #[test]
    fn each_outage_is_told_and_those_of_a_receiver_that_comes_and_goes_are_not() {
        let (health, mut spans) = (Health::default(), Standing::default());
        let mut outage = |failures: usize| {
            let told =
                (0..failures).filter(|_| spans.failed(failure("x"), false, &health).is_some());
            (told.count(), spans.worked(false, &health))
        };
        assert_eq!(outage(10), (1, true));
        assert_eq!(outage(1), (1, true));
        let told = (0..10_000).filter(|_| outage(1) != (0, false)).count();
        assert_eq!(told, 0);
        assert_eq!(outage(100), (1, true));
        // However often it was told, the last word becomes true.
        for _ in 0..100 {
            assert_eq!(outage(64), (1, true));
        }
        assert_eq!(outage(63), (0, false));
    }

    #[test]
    fn one_reason_is_told_once_and_another_is_not_hidden_by_it() {
        let (health, mut spans) = (Health::default(), Standing::default());
        let (mut metrics, mut logs) = (Standing::default(), Standing::default());
        assert!(spans.failed(failure("refused"), false, &health).is_some());
        assert!(metrics.failed(failure("refused"), true, &health).is_none());
        assert!(logs.failed(failure("404"), true, &health).is_none());
        assert!(metrics.rest(&health).is_none());
        assert_eq!(
            logs.rest(&health).map(|told| told.line).as_deref(),
            Some("404")
        );
        assert!(logs.failed(failure("404"), true, &health).is_none());
        assert!(logs.rest(&health).is_none());
    }

    #[test]
    fn what_is_told_at_the_end_may_be_over() {
        let (health, mut metrics) = (Health::default(), Standing::default());
        assert!(metrics.failed(failure("400"), true, &health).is_none());
        assert!(!metrics.worked(true, &health));
        // It was lost all the same, and what was told is not to be the last word.
        assert!(metrics.rest(&health).is_some());
        assert!(metrics.is_over());
        assert!(metrics.worked(true, &health));
        assert!(!metrics.is_over());
    }

    #[test]
    fn what_spans_do_not_explain_is_told_while_the_program_runs() {
        let (health, mut spans, mut logs) =
            (Health::default(), Standing::default(), Standing::default());
        assert!(logs.failed(failure("400"), true, &health).is_none());
        assert!(logs.failed(failure("400"), true, &health).is_none());
        spans.worked(false, &health);
        assert!(logs.failed(failure("400"), true, &health).is_some());
        assert!(logs.worked(true, &health));
        // A reason that was told is forgotten with the outage.
        assert!(logs.failed(failure("400"), true, &health).is_none());
        assert!(logs.rest(&health).is_some());
    }
}
