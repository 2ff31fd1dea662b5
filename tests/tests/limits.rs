//! Where the ground gives way, spans degrade and the program does not.

use std::cell::RefCell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context as TaskContext, Waker};

use agent_otel::testing::{capture, capture_with};
use agent_otel::{agent, current, current_trace_id, inject, tool};

#[tool]
fn step(n: u64) -> u64 {
    n + 1
}

/// Runs on a thread with the stack that Rust gives to a main thread.
fn on_a_main_stack<T: Send + 'static>(body: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new()
        .stack_size(8 << 20)
        .spawn(body)
        .unwrap()
        .join()
        .unwrap()
}

#[tool]
fn descend(n: u32) -> u32 {
    if n == 0 { 0 } else { descend(n - 1) + 1 }
}

#[test]
fn recursion_ten_thousand_deep() {
    let (depth, spans) = on_a_main_stack(|| capture_with(|| descend(10_000)));
    assert_eq!((depth, spans.len()), (10_000, 10_001));
}

#[tool(attributes("app.depth" = n))]
fn descend_with_arguments(n: u32) -> u32 {
    if n == 0 {
        0
    } else {
        descend_with_arguments(n - 1) + 1
    }
}

#[test]
fn recursion_ten_thousand_deep_with_arguments() {
    let (depth, spans) = on_a_main_stack(|| capture_with(|| descend_with_arguments(10_000)));
    assert_eq!((depth, spans.len()), (10_000, 10_001));
}

#[agent]
fn descend_async(n: u32) -> Pin<Box<dyn Future<Output = u32>>> {
    Box::pin(async move {
        if n == 0 {
            0
        } else {
            descend_async(n - 1).await + 1
        }
    })
}

#[test]
fn async_recursion_ten_thousand_deep() {
    let (depth, spans) = std::thread::Builder::new()
        .stack_size(64 << 20) // A poll of plain futures that are nested this deep needs as much.
        .spawn(|| capture_with(|| futures::executor::block_on(descend_async(10_000))))
        .unwrap()
        .join()
        .unwrap();
    assert_eq!((depth, spans.len()), (10_000, 10_001));
}

#[test]
fn seventy_thousand_nested_contexts() {
    let (depth, spans) = std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(|| capture_with(|| descend(70_000)))
        .unwrap()
        .join()
        .unwrap();
    // Beyond the limit a span is a child of the deepest one that has room, and is there all the same.
    assert_eq!((depth, spans.len()), (70_000, 70_001));
}

struct Late(RefCell<Option<Pin<Box<dyn Future<Output = ()>>>>>);

impl Drop for Late {
    fn drop(&mut self) {
        assert_eq!(step(1), 2);
        current().attribute("app.late", true);
        let _ = current_trace_id();
        inject(&mut http::HeaderMap::new());
        self.0.take();
        drop(agent_otel::extract(&http::HeaderMap::new()));
    }
}

#[agent]
async fn waits() {
    let _held = CallsOnDrop;
    std::future::pending::<()>().await;
}

struct CallsOnDrop;

impl Drop for CallsOnDrop {
    fn drop(&mut self) {
        step(1);
    }
}

thread_local! {
    static FIRST: Late = const { Late(RefCell::new(None)) };
    static LAST: Late = const { Late(RefCell::new(None)) };
}

#[test]
fn calls_from_the_destructor_of_a_thread_local() {
    let hold = |late: &Late| {
        let mut future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(waits());
        let _ = future
            .as_mut()
            .poll(&mut TaskContext::from_waker(Waker::noop()));
        late.0.replace(Some(future));
    };
    // Thread-locals are destroyed in the reverse order of their first use: one before those of telemetry, one after.
    std::thread::spawn(move || {
        FIRST.with(|_| ());
        let _ = capture(|| step(1));
        LAST.with(hold);
        FIRST.with(hold);
    })
    .join()
    .unwrap();
    std::thread::spawn(|| FIRST.with(|_| ())).join().unwrap();
}

/// Tells whether it is dropped in the trace in which it was made.
struct Traced(Option<String>);

static IN_ITS_TRACE: AtomicUsize = AtomicUsize::new(0);

impl Drop for Traced {
    fn drop(&mut self) {
        if self.0.is_some() && self.0 == current_trace_id() {
            IN_ITS_TRACE.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[agent]
async fn traced() {
    let _traced = Traced(current_trace_id());
    std::future::pending::<()>().await;
}

thread_local! {
    static KEPT: RefCell<Option<Pin<Box<dyn Future<Output = ()>>>>> = const { RefCell::new(None) };
}

#[test]
fn a_thread_that_ends_drops_a_future_in_its_span() {
    std::thread::spawn(|| {
        let cx = &mut TaskContext::from_waker(Waker::noop());
        let _ = capture(|| {
            let mut kept: Pin<Box<dyn Future<Output = ()>>> = Box::pin(traced());
            assert!(kept.as_mut().poll(cx).is_pending());
            // Before the first one of the thread that is dropped early.
            KEPT.set(Some(kept));
            assert!(Box::pin(traced()).as_mut().poll(cx).is_pending());
        });
    })
    .join()
    .unwrap();
    assert_eq!(IN_ITS_TRACE.load(Ordering::Relaxed), 2);
}

#[tool]
fn panics() {
    let _held = CallsOnDrop;
    panic!("the first");
}

#[test]
fn calls_while_a_panic_unwinds() {
    let spans = capture(|| {
        let payload = catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"the first"));
    });
    assert_eq!(spans.tree(), "execute_tool panics\n└ execute_tool step\n");
}
