//! The thread that prints the traces of this process. The application only ever puts a span into a queue: a terminal that
//! is stopped, or a pipe that nobody reads, must not stop it.

use std::collections::HashSet;
use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::SpanData;

use super::Style;
use super::assemble::Assembler;
use super::convert::{from_sdk, nanoseconds};
use super::exporter::print;
use super::trace::{Outcome, Trace};

/// How often a trace is looked at whose root has ended and that has open spans.
const TICK: Duration = Duration::from_millis(100);

/// Who counts what became of spans.
pub(crate) trait Count: Send + Sync {
    /// So many wait to be printed.
    fn received(&self, count: u64);

    /// So many of these are printed.
    fn printed(&self, count: u64);
}

enum Event {
    Started(Box<SpanData>),
    Ended(Box<SpanData>, Arc<dyn Count>),
    /// Print what is complete, or everything, and answer.
    Flush {
        everything: bool,
        done: SyncSender<()>,
    },
}

/// A handle on the thread that prints.
pub(crate) struct Printer {
    events: Sender<Event>,
    queued: Arc<AtomicUsize>,
    capacity: usize,
    /// The spans whose start was queued and whose end is to come.
    open: Mutex<HashSet<(TraceId, SpanId)>>,
}

impl Printer {
    /// Starts the thread; fails where the system gives none.
    pub(crate) fn start(
        service: String,
        out: Box<dyn Write + Send>,
        style: Style,
        capacity: usize,
    ) -> io::Result<Self> {
        let (events, received) = channel();
        let queued = Arc::new(AtomicUsize::new(0));
        let worker = Worker {
            service,
            out,
            style,
            queued: Arc::clone(&queued),
            assembler: Assembler::with_open_spans(),
            count: None,
            ahead: 0,
            works: true,
        };
        thread::Builder::new()
            .name("agent-otel-console".to_owned())
            .spawn(move || worker.run(&received))?;
        Ok(Self {
            events,
            queued,
            capacity,
            open: Mutex::default(),
        })
    }

    /// A span has begun. Where there is no room for that, it is first heard of at its end.
    pub(crate) fn started(&self, span: SpanData) {
        if !self.reserve(self.capacity) {
            return;
        }
        self.open().insert(key(&span));
        let _ = self.events.send(Event::Started(Box::new(span)));
    }

    /// A span has ended, and `count` is to know what becomes of it if there is room for it.
    ///
    /// There is where its start was taken, however full the queue is: the span would be open for good. So the queue has
    /// no more than the capacity and the ends of what was open.
    pub(crate) fn ended(&self, span: SpanData, count: Arc<dyn Count>) {
        let was_open = self.open().remove(&key(&span));
        let capacity = if was_open { usize::MAX } else { self.capacity };
        if self.reserve(capacity) {
            // Before it may be printed, so that nobody sees more printed than received.
            count.received(1);
            let _ = self.events.send(Event::Ended(Box::new(span), count));
        }
    }

    /// Takes a place in the queue. The bound is a count and not the channel's own, so that a request to flush always
    /// finds room.
    fn reserve(&self, capacity: usize) -> bool {
        let has_room = self.queued.fetch_add(1, Ordering::Relaxed) < capacity;
        if !has_room {
            self.queued.fetch_sub(1, Ordering::Relaxed);
        }
        has_room
    }

    fn open(&self) -> MutexGuard<'_, HashSet<(TraceId, SpanId)>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prints what is complete, and with `everything` what is not; whether that was done in time.
    pub(crate) fn flush(&self, everything: bool, timeout: Duration) -> bool {
        let (done, wait) = sync_channel(1);
        let asked = self.events.send(Event::Flush { everything, done });
        asked.is_ok() && wait.recv_timeout(timeout).is_ok()
    }
}

impl fmt::Debug for Printer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Printer").finish_non_exhaustive()
    }
}

fn key(span: &SpanData) -> (TraceId, SpanId) {
    (span.span_context.trace_id(), span.span_context.span_id())
}

struct Worker {
    service: String,
    out: Box<dyn Write + Send>,
    style: Style,
    queued: Arc<AtomicUsize>,
    assembler: Assembler,
    count: Option<Arc<dyn Count>>,
    /// How many spans were counted as printed at a flush, and are not yet.
    ahead: usize,
    /// Whether what was to be printed last was written.
    works: bool,
}

impl Worker {
    fn run(mut self, events: &Receiver<Event>) {
        loop {
            // Sleeps for good where nothing waits for time to pass.
            let event = if self.assembler.waits() {
                events.recv_timeout(TICK)
            } else {
                events.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            match event {
                Ok(event) => self.handle(event),
                Err(RecvTimeoutError::Timeout) => self.print(false),
                Err(RecvTimeoutError::Disconnected) => {
                    self.print(true);
                    return;
                }
            }
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Started(span) => {
                self.queued.fetch_sub(1, Ordering::Relaxed);
                let (trace, span) = from_sdk(&span, &self.service);
                self.assembler.open(trace, span);
                if self.assembler.is_full() {
                    self.print(false);
                }
            }
            Event::Ended(span, count) => {
                self.queued.fetch_sub(1, Ordering::Relaxed);
                self.count = Some(count);
                let (trace, span) = from_sdk(&span, &self.service);
                self.assembler.end(trace, span, Instant::now());
                self.print(false);
            }
            Event::Flush { everything, done } => {
                self.print(everything);
                self.count_waiting();
                let _ = done.try_send(());
            }
        }
    }

    fn print(&mut self, everything: bool) {
        let time = nanoseconds(SystemTime::now());
        let traces = if everything {
            self.assembler.all(time)
        } else {
            self.assembler.finished(Instant::now(), time)
        };
        // One by one, so that each is counted when it is written.
        for trace in traces {
            let ended = ended(&trace);
            self.works = print(&[trace], &self.style, &mut self.out);
            let known = ended.min(self.ahead);
            self.ahead -= known;
            if self.works {
                self.count(ended - known);
            }
        }
    }

    /// What waits for the rest of its trace is in good hands as long as there is somebody to print it for: whoever asks
    /// for a flush is not to hear that it failed.
    fn count_waiting(&mut self) {
        let waiting = self.assembler.waiting();
        if self.works && waiting > self.ahead {
            self.count(waiting - self.ahead);
            self.ahead = waiting;
        }
    }

    fn count(&self, printed: usize) {
        if let Some(count) = self.count.as_ref().filter(|_| printed > 0) {
            count.printed(u64::try_from(printed).unwrap_or(u64::MAX));
        }
    }
}

/// How many spans of a trace have ended.
fn ended(trace: &Trace) -> usize {
    let is_open = |outcome: &Outcome| *outcome == Outcome::Unfinished;
    let spans = trace.spans.iter();
    spans.filter(|span| !is_open(&span.outcome)).count()
}

#[cfg(test)]
#[path = "printer_tests.rs"]
mod tests;
