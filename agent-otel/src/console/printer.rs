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

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};

    use opentelemetry::trace::{
        Span as _, SpanContext, SpanId, SpanKind, Status, TraceContextExt as _, TraceFlags,
        TraceId, TraceState, Tracer as _, TracerProvider as _,
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

    #[test]
    fn a_flush_prints_what_is_complete_and_a_last_one_everything() {
        let page = Page::default();
        let out = Box::new(page.clone());
        let printer = Printer::start("shop".to_owned(), out, Style::plain(100), 16);
        let Ok(printer) = printer else { return };
        let (done, open) = (ended("done", 1), ended("open", 2));
        printer.started(done.clone());
        printer.started(open);
        assert!(printer.ended(done));
        assert!(printer.flush(false, Duration::from_secs(60)));
        assert!(page.text().contains("done") && !page.text().contains("open"));
        assert!(printer.flush(true, Duration::from_secs(60)));
        assert!(page.text().contains("… unfinished"), "{}", page.text());
    }

    #[test]
    fn a_queue_that_is_full_drops_and_says_so() {
        let (events, _receiver) = channel();
        let printer = Printer {
            events,
            queued: Arc::default(),
            capacity: 2,
        };
        let results: Vec<bool> = (0..3).map(|_| printer.ended(ended("span", 1))).collect();
        assert_eq!(results, [true, true, false]);
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
