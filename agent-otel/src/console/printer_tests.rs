//! The thread that prints, with writers that work, that are stopped and that are closed.

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
