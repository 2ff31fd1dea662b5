//! Children nest under their parent: in sync and async code, on one thread and on many.

use std::collections::HashMap;
use std::sync::Arc;

use agent_otel::testing::{Spans, capture, capture_async, capture_with};
use agent_otel::{agent, conversation, current, current_trace_id, in_context, inject, tool};
use futures::future::{FutureExt as _, join_all};
use futures::stream::StreamExt as _;
use opentelemetry::global;
use opentelemetry::trace::{FutureExt, TraceContextExt, Tracer};
use tokio::sync::Barrier;

type Headers = HashMap<String, String>;

#[tool]
async fn lookup(barrier: &Barrier) {
    barrier.wait().await;
    tokio::task::yield_now().await;
    step();
}

#[tool]
fn step() {}

#[agent(name = name)]
async fn specialist(name: &str, barrier: &Barrier) {
    lookup(barrier).await;
    step();
}

#[tokio::test]
async fn two_agents_interleaved_on_one_thread_do_not_mix() {
    let barrier = Barrier::new(2);
    let spans = capture_async(async {
        tokio::join!(specialist("a", &barrier), specialist("b", &barrier));
    })
    .await;
    assert_eq!(
        spans.tree(),
        "\
invoke_agent a
├ execute_tool lookup
│ └ execute_tool step
└ execute_tool step
invoke_agent b
├ execute_tool lookup
│ └ execute_tool step
└ execute_tool step
"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_agents_on_many_threads_do_not_mix() {
    let barrier = Arc::new(Barrier::new(100));
    let spans = capture_async(async {
        let tasks = (0..1000).map(|number| {
            let barrier = Arc::clone(&barrier);
            let agent = async move { specialist(&format!("agent {number}"), &barrier).await };
            tokio::spawn(agent.with_current_context())
        });
        for task in join_all(tasks).await {
            task.unwrap();
        }
    })
    .await;
    let tree = spans.tree();
    for number in 0..1000 {
        let expected = format!(
            "invoke_agent agent {number}\n├ execute_tool lookup\n│ └ execute_tool step\n└ execute_tool step\n"
        );
        assert!(
            tree.contains(&expected),
            "agent {number} has lost a child:\n{tree}"
        );
    }
    assert_eq!(spans.len(), 4000);
}

#[test]
fn spans_of_other_libraries_join_on_both_sides() {
    #[tool]
    fn query() {
        global::tracer("database").in_span("SELECT", |_| step());
    }
    let spans = capture(|| global::tracer("http").in_span("POST /ask", |_| query()));
    assert_eq!(
        spans.tree(),
        "\
POST /ask
└ execute_tool query
  └ SELECT
    └ execute_tool step
"
    );
}

#[test]
fn the_trace_id_is_there_inside_and_not_outside() {
    #[tool]
    fn audited() -> Option<String> {
        assert_eq!(
            current_trace_id(),
            Some(
                current()
                    .context()
                    .span()
                    .span_context()
                    .trace_id()
                    .to_string()
            )
        );
        current_trace_id()
    }
    let mut seen = None;
    let spans = capture(|| seen = audited());
    assert_eq!(
        seen,
        spans
            .first()
            .map(|span| span.span_context.trace_id().to_string())
    );
    assert_eq!(current_trace_id(), None);
}

#[test]
fn the_body_has_the_last_word_on_an_attribute() {
    #[tool(attributes(app.tier = "free"))]
    fn upgraded() {
        current()
            .attribute("app.step", 1)
            .attribute("app.step", 2)
            .attribute("app.none", None::<u8>)
            .event("app.upgraded", [("app.from", "free")]);
    }
    let spans = capture(upgraded);
    let text = spans.to_string();
    assert_eq!(text.matches("app.step").count(), 1, "{text}");
    assert!(
        text.contains("app.step: 2")
            && text.contains("event app.upgraded")
            && !text.contains("app.none"),
        "{text}"
    );
}

/// Calls a tool when it is dropped, as an audit or a clean-up does.
struct Audited;

impl Drop for Audited {
    fn drop(&mut self) {
        step();
    }
}

async fn audited() {
    let _audited = Audited;
    std::future::pending::<()>().await;
}

#[agent]
async fn aborts() {
    let scope = conversation("c-1");
    for task in [
        tokio::spawn(in_context(audited())),
        tokio::spawn(scope.future(audited())),
        tokio::spawn(in_context(scope.future(audited()))),
    ] {
        tokio::task::yield_now().await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }
    let mut items = Box::pin(agent_otel::stream(futures::stream::once(audited())));
    assert!(items.next().now_or_never().is_none());
    drop(tokio::spawn(async move { drop(items) }).await);
}

#[tokio::test]
async fn what_is_dropped_is_dropped_in_its_context() {
    let spans = capture_async(aborts()).await;
    assert_eq!(
        spans.tree(),
        "\
invoke_agent aborts
├ execute_tool step
├ execute_tool step
├ execute_tool step
└ execute_tool step
"
    );
    let ids = spans
        .to_string()
        .matches("gen_ai.conversation.id: \"c-1\"")
        .count();
    assert_eq!(ids, 2, "{spans}");
}

#[agent(extract = headers)]
async fn continued(headers: &Headers) {
    let mut headers = Headers::new();
    inject(&mut headers);
    // A task that has no more than the headers.
    let elsewhere = tokio::spawn(async move { callee(&headers).await });
    elsewhere.await.unwrap();
}

#[agent(extract = headers)]
async fn callee(headers: &Headers) {
    let _ = headers;
    current().evaluation("relevance", 0.9, None, None);
}

/// Two tests may send the same header, and each sees what is its own.
#[tokio::test]
async fn two_captures_of_one_trace_do_not_mix() {
    let barrier = Barrier::new(2);
    let captured = |_| {
        capture_async(async {
            let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned();
            let headers = Headers::from([("traceparent".to_owned(), header)]);
            barrier.wait().await;
            continued(&headers).await;
            barrier.wait().await;
        })
    };
    for spans in join_all((0..2).map(captured)).await {
        let tree = "invoke_agent continued\n└ invoke_agent callee\n";
        assert_eq!(spans.tree(), tree);
        assert_eq!(spans.logs().len(), 1, "{spans}");
    }
}

#[test]
fn a_capture_inside_of_a_span_has_what_is_below_it() {
    #[agent]
    fn around() -> Spans {
        let inner = capture(step);
        step();
        inner
    }
    let (inner, outer) = capture_with(around);
    assert_eq!(inner.tree(), "execute_tool step\n");
    assert_eq!(outer.tree(), "invoke_agent around\n└ execute_tool step\n");
}
