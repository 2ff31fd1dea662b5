//! What the environment changes about spans. Each test runs in a process of its own, since variables are read once.

use std::collections::BTreeMap;

use agent_otel::testing::{capture, capture_async};
use agent_otel::{agent, conversation, extract, inject, llm_call, tool};
use agent_otel_tests::with;
use expect_test::expect;
use futures::{Stream, StreamExt, stream};
use opentelemetry::trace::TraceContextExt;
use serde_json::{Value, json};

#[derive(Debug, thiserror::Error)]
#[error("no order {0}")]
struct OrderNotFound(u64);

/// Looks an order up.
#[tool(arguments, result)]
fn order_status(order_id: u64, note: &str) -> Result<Value, OrderNotFound> {
    let _ = note;
    if order_id == 9999 {
        Err(OrderNotFound(order_id))
    } else {
        Ok(json!({"status": "shipped"}))
    }
}

#[llm_call(provider = "openai", model = "gpt-4o", input = messages, system = "Be brief", tools = tools, output)]
fn complete(messages: &Value, tools: &Value) -> Result<Value, OrderNotFound> {
    let _ = (messages, tools);
    Ok(json!({"usage": {"prompt_tokens": 1, "completion_tokens": 1}}))
}

#[llm_call(provider = "openai", model = "gpt-4o")]
fn stream_chunks() -> impl Stream<Item = Value> {
    stream::iter([
        json!({"choices": [{"delta": {"content": "Hel"}}]}),
        json!({"choices": [{"delta": {"content": "lo"}, "finish_reason": "stop"}]}),
    ])
}

#[agent(input = question, output)]
fn answer(question: &str) -> Result<String, OrderNotFound> {
    Ok(question.to_uppercase())
}

fn converse() -> agent_otel::testing::Spans {
    capture(|| {
        order_status(1042, "a secret note").expect("found");
        complete(
            &json!([{"role": "user", "content": "a secret question"}]),
            &json!([{"type": "function", "name": "order_status"}]),
        )
        .expect("completed");
        futures::executor::block_on(stream_chunks().count());
        answer("a secret question").expect("answered");
    })
}

const CAPTURE: &str = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";

#[test]
fn content_stays_in_the_process() {
    for mode in ["", "true", "nonsense"] {
        with(&[(CAPTURE, mode)], || {
            let text = converse().to_string();
            for word in [
                "secret",
                "SECRET",
                "Hello",
                "Be brief",
                "messages",
                "arguments",
            ] {
                assert!(!text.contains(word), "{word}: {text}");
            }
        });
    }
}

#[test]
fn content_is_captured_where_asked() {
    with(&[(CAPTURE, "span_only")], || {
        let spans = converse();
        let attribute = |span: &str, key: &str| {
            let span = spans.named(span).expect("the span");
            let found = span
                .attributes
                .iter()
                .find(|attribute| attribute.key.as_str() == key);
            serde_json::from_str::<Value>(&found.expect("the attribute").value.as_str())
                .expect("JSON")
        };
        let tool = "execute_tool order_status";
        assert_eq!(
            attribute(tool, "gen_ai.tool.call.arguments"),
            json!({"order_id": 1042, "note": "a secret note"})
        );
        assert_eq!(
            attribute(tool, "gen_ai.tool.call.result"),
            json!({"status": "shipped"})
        );
        assert_eq!(
            attribute("chat gpt-4o", "gen_ai.input.messages"),
            json!([{"role": "user", "parts": [{"type": "text", "content": "a secret question"}]}])
        );
        assert_eq!(
            attribute("chat gpt-4o", "gen_ai.system_instructions"),
            json!([{"type": "text", "content": "Be brief"}])
        );
        let streamed = spans
            .iter()
            .filter(|span| span.name == "chat gpt-4o")
            .nth(1)
            .expect("the stream");
        assert!(
            streamed.attributes.iter().any(|attribute| {
                attribute.key.as_str() == "gen_ai.output.messages"
                    && attribute.value.as_str().contains("Hello")
            }),
            "{spans}"
        );
        assert_eq!(
            attribute("invoke_agent answer", "gen_ai.output.messages"),
            json!([{"role": "assistant", "parts": [{"type": "text", "content": "A SECRET QUESTION"}],
                "finish_reason": "stop"}])
        );
    });
}

const SIGNAL: &str = "OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN";

#[test]
fn exceptions_are_log_records_where_asked() {
    with(&[(SIGNAL, "logs")], || {
        let spans = capture(|| assert!(order_status(9999, "").is_err()));
        expect![[r#"

            execute_tool order_status [internal]
                error.type: "environment::OrderNotFound"
                gen_ai.operation.name: "execute_tool"
                gen_ai.tool.description: "Looks an order up."
                gen_ai.tool.name: "order_status"
                log gen_ai.execute_tool.exception [WARN]
                    exception.type: "environment::OrderNotFound"
                    exception.message: "no order 9999"
                status: error "no order 9999"
        "#]]
        .assert_eq(&spans.to_string());
    });
}

#[test]
fn the_exception_of_a_conversation_tells_its_id() {
    with(&[(SIGNAL, "logs")], || {
        let scope = agent_otel::conversation("thread-17").user("user-4");
        let spans = capture(|| assert!(scope.run(|| order_status(9999, "")).is_err()));
        let [log] = spans.logs() else {
            panic!("{spans}");
        };
        for (key, id) in [
            ("gen_ai.conversation.id", "thread-17"),
            ("user.id", "user-4"),
        ] {
            let told = (key.to_owned(), format!("{id:?}"));
            assert!(log.attributes.contains(&told), "{spans}");
        }
    });
}

#[test]
fn exceptions_are_both_where_asked() {
    with(&[(SIGNAL, "logs/dup")], || {
        let spans = capture(|| assert!(order_status(9999, "").is_err()));
        assert_eq!(
            (spans.logs().len(), spans[0].events.len()),
            (1, 1),
            "{spans}"
        );
    });
}

#[test]
fn cancellation_is_an_error_where_asked() {
    with(&[("AGENT_OTEL_CANCELLED", "error")], || {
        #[agent]
        async fn waits() {
            std::future::pending::<()>().await;
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        let spans = runtime.block_on(capture_async(async {
            let short = std::time::Duration::from_millis(1);
            assert!(tokio::time::timeout(short, waits()).await.is_err());
        }));
        expect![[r#"

            invoke_agent waits [internal]
                agent_otel.outcome: "cancelled"
                error.type: "cancelled"
                gen_ai.agent.name: "waits"
                gen_ai.operation.name: "invoke_agent"
                status: error "cancelled"
        "#]]
        .assert_eq(&spans.to_string());
    });
}

/// What goes out with a request of a trace and a conversation, and whether both are taken from what comes in.
fn spoken() -> (Vec<String>, bool, bool) {
    let mut sent = BTreeMap::new();
    let ids = conversation("thread-17").across_services();
    #[agent]
    fn asks(carrier: &mut BTreeMap<String, String>) {
        inject(carrier);
    }
    let _ = capture(|| ids.run(|| asks(&mut sent)));
    let came = BTreeMap::from([
        (
            "traceparent".to_owned(),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned(),
        ),
        (
            "baggage".to_owned(),
            "gen_ai.conversation.id=thread-18".to_owned(),
        ),
    ]);
    let parent = extract(&came).span().span_context().is_valid();
    #[agent(extract = came)]
    fn answers(came: &BTreeMap<String, String>) {}
    let spans = capture(|| answers(&came));
    assert_eq!(spans[0].parent_span_is_remote, parent, "{spans}");
    let conversation = spans[0].attributes.iter();
    let conversation = conversation
        .map(|attribute| attribute.key.as_str())
        .any(|key| key == "gen_ai.conversation.id");
    (sent.into_keys().collect(), parent, conversation)
}

#[test]
fn both_formats_are_spoken_where_none_is_known() {
    with(&[("OTEL_PROPAGATORS", "b3")], || {
        let both = vec!["baggage".to_owned(), "traceparent".to_owned()];
        assert_eq!(spoken(), (both, true, true));
    });
}

#[test]
fn the_trace_context_is_spoken_alone_where_asked() {
    with(&[("OTEL_PROPAGATORS", "tracecontext")], || {
        assert_eq!(spoken(), (vec!["traceparent".to_owned()], true, false));
    });
}

#[test]
fn the_baggage_is_spoken_alone_where_asked() {
    with(&[("OTEL_PROPAGATORS", "baggage")], || {
        assert_eq!(spoken(), (vec!["baggage".to_owned()], false, true));
    });
}

#[test]
fn nothing_is_spoken_where_asked() {
    with(&[("OTEL_PROPAGATORS", "none")], || {
        assert_eq!(spoken(), (Vec::new(), false, false));
    });
}
