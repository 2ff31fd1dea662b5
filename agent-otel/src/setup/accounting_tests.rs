//! Exporters that misbehave, and what is counted of them.

use opentelemetry::trace::{Span as _, Tracer as _, TracerProvider as _};
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider};

use super::super::processor::{Ending, Lane, Pipeline};
use super::super::report::ShutdownReport;
use super::*;

/// Does to each batch what its function says.
#[derive(Clone)]
struct Scripted(Arc<dyn Fn(u64) -> OTelSdkResult + Send + Sync>);

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scripted")
    }
}

impl SpanExporter for Scripted {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        (self.0)(batch.len() as u64)
    }
}

/// Ends `spans` spans into a queue of `queue`, in batches of `size`, with a flush after each tenth of them.
fn report(
    (spans, queue, size): (u64, usize, usize),
    export: impl Fn(u64) -> OTelSdkResult + Send + Sync + 'static,
) -> ShutdownReport {
    let tally = Tally::new("a test".to_owned(), Arc::default(), Signal::Traces);
    let exporter = Accounting::new(Scripted(Arc::new(export)), Arc::clone(&tally));
    let config = BatchConfigBuilder::default()
        .with_max_queue_size(queue)
        .with_max_export_batch_size(size)
        .with_scheduled_delay(Duration::from_secs(3_600))
        .build();
    let batch = BatchSpanProcessor::new(exporter, config);
    let pipeline = Pipeline::new(vec![Lane::Otlp { batch, tally }], true);
    let provider = SdkTracerProvider::builder()
        .with_span_processor(pipeline.clone())
        .build();
    let tracer = provider.tracer("test");
    for number in 1..=spans {
        tracer.start("span").end();
        if number % (spans / 10).max(1) == 0 && queue > 10 {
            let _ = provider.force_flush();
        }
    }
    let open = tracer.start("open");
    let _ = provider.shutdown_with_timeout(Duration::from_secs(60));
    let report = pipeline.report();
    drop(open);
    assert_eq!(report.ended, spans);
    assert_eq!(
        report.ended,
        report.exported + report.failed + report.dropped
    );
    assert_eq!(report.unfinished, 1);
    report
}

fn failure() -> OTelSdkResult {
    Err(OTelSdkError::InternalFailure("on purpose".to_owned()))
}

#[test]
fn a_healthy_exporter_gets_everything() {
    assert_eq!(report((100, 1_000, 10), |_| Ok(())).exported, 100);
}

#[test]
fn a_failing_exporter_fails_everything() {
    assert_eq!(report((100, 1_000, 10), |_| failure()).failed, 100);
}

#[test]
fn an_exporter_that_panics_once_loses_one_batch() {
    let panicked = AtomicBool::new(false);
    let report = report((100, 1_000, 10), move |_| {
        if !panicked.swap(true, Ordering::SeqCst) {
            std::panic::panic_any("on purpose");
        }
        Ok(())
    });
    assert_eq!((report.exported, report.failed), (90, 10));
}

#[test]
fn an_exporter_that_always_panics_is_counted() {
    let report = report((100, 1_000, 10), |_| std::panic::panic_any("on purpose"));
    assert_eq!(report.failed, 100);
}

#[test]
fn a_full_queue_drops_and_counts() {
    let (release, blocked) = std::sync::mpsc::channel::<()>();
    let blocked = Mutex::new(blocked);
    // The first export lasts until all spans have ended, so no more than a queue and a batch get through.
    let spans = 10_000;
    let ended = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&ended);
    let report = report((spans, 10, 5), move |count| {
        if seen.fetch_add(count, Ordering::SeqCst) == 0 {
            let blocked = blocked.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = blocked.recv_timeout(Duration::from_millis(200));
        }
        Ok(())
    });
    drop(release);
    assert_eq!(report.exported, ended.load(Ordering::SeqCst));
    assert_eq!(report.failed, 0);
    assert!(report.dropped > 0, "{report}");
}

/// The SDK's queue of requests to flush or to shut down holds 64.
#[test]
fn a_shutdown_waits_for_its_turn_behind_any_number_of_flushes() {
    let (release, blocked) = std::sync::mpsc::channel::<()>();
    let blocked = Mutex::new(blocked);
    let tally = Tally::new("a test".to_owned(), Arc::default(), Signal::Traces);
    let export = move |_| {
        let _ = lock(&blocked).recv();
        Ok(())
    };
    let exporter = Accounting::new(Scripted(Arc::new(export)), Arc::clone(&tally));
    let batch = BatchSpanProcessor::new(exporter, BatchConfigBuilder::default().build());
    let pipeline = Pipeline::new(vec![Lane::Otlp { batch, tally }], true);
    let provider = SdkTracerProvider::builder()
        .with_span_processor(pipeline.clone())
        .build();
    provider.tracer("test").start("span").end();
    let flush = || {
        let pipeline = pipeline.clone();
        thread::spawn(move || pipeline.end(Ending::Flush, Duration::from_secs(60)))
    };
    let flushes: Vec<_> = (0..80).map(|_| flush()).collect();
    // Some of them found no room, and so nothing else does.
    while !flushes.iter().any(thread::JoinHandle::is_finished) {
        thread::yield_now();
    }
    let shut_down = |timeout| pipeline.end(Ending::Shutdown, timeout);
    assert!(shut_down(Duration::from_millis(50)).is_err());
    drop(release);
    assert!(shut_down(Duration::from_secs(60)).is_ok());
    assert_eq!(pipeline.report().exported, 1);
}

#[test]
fn an_export_that_is_under_way_is_waited_for() {
    let (reach, is_reached) = std::sync::mpsc::channel();
    let (release, blocked) = std::sync::mpsc::channel::<()>();
    let blocked = Mutex::new((reach, blocked));
    let tally = Tally::new("a test".to_owned(), Arc::default(), Signal::Traces);
    let export = move |_| {
        let (reach, blocked) = &*lock(&blocked);
        let _ = reach.send(());
        let _ = blocked.recv();
        Ok(())
    };
    let exporter = Accounting::new(Scripted(Arc::new(export)), Arc::clone(&tally));
    assert!(tally.settle(Instant::now()));
    let export = thread::spawn(move || {
        futures::executor::block_on(SpanExporter::export(&exporter, Vec::new()))
    });
    assert!(is_reached.recv().is_ok());
    assert!(!tally.settle(Instant::now()));
    drop(release);
    assert!(tally.settle(Instant::now() + Duration::from_secs(60)));
    assert!(export.join().is_ok());
}

#[test]
fn the_report_says_it_in_one_line() {
    let report = report((10, 100, 10), |_| Ok(()));
    assert_eq!(
        report.to_string(),
        "10 spans to a test: 10 exported, 0 failed, 0 dropped; 1 unfinished"
    );
}

/// What ends while others are waited for has nobody who waits for it.
#[test]
fn what_ends_later_is_no_loss_and_a_loss_is_told_once() {
    let tally = Tally::new("a test".to_owned(), Arc::default(), Signal::Traces);
    let lost = |ended| {
        let loss = tally.loss(|| ended);
        loss.map(|loss| (loss.exported, loss.failed, loss.dropped))
    };
    tally.received(10);
    tally.exported(10);
    // Two more are on their way to the receiver, and one more is in the queue.
    tally.received(2);
    assert_eq!(lost(10), None);
    assert_eq!(lost(13), Some((10, 2, 1)));
    assert_eq!(lost(13), None);
    assert_eq!(lost(14), Some((10, 2, 2)));
    tally.exported(2);
    assert_eq!(lost(12), None);
}

/// Time may be up before the turn of a batch has come.
#[test]
fn what_was_never_sent_is_dropped() {
    let tally = Tally::new("a test".to_owned(), Arc::default(), Signal::Traces);
    let out_of_time = Arc::clone(&tally);
    let sent = AtomicBool::new(false);
    let export = move |_| {
        if sent.swap(true, Ordering::SeqCst) {
            out_of_time.unsent();
        }
        Err(OTelSdkError::InternalFailure("no".to_owned()))
    };
    let exporter = Accounting::new(Scripted(Arc::new(export)), Arc::clone(&tally));
    for count in [3, 4] {
        let batch = async { (exporter.exporter.0)(count) };
        let result = futures::executor::block_on(exporter.export_counted(count, batch));
        assert!(result.is_err());
    }
    let delivery = tally.delivery(|| 7);
    assert_eq!((delivery.failed, delivery.dropped), (3, 4));
}
