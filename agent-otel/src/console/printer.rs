//! The thread that prints the traces of this process. The application only ever puts a span into a queue: a terminal that
//! is stopped, or a pipe that nobody reads, must not stop it.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use opentelemetry_sdk::trace::SpanData;

use super::Style;
use super::assemble::Assembler;
use super::convert::{from_sdk, nanoseconds};
use super::exporter::print;

/// How often a trace is looked at whose root has ended and that has open spans.
const TICK: Duration = Duration::from_millis(100);

enum Event {
    Started(Box<SpanData>),
    Ended(Box<SpanData>),
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
        };
        thread::Builder::new()
            .name("agent-otel-console".to_owned())
            .spawn(move || worker.run(&received))?;
        Ok(Self {
            events,
            queued,
            capacity,
        })
    }

    /// A span has begun.
    pub(crate) fn started(&self, span: SpanData) {
        self.queue(Event::Started(Box::new(span)));
    }

    /// A span has ended; whether there was room for it.
    pub(crate) fn ended(&self, span: SpanData) -> bool {
        self.queue(Event::Ended(Box::new(span)))
    }

    fn queue(&self, event: Event) -> bool {
        // The bound is a count and not the channel's own, so that a request to flush always finds room.
        let queued = self.queued.fetch_add(1, Ordering::Relaxed);
        if queued < self.capacity && self.events.send(event).is_ok() {
            return true;
        }
        self.queued.fetch_sub(1, Ordering::Relaxed);
        false
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

struct Worker {
    service: String,
    out: Box<dyn Write + Send>,
    style: Style,
    queued: Arc<AtomicUsize>,
    assembler: Assembler,
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
            }
            Event::Ended(span) => {
                self.queued.fetch_sub(1, Ordering::Relaxed);
                let (trace, span) = from_sdk(&span, &self.service);
                self.assembler.end(trace, span, Instant::now());
                self.print(false);
            }
            Event::Flush { everything, done } => {
                self.print(everything);
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
        if !traces.is_empty() {
            print(&traces, &self.style, &mut self.out);
        }
    }
}
