//! What is masked, and what is not shown in the first place.

use std::fmt::Debug;
use std::sync::mpsc;

use agent_otel::testing::capture;
use agent_otel::{Capture, ContentPolicy, LlmRequest, Pattern, Request, Response, llm_call};
use agent_otel_tests::with;
use serde_json::{Value, json};

use super::{CAPTURE, CASE, INPUT, OUTPUT, content, lookup, question};

/// A secret that comes in pieces is whole when it is masked.
#[test]
fn a_secret_over_several_chunks_is_masked() {
    #[llm_call(provider = "openai", model = "gpt-4o")]
    fn chunks() -> impl futures::Stream<Item = Value> {
        let pieces = [
            "write to al",
            "ice@exam",
            "ple.com or 4111 11",
            "11 1111 1111",
            " sk-pr",
            "oj-abcdef12",
        ];
        futures::stream::iter(
            pieces.map(|piece| json!({"choices": [{"index": 0, "delta": {"content": piece}}]})),
        )
    }
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        let spans = capture(|| {
            futures::executor::block_on(futures::StreamExt::count(chunks()));
        });
        assert_eq!(
            content(&spans, OUTPUT).expect("content")[0]["parts"][0]["content"],
            "write to [redacted:email] or [redacted:card] [redacted:api_key]"
        );
    });
}

#[test]
fn patterns_can_be_switched_off() {
    let text = json!("alice@example.com 4111 1111 1111 1111");
    for (policy, expected) in [
        (0, "[redacted:email] [redacted:card]"),
        (1, "alice@example.com [redacted:card]"),
        (2, "alice@example.com 4111 1111 1111 1111"),
    ] {
        with(&[(CASE, expected)], || {
            let base = ContentPolicy::new().capture(Capture::SpanOnly);
            let policy = match policy {
                0 => base,
                1 => base.without_pattern(Pattern::Email),
                _ => base.without_patterns(),
            };
            policy.install();
            let spans = capture(|| question(&text));
            assert_eq!(
                content(&spans, INPUT).expect("content")[0]["parts"][0]["content"],
                expected
            );
            let spans = capture(|| assert!(lookup(&text).is_err()));
            let status = format!("status: error {expected:?}");
            assert!(spans.to_string().contains(&status), "{spans}");
        });
    }
}

fn shown(value: &impl Debug) -> String {
    format!("{value:?}")
}

/// What the documentation says about `Debug`: nothing of what a policy holds.
#[test]
fn the_debug_of_a_policy_shows_no_content() {
    let secret = "sk-proj-abcdef1234".to_owned();
    let policy = ContentPolicy::new().redactor(move |_: &str, value: &mut Value| {
        if value == secret.as_str() {
            *value = Value::Null;
        }
    });
    assert!(!shown(&policy).contains("sk-proj"));
}

/// What has been told of a request is shown by its keys, whatever a program prints while it tells.
#[test]
fn the_debug_of_a_request_shows_no_content() {
    struct Ask(mpsc::Sender<String>);
    impl LlmRequest for Ask {
        fn describe(&self, request: &mut Request) {
            request
                .model("gpt-4o")
                .stop_sequences(&["a word of alice".to_owned()][..])
                .input("where is the order of alice?")
                .system("be kind to alice")
                .tools(&json!([{"name": "look", "description": "for alice"}]));
            let _ = self.0.send(format!("{request:?} {request:#?}"));
        }
    }
    #[llm_call(provider = "openai", request = ask)]
    fn send(ask: &Ask) -> Value {
        let _ = ask;
        json!("answered")
    }
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        let (sender, shown) = mpsc::channel();
        let spans = capture(|| {
            send(&Ask(sender));
        });
        assert!(content(&spans, INPUT).is_some());
        let shown = shown.recv().expect("shown");
        assert!(!shown.contains("alice"), "{shown}");
        for key in [
            "gpt-4o",
            "gen_ai.request.stop_sequences",
            "input",
            "system",
            "tools",
        ] {
            assert!(shown.contains(key), "{key}: {shown}");
        }
    });
}

/// What is gathered for the end of a call shows how much it is.
#[test]
fn the_debug_of_a_response_shows_no_content() {
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        let said = "I am Ada.";
        let mut response = Response::default();
        response
            .model("gpt-4o")
            .output_text(said)
            .output_reasoning_of(1, said)
            .output_tool_call_of(1, 0, Some("call_1"), Some("look"), "{\"name\":\"Ada\"}")
            .output(&json!([{"role": "assistant", "content": said}]));
        let told = shown(&response);
        assert!(!told.contains("Ada"), "{told}");
        for part in [
            "gpt-4o",
            "text of 9 bytes",
            "reasoning of 9 bytes",
            "tool_call of 14 bytes",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
    });
}
