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
mod tests {
    use std::sync::atomic::AtomicU64;

    use opentelemetry::trace::{
        Span as _, SpanContext, SpanKind, Status, TraceContextExt as _, TraceFlags, TraceState,
        Tracer as _, TracerProvider as _,
    };
    use opentelemetry::{Context, InstrumentationScope, KeyValue};
    use opentelemetry_sdk::Resource;
    use opentelemetry_sdk::trace::{SdkTracerProvider, SpanEvents, SpanLinks};

    use super::super::Exporter;
    use super::*;

    /// A place to write to that can be read.
    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Page {
        fn text(&self) -> String {
            let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            String::from_utf8_lossy(&bytes).into_owned()
        }
    }

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn ended(name: &'static str, id: u64) -> SpanData {
        let trace = TraceId::from(u128::from(id));
        let flags = TraceFlags::SAMPLED;
        let state = TraceState::NONE;
        SpanData {
            span_context: SpanContext::new(trace, SpanId::from(id), flags, false, state),
            parent_span_id: SpanId::INVALID,
            parent_span_is_remote: false,
            span_kind: SpanKind::Internal,
            name: name.into(),
            start_time: SystemTime::now(),
            end_time: SystemTime::now(),
            attributes: Vec::new(),
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: Status::Unset,
            instrumentation_scope: InstrumentationScope::default(),
        }
    }

    /// What became of spans: how many were received, and how many printed.
    #[derive(Default)]
    struct Counts(AtomicU64, AtomicU64);

    impl Counts {
        fn told(&self) -> (u64, u64) {
            (self.0.load(Ordering::SeqCst), self.1.load(Ordering::SeqCst))
        }
    }

    impl Count for Counts {
        fn received(&self, count: u64) {
            self.0.fetch_add(count, Ordering::SeqCst);
        }

        fn printed(&self, count: u64) {
            self.1.fetch_add(count, Ordering::SeqCst);
        }
    }

    /// Nobody reads it for now: it says when it is written to, and waits.
    struct Stopped(Sender<()>, Receiver<()>, Page);

    impl Write for Stopped {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.send(());
            let _ = self.1.recv();
            self.2.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Nobody will ever read it.
    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    const LONG: Duration = Duration::from_secs(600);

    fn printer(out: impl Write + Send + 'static, capacity: usize) -> (Printer, Arc<Counts>) {
        let printer = Printer::start(
            "shop".to_owned(),
            Box::new(out),
            Style::plain(100),
            capacity,
        );
        (printer.expect("there are threads"), Arc::default())
    }

    /// A printer that is busy with a span that was printed to nobody yet, and what lets it go on.
    fn stopped(capacity: usize) -> (Printer, Arc<Counts>, Sender<()>, Page) {
        let (writes, is_writing) = channel();
        let (release, hold) = channel();
        let page = Page::default();
        let (printer, counts) = printer(Stopped(writes, hold, page.clone()), capacity);
        let first = ended("first", 1);
        printer.started(first.clone());
        printer.ended(first, counts.clone());
        assert_eq!(is_writing.recv(), Ok(()));
        (printer, counts, release, page)
    }

    #[test]
    fn a_flush_prints_what_is_complete_and_a_last_one_everything() {
        let page = Page::default();
        let (printer, counts) = printer(page.clone(), 16);
        let (done, open) = (ended("done", 1), ended("open", 2));
        printer.started(done.clone());
        printer.started(open);
        printer.ended(done, counts.clone());
        assert!(printer.flush(false, LONG));
        assert!(page.text().contains("done") && !page.text().contains("open"));
        assert!(printer.flush(true, LONG));
        assert!(page.text().contains("… unfinished"), "{}", page.text());
        assert_eq!(counts.told(), (1, 1));
    }

    #[test]
    fn a_queue_that_is_full_drops_and_says_so() {
        let (printer, counts, release, page) = stopped(2);
        for id in 2..5 {
            printer.ended(ended("next", id), counts.clone());
        }
        assert_eq!(counts.told(), (3, 0));
        drop(release);
        assert!(printer.flush(false, LONG));
        assert_eq!(counts.told(), (3, 3));
        assert_eq!(page.text().matches("  next").count(), 2, "{}", page.text());
    }

    /// A burst leaves nothing open that has ended.
    #[test]
    fn the_end_of_what_was_seen_to_begin_finds_room() {
        let (printer, counts, release, page) = stopped(2);
        let (one, other) = (ended("one", 2), ended("other", 3));
        printer.started(one.clone());
        printer.started(other.clone());
        // These find none.
        printer.started(ended("third", 4));
        printer.ended(ended("third", 4), counts.clone());
        printer.ended(one, counts.clone());
        printer.ended(other, counts.clone());
        assert_eq!(counts.told(), (3, 0));
        drop(release);
        assert!(printer.flush(true, LONG));
        assert_eq!(counts.told(), (3, 3));
        let text = page.text();
        assert!(text.contains("one") && text.contains("other"), "{text}");
        assert!(
            !text.contains("unfinished") && !text.contains("third"),
            "{text}"
        );
        assert!(printer.open().is_empty());
    }

    #[test]
    fn only_what_is_printed_counts_as_printed() {
        let (printer, counts) = printer(Closed, 16);
        for id in 1..4 {
            printer.ended(ended("span", id), counts.clone());
        }
        assert!(printer.flush(false, LONG));
        assert!(printer.flush(true, LONG));
        assert_eq!(counts.told(), (3, 0));
        let (printer, counts, _release, _) = stopped(16);
        assert!(!printer.flush(true, Duration::ZERO));
        assert_eq!(counts.told(), (1, 0), "nobody reads it");
    }

    /// A flush in the midst of a trace reports no failure, and none of it counts twice.
    #[test]
    fn what_waits_for_its_trace_counts_at_a_flush_and_once() {
        let page = Page::default();
        let (printer, counts) = printer(page.clone(), 16);
        let root = ended("root", 1);
        let mut child = ended("child", 2);
        let trace = root.span_context.trace_id();
        let (flags, state) = (TraceFlags::SAMPLED, TraceState::NONE);
        child.span_context = SpanContext::new(trace, SpanId::from(2), flags, false, state);
        child.parent_span_id = SpanId::from(1);
        printer.started(root.clone());
        printer.started(child.clone());
        printer.ended(child, counts.clone());
        for _ in 0..2 {
            assert!(printer.flush(false, LONG));
            assert_eq!(counts.told(), (1, 1));
        }
        assert_eq!(page.text(), "");
        printer.ended(root, counts.clone());
        assert!(printer.flush(false, LONG));
        assert_eq!(counts.told(), (2, 2));
        printer.ended(ended("next", 3), counts.clone());
        assert!(printer.flush(false, LONG));
        assert_eq!(counts.told(), (3, 3));
    }

    #[test]
    fn an_exporter_of_ones_own_provider_prints_each_trace_with_its_root() {
        let page = Page::default();
        let provider = SdkTracerProvider::builder()
            .with_resource(Resource::builder_empty().with_service_name("shop").build())
            .with_simple_exporter(Exporter::new(page.clone(), Style::plain(100)))
            .build();
        let tracer = provider.tracer("test");
        let root = Context::new().with_span(tracer.start("invoke_agent a"));
        let mut call = tracer.start_with_context("chat m", &root);
        call.set_attribute(KeyValue::new(crate::semconv::GEN_AI_OPERATION_NAME, "chat"));
        call.set_attribute(KeyValue::new(crate::semconv::GEN_AI_USAGE_INPUT_TOKENS, 3));
        call.set_attribute(KeyValue::new(crate::semconv::ERROR_TYPE, "timeout"));
        call.set_status(Status::error("too slow"));
        call.end();
        assert_eq!(page.text(), "");
        root.span().end();
        let text = page.text();
        for part in [
            "shop",
            "1 model call",
            "3 tok",
            "✗ timeout",
            "timeout: too slow",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}
