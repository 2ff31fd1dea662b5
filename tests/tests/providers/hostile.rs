//! Numbers that are no counts, and bodies that are none of anybody's: nothing panics, and nothing wrong is told.

use agent_otel_tests::captured::{content, with_content};
use serde_json::{Value, json};

use crate::{answered, called, streamed};

/// Usage of every shape, with `count` in the place of every count.
fn bodies(count: &Value) -> Vec<Value> {
    let details = json!({"cached_tokens": count, "audio_tokens": count, "text_tokens": count, "image_tokens": count,
        "cache_write_tokens": count, "reasoning_tokens": count, "thinking_tokens": count,
        "cached_tokens_details": {"text_tokens": count}});
    let modalities = json!([{"modality": "TEXT", "tokenCount": count}, {"modality": "TEXT", "tokenCount": count}]);
    vec![
        json!({"choices": [], "usage": {"prompt_tokens": count, "completion_tokens": count, "total_tokens": count,
            "prompt_tokens_details": details, "completion_tokens_details": details, "cached_tokens": count}}),
        json!({"object": "response", "status": "completed", "output": [], "usage": {"input_tokens": count,
            "output_tokens": count, "input_tokens_details": details, "output_tokens_details": details}}),
        json!({"object": "list", "data": [{"embedding": []}], "usage": {"prompt_tokens": count}}),
        json!({"type": "message", "content": [], "usage": {"input_tokens": count, "output_tokens": count,
            "cache_read_input_tokens": count, "cache_creation_input_tokens": count}}),
        json!({"candidates": [], "usageMetadata": {"promptTokenCount": count, "toolUsePromptTokenCount": count,
            "candidatesTokenCount": count, "thoughtsTokenCount": count, "cachedContentTokenCount": count,
            "promptTokensDetails": modalities, "cacheTokensDetails": modalities,
            "candidatesTokensDetails": modalities}}),
        json!({"stopReason": "end_turn", "usage": {"inputTokens": count, "outputTokens": count, "totalTokens": count,
            "cacheReadInputTokens": count, "cacheWriteInputTokens": count}}),
        json!({"done": true, "prompt_eval_count": count, "eval_count": count, "prompt_eval_cached_count": count}),
        json!({"message": {"role": "assistant", "content": []}, "finish_reason": "COMPLETE",
            "usage": {"billed_units": {"input_tokens": count, "output_tokens": count},
                "tokens": {"input_tokens": count, "output_tokens": count, "reasoning_tokens": count},
                "cached_tokens": count}}),
    ]
}

#[test]
fn what_is_no_count_tells_none() {
    let counts = [
        json!(-1),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!(0.5),
        json!("12"),
        json!(true),
        json!([12]),
        json!({"tokens": 12}),
        Value::Null,
    ];
    for count in counts {
        for body in bodies(&count) {
            for spans in [
                answered("p", body.clone()),
                streamed("p", std::slice::from_ref(&body)),
            ] {
                let told = spans.to_string();
                assert!(!told.contains("gen_ai.usage."), "{body}: {told}");
            }
        }
    }
}

/// One count that is none takes away the sum that it belongs to, and no other count.
#[test]
fn a_sum_with_a_part_that_is_no_count_is_unknown() {
    let cases = [
        json!({"type": "message", "content": [],
            "usage": {"input_tokens": 5, "output_tokens": 7, "cache_read_input_tokens": -1}}),
        json!({"candidates": [], "usageMetadata": {"promptTokenCount": 5, "toolUsePromptTokenCount": "5858",
            "candidatesTokenCount": 7}}),
        json!({"stopReason": "end_turn", "usage": {"inputTokens": 5, "outputTokens": 7, "totalTokens": 112,
            "cacheReadInputTokens": 1.5}}),
    ];
    for body in cases {
        let told = answered("p", body.clone()).to_string();
        assert!(
            told.contains("gen_ai.usage.output_tokens: 7"),
            "{body}: {told}"
        );
        assert!(
            !told.contains("gen_ai.usage.input_tokens"),
            "{body}: {told}"
        );
    }
}

/// Sums that no attribute can hold.
#[test]
fn a_sum_that_overflows_is_unknown() {
    for body in bodies(&json!(i64::MAX)) {
        let told = answered("p", body.clone()).to_string();
        for line in told.lines().filter(|line| line.contains("gen_ai.usage.")) {
            assert!(line.ends_with(": 9223372036854775807"), "{body}: {told}");
        }
    }
}

#[test]
fn bodies_of_nobody() {
    let bodies = [
        Value::Null,
        json!(12),
        json!("text"),
        json!([]),
        json!([{"usage": {"prompt_tokens": 1}}]),
        json!({}),
        json!({"choices": 1, "candidates": 2, "done": 3, "usage": 4, "type": 5, "message": 6}),
        json!({"choices": [1, null, [], {"index": -1, "delta": 1, "finish_reason": 7}]}),
        json!({"candidates": [null, {"content": {"parts": {"text": 1}}, "finishReason": false}]}),
        json!({"type": "message_start"}),
        json!({"type": "content_block_delta", "index": u64::MAX, "delta": {"type": "input_json_delta"}}),
        json!({"type": "response.completed", "response": null}),
        json!({"type": "message-end", "delta": null}),
        json!({"contentBlockDelta": {"contentBlockIndex": -7, "delta": {"toolUse": 1}}}),
    ];
    for body in bodies {
        let plain = "gen_ai.operation.name: \"chat\"\n    gen_ai.provider.name: \"p\"";
        for spans in [
            answered("p", body.clone()),
            called("p", &body, body.clone()),
            streamed("p", std::slice::from_ref(&body)),
        ] {
            assert!(spans.to_string().contains(plain), "{body}: {spans}");
        }
    }
}

/// However many choices there are, so many are told apart and no more.
#[test]
fn arrays_of_any_length() {
    let choice = json!({"finish_reason": "stop", "message": {"content": "word"}});
    let many = json!({"choices": vec![choice; 100_000], "usage": {"prompt_tokens": 1}});
    let told = answered("p", many).to_string();
    assert_eq!(told.matches("\"stop\"").count(), 128);
    assert!(told.contains("gen_ai.usage.input_tokens: 1"), "{told}");
}

/// Content is gathered as far as it may be told, and a little more.
#[test]
fn content_of_any_size() {
    with_content(|| {
        let long = "word ".repeat(1_000_000);
        let message = json!({"role": "user", "content": long});
        let mut deep = json!("bottom");
        for _ in 0..500 {
            deep = json!([deep]);
        }
        let request = json!({"model": "m", "messages": vec![message; 10], "tools": vec![json!({"name": long}); 10]});
        let response = json!({"choices": [{"finish_reason": "stop", "message": {"content": long, "tool_calls":
            vec![json!({"function": {"name": "f", "arguments": deep}}); 1000]}}]});
        let spans = called("p", &request, response);
        for key in [
            "gen_ai.input.messages",
            "gen_ai.output.messages",
            "gen_ai.tool.definitions",
        ] {
            let length = content(&spans, key).to_string().len();
            assert!(length <= 64 * 1024, "{key}: {length}");
        }
        let chunk = json!({"choices": [{"delta": {"content": long, "tool_calls": [{"id": "", "function":
            {"name": "f", "arguments": long}}]}}]});
        let spans = streamed("p", &vec![chunk; 10]);
        assert!(content(&spans, "gen_ai.output.messages").to_string().len() <= 64 * 1024);
    });
}
