//! Every way out of a function ends its span once, at that moment, with the right status.

use std::cell::Cell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::SystemTime;

use agent_otel::testing::{Spans, capture, capture_async, capture_with};
use agent_otel::{agent, tool};
use expect_test::expect;
use futures::FutureExt;
use opentelemetry::trace::Status;

#[derive(Debug, thiserror::Error)]
#[error("the database is locked")]
struct Locked;

#[derive(Debug, thiserror::Error)]
enum AgentError {
    #[error("the tool failed")]
    Tool(#[from] Locked),
}

type Aliased<T, E = Locked> = Result<T, E>;

#[tool]
fn aliased(fail: bool) -> Aliased<u8> {
    if fail {
        return Err(Locked);
    }
    Ok(1)
}

#[tool]
async fn questioned() -> Aliased<u8> {
    let one = aliased(true)?;
    Ok(one + 1)
}

fn status(spans: &Spans, name: &str) -> Status {
    spans.named(name).map(|span| span.status.clone()).unwrap()
}

#[test]
fn an_alias_of_result_fails_and_succeeds() {
    let spans = capture(|| assert!(aliased(true).is_err()));
    assert_eq!(
        status(&spans, "execute_tool aliased"),
        Status::error("the database is locked")
    );
    let spans = capture(|| assert_eq!(aliased(false).unwrap(), 1));
    assert_eq!(status(&spans, "execute_tool aliased"), Status::Unset);
}

#[agent]
async fn planner() -> Result<u8, AgentError> {
    Ok(questioned().await?)
}

#[tokio::test]
async fn an_exception_is_recorded_where_it_began_and_only_there() {
    let spans = capture_async(planner()).await;
    expect![[r#"

        invoke_agent planner [internal]
            agent_otel.agent.tool_calls: 2
            error.type: "ways_out::AgentError::Tool"
            gen_ai.agent.name: "planner"
            gen_ai.operation.name: "invoke_agent"
            status: error "the tool failed: the database is locked"
            execute_tool questioned [internal]
                error.type: "ways_out::Locked"
                gen_ai.agent.name: "planner"
                gen_ai.operation.name: "execute_tool"
                gen_ai.tool.name: "questioned"
                status: error "the database is locked"
                execute_tool aliased [internal]
                    error.type: "ways_out::Locked"
                    gen_ai.agent.name: "planner"
                    gen_ai.operation.name: "execute_tool"
                    gen_ai.tool.name: "aliased"
                    event exception
                        exception.message: "the database is locked"
                        exception.type: "ways_out::Locked"
                    status: error "the database is locked"
    "#]]
    .assert_eq(&spans.to_string());
}

#[agent]
async fn retrying() -> Result<u8, AgentError> {
    let _ = aliased(true);
    Ok(aliased(true)?)
}

#[tokio::test]
async fn each_failure_of_its_own_is_recorded() {
    let spans = capture_async(retrying()).await;
    let events = |span: &opentelemetry_sdk::trace::SpanData| span.events.len();
    assert_eq!(spans.iter().map(events).collect::<Vec<_>>(), [1, 1, 0]);
}

#[derive(Debug, PartialEq)]
struct Payload(u8);

#[tool]
fn panics_sync() -> u8 {
    std::panic::panic_any(Payload(7))
}

#[tool]
async fn panics_async(order_id: u64) -> u8 {
    tokio::task::yield_now().await;
    panic!("no rule for order {order_id}")
}

#[test]
fn a_panic_is_recorded_and_raised_again_unchanged() {
    let (payload, spans) = capture_with(|| catch_unwind(panics_sync).unwrap_err());
    assert_eq!(payload.downcast_ref(), Some(&Payload(7)));
    expect![[r#"

        execute_tool panics_sync [internal]
            agent_otel.outcome: "panicked"
            error.type: "panic"
            gen_ai.operation.name: "execute_tool"
            gen_ai.tool.name: "panics_sync"
            event exception
                exception.type: "panic"
            status: error ""
    "#]]
    .assert_eq(&spans.to_string());
}

#[tokio::test]
async fn a_panic_in_async_code_tells_its_message() {
    let spans = capture_async(AssertUnwindSafe(panics_async(3)).catch_unwind()).await;
    expect![[r#"

        execute_tool panics_async [internal]
            agent_otel.outcome: "panicked"
            error.type: "panic"
            gen_ai.operation.name: "execute_tool"
            gen_ai.tool.name: "panics_async"
            event exception
                exception.message: "no rule for order 3"
                exception.type: "panic"
            status: error "no rule for order 3"
    "#]]
    .assert_eq(&spans.to_string());
}

#[tool]
async fn inner() {
    std::future::pending().await
}

#[agent]
async fn outer() {
    inner().await;
}

fn poll_once(future: std::pin::Pin<&mut impl Future>) {
    let mut context = Context::from_waker(Waker::noop());
    assert!(matches!(future.poll(&mut context), Poll::Pending));
}

#[test]
fn a_dropped_future_is_cancelled_and_that_is_no_error() {
    let spans = capture(|| poll_once(pin!(outer())));
    expect![[r#"

        invoke_agent outer [internal]
            agent_otel.agent.tool_calls: 1
            agent_otel.outcome: "cancelled"
            gen_ai.agent.name: "outer"
            gen_ai.operation.name: "invoke_agent"
            execute_tool inner [internal]
                agent_otel.outcome: "cancelled"
                gen_ai.agent.name: "outer"
                gen_ai.operation.name: "execute_tool"
                gen_ai.tool.name: "inner"
    "#]]
    .assert_eq(&spans.to_string());
    let ended: Vec<_> = spans.iter().map(|span| span.end_time).collect();
    assert!(ended.is_sorted(), "the child ends before its parent");
}

/// Calls a tool when it is dropped.
struct CallsOnDrop<'a>(&'a Cell<bool>);

impl Drop for CallsOnDrop<'_> {
    fn drop(&mut self) {
        let _ = aliased(false);
        self.0.set(true);
    }
}

#[agent]
async fn holds(flag: &Cell<bool>) {
    let _held = CallsOnDrop(flag);
    std::future::pending::<()>().await;
}

#[test]
fn what_a_cancelled_future_holds_is_dropped_inside_its_span() {
    let dropped = Cell::new(false);
    let spans = capture(|| poll_once(pin!(holds(&dropped))));
    assert!(dropped.get());
    assert_eq!(spans.tree(), "invoke_agent holds\n└ execute_tool aliased\n");
}

struct PanicsOnDrop;

impl Drop for PanicsOnDrop {
    fn drop(&mut self) {
        panic!("what is dropped");
    }
}

#[agent]
async fn breaks(flag: &Cell<bool>) {
    let _held = CallsOnDrop(flag);
    let _panics = PanicsOnDrop;
    holds(flag).await;
}

/// Whatever is dropped sees the span of its own function, and what comes after it sees none of them.
#[test]
fn a_panic_of_what_is_dropped_leaves_nothing_current() {
    let dropped = Cell::new(false);
    let spans = capture(|| {
        let broken = || poll_once(pin!(breaks(&dropped)));
        assert!(catch_unwind(AssertUnwindSafe(broken)).is_err());
        let _ = aliased(false);
    });
    assert_eq!(
        spans.tree(),
        "\
invoke_agent breaks
├ invoke_agent holds
│ └ execute_tool aliased
└ execute_tool aliased
execute_tool aliased
"
    );
}

/// A trait of the user's that every type has, with the names of what the attributes call.
mod everywhere {
    #[expect(dead_code, reason = "in the way only")]
    trait Everywhere {
        fn run(&self) {}
        fn end(&self) {}
        fn begin(&self) {}
        fn begun(&self) {}
        fn describe(&self) {}
        fn outcome(&self) {}
    }

    impl<T: ?Sized> Everywhere for T {}

    #[agent_otel::agent(extract = headers)]
    pub async fn fails(headers: &http::HeaderMap) -> Result<u8, String> {
        let _ = headers;
        Err("no such order".into())
    }
}

#[tokio::test]
async fn a_trait_that_every_type_has_is_not_in_the_way() {
    let headers = http::HeaderMap::new();
    let spans = capture_async(everywhere::fails(&headers)).await;
    let text = spans.to_string();
    assert!(text.contains("no such order"), "{text}");
}

#[tool(error_if = move |ret: &u8| { let _ = &limit; *ret > 1 })]
fn limited(limit: CallsOnDrop<'_>, held: CallsOnDrop<'_>) -> impl Future<Output = u8> {
    async move {
        std::future::pending::<()>().await;
        drop(held);
        1
    }
}

/// As in a function that is `async` itself, where the parameters are dropped after the body.
#[test]
fn what_a_verdict_owns_is_dropped_after_the_span() {
    let (limit, held) = (Cell::new(false), Cell::new(false));
    let spans = capture(|| {
        let limited = limited(CallsOnDrop(&limit), CallsOnDrop(&held));
        poll_once(pin!(limited));
    });
    assert_eq!(
        spans.tree(),
        "\
execute_tool limited
└ execute_tool aliased
execute_tool aliased
"
    );
}

#[test]
fn a_body_that_may_be_used_after_a_panic_still_may() {
    #[tool]
    async fn plain(order: u8) -> u8 {
        std::future::ready(order).await
    }
    fn is_unwind_safe(_: impl std::panic::UnwindSafe) {}
    is_unwind_safe(plain(1));
}

#[test]
fn a_future_that_is_never_polled_leaves_no_span() {
    #[tool]
    fn desugared() -> impl Future<Output = ()> {
        async {}
    }
    #[tool]
    fn boxed() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async {})
    }
    let spans = capture(|| {
        drop(outer());
        drop(desugared());
        drop(boxed());
    });
    assert!(spans.is_empty(), "{spans}");
}

#[tokio::test]
async fn an_aborted_task_ends_its_spans() {
    let spans = capture_async(async {
        use opentelemetry::trace::FutureExt as _;
        let (started, is_started) = tokio::sync::oneshot::channel();
        #[agent]
        async fn long_running(started: tokio::sync::oneshot::Sender<()>) {
            let _ = started.send(());
            std::future::pending::<()>().await;
        }
        let task = tokio::spawn(long_running(started).with_current_context());
        is_started.await.unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    })
    .await;
    let outcome = |span: &opentelemetry_sdk::trace::SpanData| {
        span.attributes
            .iter()
            .any(|attribute| attribute.value.as_str() == "cancelled")
    };
    assert_eq!(spans.iter().map(outcome).collect::<Vec<_>>(), [true]);
}

/// An error whose `Display` panics.
#[derive(Debug)]
struct Hostile;

impl std::fmt::Display for Hostile {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("displayed")
    }
}

impl std::error::Error for Hostile {}

#[test]
fn an_error_that_cannot_be_displayed_is_an_error_still() {
    #[tool]
    fn hostile() -> Result<(), Hostile> {
        Err(Hostile)
    }
    let spans = capture(|| assert!(hostile().is_err()));
    assert_eq!(status(&spans, "execute_tool hostile"), Status::error(""));
}

#[test]
fn an_attribute_expression_that_panics_does_not_reach_the_caller() {
    #[tool(attributes(app.first = ids[0]))]
    fn counted(ids: &[u64]) -> usize {
        ids.len()
    }
    let (count, spans) = capture_with(|| counted(&[]));
    assert_eq!((count, spans.len()), (0, 1));
}

/// What is made of a return value takes time that is none of the operation's.
#[test]
fn an_operation_is_over_before_its_error_is_read() {
    struct Late;

    thread_local! {
        static READ: Cell<Option<SystemTime>> = const { Cell::new(None) };
    }

    impl std::fmt::Display for Late {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            let begun = SystemTime::now();
            READ.set(READ.get().or(Some(begun)));
            while begun.elapsed().unwrap_or_default().is_zero() {}
            f.write_str("late")
        }
    }

    #[tool]
    fn slow_to_tell() -> Result<(), Late> {
        Err(Late)
    }

    let spans = capture(|| assert!(slow_to_tell().is_err()));
    let span = spans.named("execute_tool slow_to_tell").unwrap();
    assert!(span.end_time <= READ.get().expect("the error was read"));
    assert_eq!(span.events.events[0].timestamp, span.end_time);
}

/// However much a body adds of its own, what operations are about has room.
#[test]
fn a_body_that_adds_a_lot_still_tells_what_it_used() {
    #[tool]
    fn talkative() {
        const KEYS: [&str; 200] = {
            let mut keys = [""; 200];
            let mut at = 0;
            let all = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
            while at < 200 {
                keys[at] = all.split_at(at + 1).0;
                at += 1;
            }
            keys
        };
        for key in KEYS {
            agent_otel::current().attribute(key, 1);
        }
        agent_otel::current().task_id("task_1");
    }

    let spans = capture(talkative);
    let span = spans.named("execute_tool talkative").unwrap();
    let told = |one: &opentelemetry::KeyValue| one.value.as_str() == "task_1";
    assert!(span.attributes.iter().any(told), "{spans}");
}

#[tool]
fn panics_before_its_future(name: &str) -> impl Future<Output = u8> {
    assert!(!name.is_empty(), "no name");
    async { 1 }
}

#[agent_otel::a2a_call(agent = "orders", inject = headers)]
fn panics_before_its_box(
    headers: &mut std::collections::HashMap<String, String>,
) -> std::pin::Pin<Box<dyn Future<Output = u8>>> {
    assert!(headers.is_empty(), "no room");
    Box::pin(async { 1 })
}

#[test]
fn a_panic_before_the_future_is_there_is_a_panic() {
    let spans = capture(|| {
        let unwound = catch_unwind(|| drop(panics_before_its_future("")));
        assert!(unwound.is_err());
        let mut headers = std::collections::HashMap::new();
        let unwound = catch_unwind(AssertUnwindSafe(|| {
            drop(panics_before_its_box(&mut headers))
        }));
        assert!(unwound.is_err());
    });
    for (name, message) in [
        ("execute_tool panics_before_its_future", "no name"),
        ("invoke_agent orders", "no room"),
    ] {
        assert_eq!(status(&spans, name), Status::error(message), "{spans}");
    }
    assert_eq!(
        spans
            .to_string()
            .matches("agent_otel.outcome: \"panicked\"")
            .count(),
        2,
        "{spans}"
    );
}
