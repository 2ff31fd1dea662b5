//! What is measured: every operation once, sampled or not, with the words of its span.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::SystemTime;

use agent_otel::testing::{self, Point};
use agent_otel::{Usage, agent, llm_call, mcp_call, tool};
use expect_test::expect;
use futures::StreamExt;
use futures::stream::BoxStream;
use opentelemetry::trace::{Status, TraceContextExt};
use serde_json::{Value, json};

type Headers = HashMap<String, String>;

/// The caller has decided that this trace is not recorded.
fn unsampled() -> Headers {
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    Headers::from([("traceparent".to_owned(), traceparent.to_owned())])
}

/// The points that have this attribute, one a line.
fn told(key: &str, value: &str) -> String {
    let metrics = testing::metrics();
    let mut text = String::new();
    for point in metrics.with(key, value) {
        let _ = writeln!(text, "{point}");
    }
    text
}

fn point(name: &str, key: &str, value: &str) -> Point {
    let metrics = testing::metrics();
    let mut points = metrics.with(key, value).into_iter();
    let point = points.find(|point| point.name == name);
    point.unwrap_or_else(|| panic!("no {name}")).clone()
}

#[llm_call(provider = "openai", request = request, url = "https://api.openai.com/v1")]
fn complete(request: &Value, answer: Value) -> Result<Value, std::io::Error> {
    let _ = request;
    match answer {
        Value::Null => Err(std::io::ErrorKind::TimedOut.into()),
        answer => Ok(answer),
    }
}

fn answer(model: &str) -> Value {
    json!({"model": format!("{model}-2025"), "usage": {
        "prompt_tokens": 300, "completion_tokens": 38,
        "prompt_tokens_details": {"cached_tokens": 256}, "completion_tokens_details": {"reasoning_tokens": 12},
    }})
}

#[test]
fn a_model_call_tells_duration_and_tokens() {
    let request = json!({"model": "measured"});
    testing::capture(|| complete(&request, answer("measured")));
    testing::capture(|| complete(&request, answer("measured")));
    testing::capture(|| complete(&request, Value::Null));
    expect![[r#"
        histogram gen_ai.client.inference.duration [s] error.type=timeout gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=measured server.address=api.openai.com server.port=443: 1 times
        histogram gen_ai.client.inference.duration [s] gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=measured gen_ai.response.model=measured-2025 server.address=api.openai.com server.port=443: 2 times
        histogram gen_ai.client.inference.operation.input_tokens [{token}] gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=measured gen_ai.response.model=measured-2025 server.address=api.openai.com server.port=443: 600 in 2
        histogram gen_ai.client.inference.operation.output_tokens [{token}] gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=measured gen_ai.response.model=measured-2025 server.address=api.openai.com server.port=443: 76 in 2
        counter gen_ai.client.inference.usage.cache_read.input_tokens [{token}] gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=measured gen_ai.response.model=measured-2025 gen_ai.token.modality=unknown server.address=api.openai.com server.port=443: 512 in 1
        counter gen_ai.client.inference.usage.input_tokens [{token}] gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=measured gen_ai.response.model=measured-2025 gen_ai.token.modality=unknown server.address=api.openai.com server.port=443: 600 in 1
        counter gen_ai.client.inference.usage.output_tokens [{token}] gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=measured gen_ai.response.model=measured-2025 gen_ai.token.modality=unknown server.address=api.openai.com server.port=443: 76 in 1
        counter gen_ai.client.inference.usage.reasoning.output_tokens [{token}] gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=measured gen_ai.response.model=measured-2025 gen_ai.token.modality=unknown server.address=api.openai.com server.port=443: 24 in 1
    "#]]
    .assert_eq(&sorted(&told("gen_ai.request.model", "measured")));
}

/// Points of one metric come in no order.
fn sorted(text: &str) -> String {
    let mut lines: Vec<_> = text.lines().collect();
    lines.sort_by_key(|line| line.split_once(' ').map(|(_, rest)| rest));
    lines.join("\n") + "\n"
}

#[test]
fn the_duration_is_that_of_the_span() {
    let request = json!({"model": "timed"});
    let spans = testing::capture(|| complete(&request, answer("timed")));
    let [span] = &*spans else {
        panic!("one span, not {spans}");
    };
    let of_span = span.end_time.duration_since(span.start_time);
    let point = point(
        "gen_ai.client.inference.duration",
        "gen_ai.request.model",
        "timed",
    );
    assert_eq!(of_span.unwrap().as_secs_f64(), point.sum);
}

#[llm_call(provider = "openai", model = model, usage = manual)]
fn reported(model: &str) {
    agent_otel::current()
        .usage(Usage::new(7, 3))
        .response_model("answered");
}

#[agent(name = agent_name, extract = headers)]
fn assistant(headers: &Headers, agent_name: &str) {
    reported("unsampled");
    let _ = lookup("unsampled_lookup");
    let _ = lookup("unsampled_lookup");
}

#[tool(name = name)]
fn lookup(name: &str) -> Result<(), std::fmt::Error> {
    let _ = name;
    Err(std::fmt::Error)
}

#[test]
fn what_is_not_sampled_is_measured_all_the_same() {
    let spans = testing::capture(|| assistant(&unsampled(), "unseen"));
    assert_eq!(spans.tree(), "");
    expect![[r#"
        histogram gen_ai.client.inference.duration [s] gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=unsampled gen_ai.response.model=answered: 1 times
        histogram gen_ai.client.inference.operation.input_tokens [{token}] gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=unsampled gen_ai.response.model=answered: 7 in 1
        histogram gen_ai.client.inference.operation.output_tokens [{token}] gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=unsampled gen_ai.response.model=answered: 3 in 1
        counter gen_ai.client.inference.usage.input_tokens [{token}] gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=unsampled gen_ai.response.model=answered gen_ai.token.modality=unknown: 7 in 1
        counter gen_ai.client.inference.usage.output_tokens [{token}] gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=unsampled gen_ai.response.model=answered gen_ai.token.modality=unknown: 3 in 1
    "#]]
    .assert_eq(&told("gen_ai.request.model", "unsampled"));
    expect![[r#"
        histogram gen_ai.execute_tool.duration [s] error.type=core::fmt::Error gen_ai.agent.name=unseen gen_ai.tool.name=unsampled_lookup: 2 times
        histogram gen_ai.invoke_agent.duration [s] gen_ai.agent.name=unseen: 1 times
        histogram gen_ai.invoke_agent.inference_calls [{inference_call}] gen_ai.agent.name=unseen: 1 in 1
        histogram gen_ai.invoke_agent.tool_calls [{tool_call}] gen_ai.agent.name=unseen: 2 in 1
    "#]]
    .assert_eq(&told("gen_ai.agent.name", "unseen"));
}

/// Waits until some time has passed by the clock that spans are measured with.
fn until_the_clock_moves() {
    let begun = SystemTime::now();
    while begun.elapsed().unwrap_or_default().is_zero() {}
}

#[tool]
fn takes_time() {
    until_the_clock_moves();
}

#[test]
fn what_is_not_sampled_takes_its_time() {
    #[agent(extract = headers)]
    fn unseen_waiting(headers: &Headers) {
        takes_time();
    }
    testing::capture(|| unseen_waiting(&unsampled()));
    let name = "gen_ai.execute_tool.duration";
    assert!(point(name, "gen_ai.agent.name", "unseen_waiting").sum > 0.0);
}

#[test]
fn what_the_body_has_ended_is_measured_until_then() {
    #[tool]
    fn ended_by_hand() -> Result<(), std::fmt::Error> {
        until_the_clock_moves();
        opentelemetry::Context::current().span().end();
        Err(std::fmt::Error)
    }
    #[tool]
    fn ended_by_hand_too() {
        opentelemetry::Context::current().span().end();
    }
    let spans = testing::capture(|| {
        assert!(ended_by_hand().is_err());
        ended_by_hand_too();
        ended_by_hand_too();
    });
    let [first, second, third] = &*spans else {
        panic!("three spans, not {spans}");
    };
    let of_span = first.end_time.duration_since(first.start_time).unwrap();
    let name = "gen_ai.execute_tool.duration";
    let measured = point(name, "gen_ai.tool.name", "ended_by_hand");
    assert_eq!(of_span.as_secs_f64(), measured.sum);
    assert_eq!(measured.attribute("error.type"), Some("core::fmt::Error"));
    // What came too late for one span is not told of the next.
    for span in [second, third] {
        assert_eq!(span.status, Status::Unset);
        assert!(
            span.attributes
                .iter()
                .all(|one| one.key.as_str() != "error.type")
        );
    }
}

#[test]
fn the_first_chunk_may_be_told_by_the_body() {
    #[llm_call(provider = "openai", model = model, usage = manual)]
    fn told_by_body(model: &str) {
        agent_otel::current().time_to_first_chunk(std::time::Duration::from_millis(250));
    }
    testing::capture(|| told_by_body("told-by-body"));
    let name = "gen_ai.client.inference.time_to_first_chunk";
    assert_eq!(
        point(name, "gen_ai.request.model", "told-by-body").sum,
        0.25
    );
}

#[test]
fn a_tool_that_is_called_over_mcp_is_counted() {
    #[mcp_call(method = method, tool = "weather", inject = client)]
    fn request(method: &str) {
        let _ = method;
    }
    #[agent]
    fn caller_over_mcp() {
        request("tools/call");
        request("tools/list");
    }
    let spans = testing::capture(caller_over_mcp);
    let name = "gen_ai.invoke_agent.tool_calls";
    assert_eq!(
        point(name, "gen_ai.agent.name", "caller_over_mcp").sum,
        1.0,
        "{spans}"
    );
}

#[agent]
fn outer_agent() {
    reported("nested");
    inner_agent();
}

#[agent]
fn inner_agent() {
    reported("nested");
    reported("nested");
    let _ = lookup("nested_lookup");
}

#[test]
fn an_agent_counts_the_calls_that_it_issued_itself() {
    testing::capture(outer_agent);
    let calls = |name, agent| point(name, "gen_ai.agent.name", agent).sum;
    assert_eq!(
        calls("gen_ai.invoke_agent.inference_calls", "outer_agent"),
        1.0
    );
    assert_eq!(calls("gen_ai.invoke_agent.tool_calls", "outer_agent"), 0.0);
    assert_eq!(
        calls("gen_ai.invoke_agent.inference_calls", "inner_agent"),
        2.0
    );
    assert_eq!(calls("gen_ai.invoke_agent.tool_calls", "inner_agent"), 1.0);
}

#[llm_call(provider = "openai", model = model)]
fn streamed(model: &str, chunks: Vec<Value>) -> BoxStream<'static, Value> {
    let _ = model;
    futures::stream::iter(chunks).boxed()
}

#[tokio::test]
async fn a_stream_tells_the_first_chunk_and_every_interval() {
    let delta =
        json!({"model": "streaming-2025", "choices": [{"index": 0, "delta": {"content": "Hi"}}]});
    let last = json!({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 3}});
    let chunks = vec![delta.clone(), delta.clone(), delta, last];
    testing::capture_async(async { streamed("streaming", chunks).count().await }).await;
    let count = |name| point(name, "gen_ai.request.model", "streaming").count;
    assert_eq!(count("gen_ai.client.inference.time_to_first_chunk"), 1);
    assert_eq!(count("gen_ai.client.inference.time_per_output_chunk"), 3);
    let tokens = point(
        "gen_ai.client.inference.usage.output_tokens",
        "gen_ai.response.model",
        "streaming-2025",
    );
    assert_eq!(tokens.sum, 3.0);
}

#[tokio::test]
async fn what_is_cancelled_is_measured() {
    #[tool]
    async fn never_done() {
        std::future::pending().await
    }
    testing::capture_async(async {
        let mut waiting = Box::pin(never_done());
        assert!(futures::poll!(&mut waiting).is_pending());
    })
    .await;
    let name = "gen_ai.execute_tool.duration";
    assert_eq!(point(name, "gen_ai.tool.name", "never_done").count, 1);
}

#[test]
fn a_session_is_measured_until_it_is_dropped() {
    testing::capture(|| {
        let mut session = agent_otel::McpSession::client()
            .transport("pipe")
            .protocol_version("of-this-test")
            .jsonrpc_version("1.0")
            .network_protocol("HTTP", "2")
            .url("https://mcp.example.com/mcp");
        session.failed("timeout");
        let _ = agent_otel::McpSession::server()
            .protocol_version("of-this-test")
            .jsonrpc_version("2.0");
        // As asked for first, and as agreed upon.
        let mut session = agent_otel::McpSession::client()
            .transport("pipe")
            .protocol_version("asked for")
            .jsonrpc_version("1.0")
            .url("https://old.example.com/mcp")
            .transport("tcp")
            .protocol_version("of-this-test")
            .jsonrpc_version("2.0")
            .url("mcp.example.com");
        session.failed("timeout");
        session.failed("closed");
    });
    expect![[r#"
        histogram mcp.client.session.duration [s] error.type=closed mcp.protocol.version=of-this-test network.transport=tcp server.address=mcp.example.com: 1 times
        histogram mcp.client.session.duration [s] error.type=timeout jsonrpc.protocol.version=1.0 mcp.protocol.version=of-this-test network.protocol.name=http network.protocol.version=2 network.transport=pipe server.address=mcp.example.com server.port=443: 1 times
        histogram mcp.server.session.duration [s] mcp.protocol.version=of-this-test: 1 times
    "#]]
    .assert_eq(&sorted(&told("mcp.protocol.version", "of-this-test")));
}

#[test]
fn boundaries_are_those_of_the_conventions() {
    #[agent]
    fn bounded() {
        let _ = lookup("bounded_lookup");
    }
    testing::capture(bounded);
    let boundaries = |name| point(name, "gen_ai.agent.name", "bounded").boundaries;
    assert_eq!(
        boundaries("gen_ai.invoke_agent.duration"),
        agent_otel::semconv::metric::buckets::AGENT
    );
    assert_eq!(
        boundaries("gen_ai.execute_tool.duration"),
        agent_otel::semconv::metric::buckets::OPERATION
    );
}
