//! Each way out of each kind of function: one span, ended then, with the right status and marker, and its child below it.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use agent_otel::testing::{Spans, capture};
use agent_otel::tool;
use futures::stream::BoxStream;
use futures::{FutureExt, Stream, StreamExt, stream};
use opentelemetry::trace::{FutureExt as _, Status};
use opentelemetry_sdk::trace::SpanData;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Completed,
    Failed,
    Panicked,
    /// The future is dropped, or the stream is, before it is complete.
    Dropped,
}

#[derive(Debug, PartialEq, thiserror::Error)]
#[error("as asked")]
struct Asked;

#[derive(Debug, PartialEq)]
struct Payload;

#[tool]
fn child() {}

fn go(way: Way) -> Result<u8, Asked> {
    child();
    match way {
        Way::Failed => Err(Asked),
        Way::Panicked => std::panic::panic_any(Payload),
        Way::Completed | Way::Dropped => Ok(7),
    }
}

async fn go_async(way: Way) -> Result<u8, Asked> {
    tokio::task::yield_now().await;
    let result = go(way);
    if way == Way::Dropped {
        std::future::pending::<()>().await;
    }
    result
}

#[tool(name = "subject")]
fn sync(way: Way) -> Result<u8, Asked> {
    go(way)
}

#[tool(name = "subject")]
async fn asynchronous(way: Way) -> Result<u8, Asked> {
    go_async(way).await
}

#[tool(name = "subject")]
fn future(way: Way) -> impl Future<Output = Result<u8, Asked>> + Send {
    go_async(way)
}

#[tool(name = "subject")]
fn boxed(way: Way) -> Pin<Box<dyn Future<Output = Result<u8, Asked>> + Send>> {
    Box::pin(go_async(way))
}

/// Gives one item and then goes the way.
fn items(way: Way) -> impl Stream<Item = Result<u8, Asked>> + Send {
    let last = stream::once(go_async(way)).filter(move |item| {
        // A stream that fails ends with its error; one that completes has given its item before.
        std::future::ready(item.is_err())
    });
    stream::iter([Ok(7)]).chain(last)
}

#[tool(name = "subject")]
fn streamed(way: Way) -> impl Stream<Item = Result<u8, Asked>> + Send {
    items(way)
}

#[tool(name = "subject")]
async fn boxed_stream(way: Way) -> Result<BoxStream<'static, Result<u8, Asked>>, Asked> {
    tokio::task::yield_now().await;
    Ok(items(way).boxed())
}

/// What came out: the value, the payload of a panic, or nothing where the future was dropped.
type Out = Option<Result<Result<u8, Asked>, Payload>>;

fn caught(run: impl FnOnce() -> Option<Result<u8, Asked>>) -> Out {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(value) => value.map(Ok),
        Err(payload) => Some(Err(*payload
            .downcast()
            .expect("the payload is the one that was thrown"))),
    }
}

/// Polls until the future is ready, or waits for what never comes and is dropped.
fn poll<F: Future>(future: F) -> Option<F::Output> {
    let mut future = Box::pin(future);
    for _ in 0..10 {
        if let Poll::Ready(output) = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            return Some(output);
        }
    }
    None
}

fn drain(stream: impl Stream<Item = Result<u8, Asked>>) -> Option<Result<u8, Asked>> {
    poll(async {
        let mut stream = std::pin::pin!(stream);
        let mut last = Ok(0);
        while let Some(item) = stream.next().await {
            last = item;
        }
        last
    })
}

fn spawned(way: Way) -> Out {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .expect("a runtime");
    let context = opentelemetry::Context::current();
    runtime.block_on(async move {
        let (reached, is_reached) = tokio::sync::oneshot::channel();
        let subject = asynchronous(way);
        let task = tokio::spawn(
            async move {
                let mut reached = Some(reached);
                let mut subject = std::pin::pin!(subject);
                std::future::poll_fn(|context| {
                    let polled = subject.as_mut().poll(context);
                    // The second poll has gone past the first pause, to where a dropped future waits.
                    if let Some(reached) = reached.take_if(|_| polled.is_pending()) {
                        let _ = reached.send(());
                    }
                    polled
                })
                .await
            }
            .with_context(context),
        );
        let _ = is_reached.await;
        if way == Way::Dropped {
            tokio::task::yield_now().await;
            task.abort();
        }
        match task.await {
            Ok(value) => Some(Ok(value)),
            Err(error) if error.is_cancelled() => None,
            Err(error) => Some(Err(*error.into_panic().downcast().expect("the payload"))),
        }
    })
}

fn outcome(span: &SpanData) -> Option<String> {
    let marker = span
        .attributes
        .iter()
        .find(|attribute| attribute.key.as_str() == "agent_otel.outcome");
    marker.map(|attribute| attribute.value.to_string())
}

fn check(name: &str, way: Way, is_stream: bool, out: Out, spans: &Spans) {
    let subjects: Vec<_> = spans
        .iter()
        .filter(|span| span.name.ends_with("subject"))
        .collect();
    let [subject] = subjects.as_slice() else {
        panic!("{name} {way:?}: one span\n{spans}");
    };
    let value = out.map(|out| out.map(|value| if is_stream { value.map(|_| 7) } else { value }));
    let (expected, status, marker) = match way {
        Way::Completed => (Some(Ok(Ok(7))), Status::Unset, None),
        Way::Failed => (Some(Ok(Err(Asked))), Status::error("as asked"), None),
        Way::Panicked => (Some(Err(Payload)), Status::error(""), Some("panicked")),
        Way::Dropped if is_stream => (None, Status::Unset, Some("abandoned")),
        Way::Dropped => (None, Status::Unset, Some("cancelled")),
    };
    assert_eq!(value, expected, "{name} {way:?}");
    assert_eq!(subject.status, status, "{name} {way:?}");
    assert_eq!(outcome(subject).as_deref(), marker, "{name} {way:?}");
    let exceptions = usize::from(matches!(way, Way::Failed | Way::Panicked));
    assert_eq!(subject.events.len(), exceptions, "{name} {way:?}");
    for child in spans.iter().filter(|span| span.name.ends_with("child")) {
        assert_eq!(
            child.parent_span_id,
            subject.span_context.span_id(),
            "{name} {way:?}"
        );
        assert!(
            child.end_time <= subject.end_time,
            "{name} {way:?}: ended after its child"
        );
    }
}

#[test]
fn every_way_out_of_every_kind() {
    type Kind = (&'static str, bool, fn(Way) -> Out);
    let kinds: [Kind; 7] = [
        ("sync", false, |way| caught(|| Some(sync(way)))),
        ("async", false, |way| caught(|| poll(asynchronous(way)))),
        ("future", false, |way| caught(|| poll(future(way)))),
        ("boxed", false, |way| caught(|| poll(boxed(way)))),
        ("stream", true, |way| caught(|| drain(streamed(way)))),
        ("boxed stream", true, |way| {
            caught(|| {
                drain(
                    poll(boxed_stream(way))
                        .expect("a stream")
                        .expect("a stream"),
                )
            })
        }),
        ("spawned", false, spawned),
    ];
    for (name, is_stream, run) in kinds {
        for way in [Way::Completed, Way::Failed, Way::Panicked, Way::Dropped] {
            if name == "sync" && way == Way::Dropped {
                continue;
            }
            let mut out = None;
            let spans = capture(|| out = run(way));
            check(name, way, is_stream, out, &spans);
        }
    }
}

/// `select!`, `timeout` and a runtime that goes down drop futures, each in its own way.
#[test]
fn what_drops_a_future_ends_its_span() {
    async fn never() -> Result<u8, Asked> {
        asynchronous(Way::Dropped).await
    }
    let cancelled = |spans: &Spans| {
        let markers: Vec<_> = spans.iter().filter_map(outcome).collect();
        assert_eq!(markers, ["cancelled"], "{spans}");
    };
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime")
    };
    cancelled(&capture(|| {
        runtime().block_on(async {
            tokio::select! {
                biased;
                _ = never() => unreachable!("it never ends"),
                () = tokio::task::yield_now() => {}
            }
        });
    }));
    cancelled(&capture(|| {
        runtime().block_on(async {
            let slow = tokio::time::timeout(std::time::Duration::from_millis(5), never());
            assert!(slow.await.is_err());
        });
    }));
    cancelled(&capture(|| {
        let runtime = runtime();
        let task = runtime.spawn(never().with_current_context());
        runtime.block_on(async {
            for _ in 0..4 {
                tokio::task::yield_now().await;
            }
        });
        drop(runtime);
        assert!(task.now_or_never().is_some_and(|joined| joined.is_err()));
    }));
}
