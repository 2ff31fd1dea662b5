//! Clients that write spans of their own: one model call shows once, as ours or as theirs.

use std::process::Output;

use agent_otel_tests::program::{self, stderr, stdout};
use agent_otel_tests::server::Server;
use axum::Json;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use expect_test::{Expect, expect};
use serde_json::{Value, json};

/// A model server that answers in the shapes of the OpenAI API.
async fn answer(request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let body = axum::body::to_bytes(request.into_body(), usize::MAX).await;
    let body: Value = serde_json::from_slice(&body.unwrap()).unwrap();
    let usage = json!({"prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 13});
    if path.ends_with("/embeddings") {
        let data = json!([{"object": "embedding", "index": 0, "embedding": [0.5]}]);
        return Json(json!({
            "object": "list",
            "model": body["model"],
            "data": data,
            "usage": {"prompt_tokens": 4, "total_tokens": 4},
        }))
        .into_response();
    }
    if body["model"] == "no-such-model" {
        let error = json!({"error": {"message": "no such model", "code": "model_not_found"}});
        return (StatusCode::NOT_FOUND, Json(error)).into_response();
    }
    if body["stream"] == true {
        let chunk = |delta: Value, reason: Value, usage: Value| {
            let choice = json!({"index": 0, "delta": delta, "finish_reason": reason});
            let choices = if usage.is_null() {
                json!([choice])
            } else {
                json!([])
            };
            let chunk = json!({
                "id": "chatcmpl-1",
                "object": "chat.completion.chunk",
                "model": body["model"],
                "choices": choices,
                "usage": usage,
            });
            format!("data: {chunk}\n\n")
        };
        let text = [
            chunk(json!({"content": "On its "}), Value::Null, Value::Null),
            chunk(json!({"content": "way."}), Value::Null, Value::Null),
            chunk(json!({}), json!("stop"), Value::Null),
            chunk(json!({}), Value::Null, usage),
            "data: [DONE]\n\n".to_owned(),
        ]
        .concat();
        return ([(header::CONTENT_TYPE, "text/event-stream")], text).into_response();
    }
    let message = json!({"role": "assistant", "content": "On its way."});
    Json(json!({
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": usage,
    }))
    .into_response()
}

fn run(what: &str, variables: &[(&str, &str)]) -> Output {
    let server = Server::start(axum::Router::new().fallback(answer));
    let mut all = vec![("MODEL_SERVER", server.address.as_str())];
    all.extend(variables);
    let output = program::run(env!("CARGO_BIN_EXE_model_calls"), what, &all);
    assert!(output.status.success(), "{output:?}");
    output
}

/// The spans of one call, with who wrote them, as each of the two settings has them.
fn assert_spans(what: &str, ours: &Expect, theirs: &Expect) {
    for (whose, expected) in [("ours", ours), ("theirs", theirs)] {
        let output = run(what, &[("AGENT_OTEL_MODEL_SPANS", whose)]);
        expected.assert_eq(&stdout(&output));
    }
}

#[test]
fn ours_is_the_default() {
    let output = run("genai", &[]);
    expect![[r#"
        invoke_agent support [agent-otel] 1 10
          chat gpt-5-mini [agent-otel] 10
        measured 1 of gpt-5-mini
    "#]]
    .assert_eq(&stdout(&output));
}

#[test]
fn without_the_filter_a_call_shows_twice() {
    let output = run("unfiltered:genai", &[]);
    expect![[r#"
        invoke_agent support [agent-otel] 1 10
          chat gpt-5-mini [agent-otel] 10
            chat gpt-5-mini [client] 10
        measured 1 of gpt-5-mini
    "#]]
    .assert_eq(&stdout(&output));
}

#[test]
fn a_call_by_genai() {
    assert_one_call("genai");
}

#[test]
fn a_stream_by_genai() {
    assert_one_call("genai_stream");
}

/// One call of a model below an agent.
fn assert_one_call(what: &str) {
    assert_spans(
        what,
        &expect![[r#"
            invoke_agent support [agent-otel] 1 10
              chat gpt-5-mini [agent-otel] 10
            measured 1 of gpt-5-mini
        "#]],
        &expect![[r#"
            invoke_agent support [agent-otel] 1 10
              chat gpt-5-mini [client] 10
            measured 1 of gpt-5-mini
        "#]],
    );
}

#[test]
fn a_call_by_rig_with_what_is_below_it() {
    assert_spans(
        "rig",
        &expect![[r#"
            invoke_agent support [agent-otel] 1 10
              chat gpt-5-mini [agent-otel] 10
                POST [client]
            measured 1 of gpt-5-mini
        "#]],
        &expect![[r#"
            invoke_agent support [agent-otel] 1 10
              chat [client] 10
                POST [client]
            measured 1 of gpt-5-mini
        "#]],
    );
}

#[test]
fn a_call_that_fails() {
    assert_spans(
        "refused",
        &expect![[r#"
            invoke_agent support [agent-otel] 1
              chat no-such-model [agent-otel] failed
            measured 1 of no-such-model
        "#]],
        &expect![[r#"
            invoke_agent support [agent-otel] 1
              chat no-such-model [client] failed
            measured 1 of no-such-model
        "#]],
    );
}

#[test]
fn an_embedding_inside_of_a_chat_is_another_call() {
    assert_spans(
        "embeds_first",
        &expect![[r#"
            invoke_agent support [agent-otel] 1 10
              chat gpt-5-mini [agent-otel] 10
                embeddings text-embedding-3-small [client] 4
            measured 1 of gpt-5-mini
        "#]],
        &expect![[r#"
            invoke_agent support [agent-otel] 1 10
              embeddings text-embedding-3-small [client] 4
              chat gpt-5-mini [client] 10
            measured 1 of gpt-5-mini
        "#]],
    );
}

#[test]
fn a_call_inside_of_a_tool_is_another_call() {
    assert_spans(
        "with_a_tool",
        &expect![[r#"
            invoke_agent support [agent-otel] 1 10
              chat gpt-5-mini [agent-otel] 10
                execute_tool summarize [agent-otel]
                  chat gpt-5-mini [client] 10
            measured 1 of gpt-5-mini
        "#]],
        &expect![[r#"
            invoke_agent support [agent-otel] 1 10
              execute_tool summarize [agent-otel]
                chat gpt-5-mini [client] 10
              chat gpt-5-mini [client] 10
            measured 1 of gpt-5-mini
        "#]],
    );
}

#[test]
fn tokens_that_the_body_tells_are_counted() {
    assert_spans(
        "tells_its_usage",
        &expect![[r#"
            invoke_agent support [agent-otel] 1 7
              chat gpt-5-mini [agent-otel] 7
            measured 1 of gpt-5-mini
        "#]],
        &expect![[r#"
            invoke_agent support [agent-otel] 1 7
              chat gpt-5-mini [client] 10
            measured 1 of gpt-5-mini
        "#]],
    );
}

#[test]
fn an_embedding() {
    assert_spans(
        "embeds",
        &expect![[r#"
            invoke_agent support [agent-otel]
              embeddings text-embedding-3-small [agent-otel] 4
        "#]],
        &expect![[r#"
            invoke_agent support [agent-otel]
              embeddings text-embedding-3-small [client] 4
        "#]],
    );
}

#[test]
fn a_call_that_is_the_root_of_its_trace() {
    assert_spans(
        "without_an_agent",
        &expect![[r#"
            chat gpt-5-mini [agent-otel] 10
            measured 1 of gpt-5-mini
        "#]],
        &expect![[r#"
            chat gpt-5-mini [client] 10
            measured 1 of gpt-5-mini
        "#]],
    );
}

#[test]
fn a_call_that_nobody_annotated_keeps_its_span() {
    let either = expect![[r#"
        invoke_agent support [agent-otel]
          execute_tool summarize [agent-otel]
            chat gpt-5-mini [client] 10
    "#]];
    assert_spans("unannotated", &either, &either);
}

#[test]
fn the_code_beats_the_environment() {
    let output = run(
        "theirs_by_code:genai",
        &[("AGENT_OTEL_MODEL_SPANS", "ours")],
    );
    let drawn = stderr(&output);
    assert!(
        drawn.contains(" 2 spans · 1 model call · 13 tokens "),
        "{drawn}"
    );
    assert!(drawn.contains("└ chat gpt-5-mini"), "{drawn}");
}

#[test]
fn a_wrong_word_is_told() {
    let output = run(
        "theirs_by_code:genai",
        &[("AGENT_OTEL_MODEL_SPANS", "yours")],
    );
    let told = stderr(&output);
    assert!(told.contains("AGENT_OTEL_MODEL_SPANS=\"yours\""), "{told}");
}

/// The items of a stream by rig tell no tokens, on whosever span; where it is relayed, it ends with a response that does.
#[test]
fn streams_by_rig() {
    assert_spans(
        "rig_stream",
        &expect![[r#"
        invoke_agent support [agent-otel] 1
          chat gpt-5-mini [agent-otel]
            POST [client]
        measured 1 of gpt-5-mini
    "#]],
        &expect![[r#"
        invoke_agent support [agent-otel] 1
          chat [client]
            POST [client]
        measured 1 of gpt-5-mini
    "#]],
    );
    assert_spans(
        "rig_relayed",
        &expect![[r#"
        invoke_agent support [agent-otel] 1 10
          chat gpt-5-mini [agent-otel] 10
            POST [client]
        measured 1 of gpt-5-mini
    "#]],
        &expect![[r#"
        invoke_agent support [agent-otel] 1 10
          chat [client] 10
            POST [client]
        measured 1 of gpt-5-mini
    "#]],
    );
}
