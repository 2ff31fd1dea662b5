//! What is easily told wrong.

use std::collections::HashMap;
use std::pin::Pin;
use std::time::{Duration, Instant};

use agent_otel::testing::{Spans, capture, capture_async};
use agent_otel::{a2a_call, agent, current, inject, llm_call, tool};
use futures::{Stream, StreamExt, stream};
use http::HeaderMap;
use opentelemetry::trace::Tracer;
use opentelemetry::{Value, global};
use serde_json::json;

fn attribute<'a>(spans: &'a Spans, span: &str, key: &str) -> Vec<&'a Value> {
    let span = spans.named(span).expect("the span");
    let found = span
        .attributes
        .iter()
        .filter(|attribute| attribute.key.as_str() == key);
    found.map(|attribute| &attribute.value).collect()
}

/// As long as the body takes at least.
const WAIT: Duration = Duration::from_millis(5);

#[llm_call(provider = "openai", model = "gpt-4o")]
async fn slow_to_begin() -> impl Stream<Item = serde_json::Value> {
    let begun = Instant::now();
    while begun.elapsed() < WAIT {
        tokio::task::yield_now().await;
    }
    stream::iter([json!({"choices": []})])
}

#[tokio::test]
async fn the_time_to_the_first_chunk_counts_from_the_request() {
    let spans = capture_async(async {
        slow_to_begin().await.count().await;
    })
    .await;
    let times = attribute(&spans, "chat gpt-4o", "gen_ai.response.time_to_first_chunk");
    let [Value::F64(seconds)] = times.as_slice() else {
        panic!("{spans}")
    };
    assert!(*seconds >= WAIT.as_secs_f64(), "{seconds}");
}

#[derive(Debug)]
struct Silent;

#[derive(Debug)]
struct AlsoSilent;

#[tool]
fn fails_silently() -> Result<(), Silent> {
    Err(Silent)
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Text(&'static str);

#[tool]
fn times_out() -> Result<(), Text> {
    Err(Text("timeout"))
}

#[test]
fn a_failure_of_its_own_is_an_exception_of_its_own() {
    #[agent]
    fn other_type() -> Result<(), AlsoSilent> {
        let _ = fails_silently();
        Err(AlsoSilent)
    }
    #[agent]
    fn other_message() -> Result<(), Text> {
        let _ = times_out();
        Err(Text("no budget left after the timeout was extended"))
    }
    #[agent]
    fn same() -> Result<(), Text> {
        times_out()
    }
    let events = |spans: &Spans| {
        spans
            .iter()
            .map(|span| span.events.len())
            .collect::<Vec<_>>()
    };
    assert_eq!(events(&capture(|| assert!(other_type().is_err()))), [1, 1]);
    assert_eq!(
        events(&capture(|| assert!(other_message().is_err()))),
        [1, 1]
    );
    assert_eq!(events(&capture(|| assert!(same().is_err()))), [1, 0]);
}

#[test]
fn the_body_has_the_last_word_on_what_was_set_at_the_start() {
    #[tool(attributes("app.tier" = "free"))]
    fn upgrades() {
        current().attribute("app.tier", "gold");
    }
    let spans = capture(upgrades);
    assert_eq!(
        attribute(&spans, "execute_tool upgrades", "app.tier"),
        [&Value::from("gold")]
    );
}

#[test]
fn a_busy_body_does_not_cost_the_outcome() {
    #[llm_call(provider = "openai", model = "gpt-4o")]
    fn busy() -> Result<serde_json::Value, Text> {
        for n in 0..200 {
            current().attribute(format!("app.{n}"), n);
        }
        Ok(json!({"usage": {"prompt_tokens": 1, "completion_tokens": 2}}))
    }
    let spans = capture(|| assert!(busy().is_ok()));
    assert_eq!(
        attribute(&spans, "chat gpt-4o", "gen_ai.usage.output_tokens"),
        [&Value::I64(2)]
    );
}

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[test]
fn the_state_of_another_trace_is_not_passed_on() {
    #[agent(link = headers)]
    fn forwards(headers: &mut HeaderMap) {
        inject(headers);
    }
    let mut headers = HeaderMap::new();
    headers.insert("traceparent", TRACEPARENT.parse().unwrap());
    headers.insert("tracestate", "attacker=1".parse().unwrap());
    let spans = capture(|| forwards(&mut headers));
    assert_eq!(headers.get("tracestate"), None);
    assert_eq!(spans[0].links.len(), 1);
    let spans =
        capture(|| global::tracer("http").in_span("POST", |_| forwards(&mut HeaderMap::new())));
    assert_eq!(spans[0].links.len(), 0, "{spans}");
}

/// As where a middleware has made the caller the current one already.
#[test]
fn a_caller_that_is_current_is_linked() {
    #[agent(link = headers)]
    fn answers(headers: Option<&HeaderMap>) {
        let _ = headers;
    }
    let mut headers = HeaderMap::new();
    headers.insert("traceparent", TRACEPARENT.parse().unwrap());
    let spans = capture(|| {
        let _attached = agent_otel::extract(&headers).attach();
        answers(Some(&headers));
        answers(Some(&HeaderMap::new()));
        answers(None);
    });
    let links = spans.iter().map(|span| span.links.len());
    assert_eq!(links.collect::<Vec<_>>(), [1, 0, 0], "{spans}");
    let caller = &spans[0].links[0].span_context;
    assert_eq!(caller.span_id().to_string(), "00f067aa0ba902b7");
}

#[tokio::test]
async fn a_future_belongs_where_it_was_made() {
    #[tool]
    fn made() -> impl Future<Output = ()> {
        async {}
    }
    #[agent]
    async fn polls(future: impl Future<Output = ()>) {
        future.await;
    }
    #[a2a_call(agent = "callee", inject = client)]
    fn makes() -> Vec<Pin<Box<dyn Future<Output = ()>>>> {
        vec![Box::pin(made())]
    }
    let spans = capture_async(async {
        for future in makes() {
            polls(future).await;
        }
    })
    .await;
    assert_eq!(
        spans.tree(),
        "invoke_agent callee\n└ execute_tool made\ninvoke_agent polls\n"
    );
    let sampled_out =
        HashMap::from([("traceparent".to_owned(), TRACEPARENT.replace("-01", "-00"))]);
    let spans = capture_async(async {
        let attached = agent_otel::extract(&sampled_out).attach();
        let future = made();
        drop(attached);
        polls(future).await;
    })
    .await;
    assert_eq!(spans.tree(), "invoke_agent polls\n");
}

#[derive(Debug, thiserror::Error)]
enum Boxed {
    #[error("not found")]
    NotFound,
}

#[test]
fn a_box_is_no_part_of_the_error() {
    #[tool]
    fn fails() -> Result<(), Box<Boxed>> {
        Err(Box::new(Boxed::NotFound))
    }
    let spans = capture(|| assert!(fails().is_err()));
    assert_eq!(
        attribute(&spans, "execute_tool fails", "error.type"),
        [&Value::from("details::Boxed::NotFound")]
    );
}

#[tokio::test]
async fn a_stream_is_one_call_of_its_agent() {
    #[agent]
    async fn streams() -> usize {
        slow_to_begin().await.count().await
    }
    let spans = capture_async(streams()).await;
    let calls = attribute(
        &spans,
        "invoke_agent streams",
        "agent_otel.agent.inference_calls",
    );
    assert_eq!(calls, [&Value::I64(1)]);
}

#[derive(Debug, thiserror::Error)]
#[error("the call failed")]
struct CallFailed(#[source] std::io::Error);

#[test]
fn the_cause_of_an_error_is_told() {
    #[tool]
    fn calls() -> Result<(), CallFailed> {
        Err(CallFailed(std::io::Error::other("connection refused")))
    }
    let spans = capture(|| assert!(calls().is_err()));
    assert_eq!(
        spans[0].status,
        opentelemetry::trace::Status::error("the call failed: connection refused")
    );
}

#[derive(Debug, thiserror::Error)]
#[error("the agent failed")]
struct AgentFailed(#[from] CallFailed);

#[test]
fn a_cause_that_was_recorded_below_is_not_recorded_again() {
    #[tool]
    fn calls() -> Result<(), CallFailed> {
        Err(CallFailed(std::io::Error::other("connection refused")))
    }
    #[agent]
    fn answers() -> Result<(), AgentFailed> {
        Ok(calls()?)
    }
    let spans = capture(|| assert!(answers().is_err()));
    let events: Vec<_> = spans.iter().map(|span| span.events.len()).collect();
    assert_eq!(events, [1, 0], "{spans}");
}
