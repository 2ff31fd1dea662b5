//! Groups spans by trace, and says when a trace is worth printing. One for all sources: the spans of this process and
//! those of others.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use opentelemetry::trace::{SpanId, TraceId};

use super::trace::{Outcome, Span, Trace};

/// How long a trace whose root has ended waits for spans that are still open.
const LINGER: Duration = Duration::from_secs(1);
/// Spans that are kept at most; beyond, the oldest trace is given out as it is, so that memory stays bounded.
const MAX_SPANS: usize = 100_000;
/// How many printed traces are remembered, to mark what comes later as a continuation.
const REMEMBERED: usize = 256;

#[derive(Debug, Default)]
struct Entry {
    number: u64,
    ended: Vec<Span>,
    /// The ids of these: an export that is tried again may bring a span twice.
    ids: HashSet<SpanId>,
    open: HashMap<SpanId, Span>,
    root_ended: Option<Instant>,
    changed: Option<Instant>,
    continued: bool,
}

/// What becomes of the open spans of a trace that is given out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// They are shown again at their end.
    Stays,
    /// They are forgotten, so that there is room.
    Goes,
}

/// Traces that are being put together.
#[derive(Debug, Default)]
pub(super) struct Assembler {
    entries: HashMap<TraceId, Entry>,
    /// The traces by age.
    ages: BTreeMap<u64, TraceId>,
    /// Traces to look at: something came since the last look, or the root has ended and spans are open.
    pending: HashSet<TraceId>,
    printed: VecDeque<TraceId>,
    spans: usize,
    next: u64,
    /// Whether starts are reported too, so that a trace without open span is a complete one.
    knows_open: bool,
}

impl Assembler {
    /// For a source that reports when spans begin, with [`open`](Self::open).
    pub(super) fn with_open_spans() -> Self {
        Self {
            knows_open: true,
            ..Self::default()
        }
    }

    fn entry(&mut self, trace: TraceId) -> &mut Entry {
        let printed = &self.printed;
        let (next, ages) = (&mut self.next, &mut self.ages);
        self.entries.entry(trace).or_insert_with(|| {
            *next += 1;
            ages.insert(*next, trace);
            Entry {
                number: *next,
                continued: printed.contains(&trace),
                ..Entry::default()
            }
        })
    }

    /// A span has begun.
    pub(super) fn open(&mut self, trace: TraceId, mut span: Span) {
        span.outcome = Outcome::Unfinished;
        let replaced = self.entry(trace).open.insert(span.id, span);
        self.spans += usize::from(replaced.is_none());
    }

    /// A span has ended.
    pub(super) fn end(&mut self, trace: TraceId, span: Span, now: Instant) {
        let entry = self.entry(trace);
        if !entry.ids.insert(span.id) {
            return;
        }
        let was_open = entry.open.remove(&span.id).is_some();
        if span.is_local_root() {
            entry.root_ended = Some(now);
        }
        entry.changed = Some(now);
        entry.ended.push(span);
        self.spans += usize::from(!was_open);
        self.pending.insert(trace);
    }

    /// Whether a trace waits for time to pass, so that [`finished`](Self::finished) is to be asked again.
    pub(super) fn waits(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Takes out the traces that are complete, or complete but for spans that outlive the root. `time` is the time of
    /// day, where open spans are drawn to.
    pub(super) fn finished(&mut self, now: Instant, time: u64) -> Vec<Trace> {
        let mut ready: Vec<TraceId> = Vec::new();
        let (entries, knows_open) = (&self.entries, self.knows_open);
        self.pending.retain(|id| {
            let Some(entry) = entries.get(id) else {
                return false;
            };
            let lingered = entry
                .root_ended
                .map(|ended| now.saturating_duration_since(ended) >= LINGER);
            let complete = if knows_open {
                entry.open.is_empty() || lingered == Some(true)
            } else {
                lingered.is_some()
            };
            if complete {
                ready.push(*id);
            }
            !complete && knows_open && lingered.is_some()
        });
        let mut traces = self.take(ready, time, Open::Stays);
        while self.is_full() {
            let Some(oldest) = self.ages.values().next().copied() else {
                break;
            };
            traces.extend(self.take(vec![oldest], time, Open::Goes));
        }
        traces
    }

    /// Whether there is more than may be kept, so that [`finished`](Self::finished) gives some of it out.
    pub(super) fn is_full(&self) -> bool {
        self.spans > MAX_SPANS
    }

    /// How many spans that have ended wait for the rest of their traces.
    pub(super) fn waiting(&self) -> usize {
        self.entries.values().map(|entry| entry.ended.len()).sum()
    }

    /// Takes out everything, unfinished spans included.
    pub(super) fn all(&mut self, time: u64) -> Vec<Trace> {
        let ids = self.entries.keys().copied().collect();
        self.take(ids, time, Open::Stays)
    }

    /// A copy of the first trace that has its root and all parents, and to which nothing came for `quiet`; without all
    /// parents, nothing for three times as long.
    #[cfg(feature = "receiver")]
    pub(super) fn settled(&self, now: Instant, quiet: Duration) -> Option<Trace> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(_, entry)| entry.number);
        entries.into_iter().find_map(|(id, entry)| {
            let since = now.saturating_duration_since(entry.changed?);
            let trace = Trace::new(*id, entry.ended.clone());
            let rooted = trace.roots().next().is_some();
            let wait = if trace.orphans().next().is_none() {
                quiet
            } else {
                quiet * 3
            };
            (rooted && since >= wait).then_some(trace)
        })
    }

    fn take(&mut self, ids: Vec<TraceId>, time: u64, open: Open) -> Vec<Trace> {
        let mut taken: Vec<(u64, Trace)> = Vec::new();
        let mut later: Vec<(TraceId, Entry)> = Vec::new();
        for id in ids {
            let Some(entry) = self.entries.remove(&id) else {
                continue;
            };
            self.ages.remove(&entry.number);
            self.pending.remove(&id);
            self.spans = self
                .spans
                .saturating_sub(entry.ended.len() + entry.open.len());
            let mut spans = entry.ended;
            spans.extend(entry.open.values().cloned().map(|mut span| {
                span.end = time.max(span.start);
                span
            }));
            let mut trace = Trace::new(id, spans);
            trace.continued = entry.continued;
            taken.push((entry.number, trace));
            if open == Open::Stays && !entry.open.is_empty() {
                // They may still end, and are shown then.
                let number = entry.number;
                let open = entry.open;
                later.push((
                    id,
                    Entry {
                        number,
                        open,
                        continued: true,
                        ..Entry::default()
                    },
                ));
            }
            if self.printed.len() == REMEMBERED {
                self.printed.pop_front();
            }
            self.printed.push_back(id);
        }
        for (id, entry) in later {
            self.spans += entry.open.len();
            self.ages.insert(entry.number, id);
            self.entries.insert(id, entry);
        }
        taken.sort_by_key(|(number, _)| *number);
        taken.into_iter().map(|(_, trace)| trace).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{span, trace_id};
    use super::*;

    #[test]
    fn a_trace_is_complete_when_nothing_is_open() {
        let now = Instant::now();
        let mut assembler = Assembler::with_open_spans();
        let (root, child) = (
            span(1, None, "root", 0, 10),
            span(2, Some(1), "child", 1, 9),
        );
        assembler.open(trace_id(), root.clone());
        assembler.open(trace_id(), child.clone());
        assembler.end(trace_id(), child, now);
        assert!(assembler.finished(now, 0).is_empty());
        assembler.end(trace_id(), root, now);
        let traces = assembler.finished(now, 0);
        assert_eq!(traces.len(), 1);
        assert_eq!(traces[0].totals().spans, 2);
        assert_eq!(traces[0].totals().unfinished, 0);
        assert!(assembler.all(0).is_empty());
    }

    #[test]
    fn a_span_that_outlives_its_root_is_shown_as_unfinished_and_again_at_its_end() {
        let now = Instant::now();
        let mut assembler = Assembler::with_open_spans();
        let (root, child) = (
            span(1, None, "root", 0, 10),
            span(2, Some(1), "late", 1, 90),
        );
        assembler.open(trace_id(), root.clone());
        assembler.open(trace_id(), child.clone());
        assembler.end(trace_id(), root, now);
        assert!(assembler.finished(now, 50).is_empty());
        let traces = assembler.finished(now + LINGER, 50);
        assert_eq!(traces[0].totals().unfinished, 1);
        assert!(!traces[0].continued);
        assembler.end(trace_id(), child, now + LINGER);
        let traces = assembler.finished(now + LINGER, 90);
        assert_eq!(traces[0].totals().spans, 1);
        assert!(traces[0].continued);
    }

    #[test]
    fn what_is_open_at_exit_is_given_out() {
        let mut assembler = Assembler::with_open_spans();
        assembler.open(trace_id(), span(1, None, "root", 5, 5));
        let traces = assembler.all(25_000_000);
        assert_eq!(traces[0].spans[0].outcome, Outcome::Unfinished);
        assert_eq!(traces[0].spans[0].end, 25_000_000);
    }

    #[test]
    fn without_starts_a_trace_is_complete_with_its_local_root() {
        let now = Instant::now();
        let mut assembler = Assembler::default();
        assembler.end(trace_id(), span(2, Some(1), "child", 1, 9), now);
        assert!(assembler.finished(now, 0).is_empty());
        assembler.end(trace_id(), span(1, None, "root", 0, 10), now);
        assert_eq!(assembler.finished(now, 0).len(), 1);
    }

    #[test]
    fn a_span_that_comes_twice_counts_once() {
        let now = Instant::now();
        let mut assembler = Assembler::default();
        let root = span(1, None, "root", 0, 10);
        assembler.end(trace_id(), root.clone(), now);
        assembler.end(trace_id(), root, now);
        assert_eq!(assembler.all(0)[0].totals().spans, 1);
    }

    /// Spans whose end never comes make no room, and no trace comes out again and again because of them.
    #[test]
    fn what_never_ends_is_given_out_once() {
        let now = Instant::now();
        let mut assembler = Assembler::with_open_spans();
        let open = MAX_SPANS as u64 + 10;
        let mut given = HashMap::<TraceId, usize>::new();
        for id in 1..=open + 20 {
            let trace = TraceId::from(u128::from(id));
            let (root, child) = (
                span(1, None, "root", 0, 10),
                span(2, Some(1), "child", 1, 9),
            );
            if id <= open {
                assembler.open(trace, child);
                continue;
            }
            assembler.open(trace, root.clone());
            assembler.end(trace, root, now);
            for trace in assembler.finished(now, 0) {
                *given.entry(trace.id).or_default() += 1;
            }
            assert!(assembler.spans <= MAX_SPANS);
        }
        assert!(given.values().all(|times| *times == 1), "{given:?}");
        for id in open + 1..=open + 20 {
            assert!(given.contains_key(&TraceId::from(u128::from(id))), "{id}");
        }
    }

    #[test]
    fn memory_is_bounded() {
        let now = Instant::now();
        let mut assembler = Assembler::default();
        let mut given = 0;
        for id in 1..=(MAX_SPANS as u64 + 10) {
            let trace = TraceId::from(u128::from(id));
            assembler.end(trace, span(id, Some(1), "child", 1, 9), now);
            given += assembler.finished(now, 0).len();
        }
        assert_eq!(given, 10);
        assert!(assembler.spans <= MAX_SPANS);
    }
}
