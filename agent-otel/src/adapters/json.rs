//! [`serde_json::Value`] in the shape of the OpenAI chat API and of the many APIs that speak it.

use serde_json::Value;

use crate::request::{LlmRequest, Request};
use crate::response::{LlmResponse, Response};
use crate::usage::Usage;

impl LlmResponse for Value {
    fn describe(&self, response: &mut Response) {
        if let Some(id) = text(self, "id") {
            response.id(id);
        }
        if let Some(model) = text(self, "model") {
            response.model(model);
        }
        for choice in self
            .get("choices")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if let Some(reason) = text(choice, "finish_reason") {
                response.finish_reason(reason);
            }
        }
        if let Some(usage) = self.get("usage") {
            response.usage(read_usage(usage));
        }
    }
}

/// Counts that are missing, negative or no whole numbers stay unknown.
pub(super) fn read_usage(usage: &Value) -> Usage {
    let count = |key: &str| usage.get(key).and_then(Value::as_u64);
    let detail = |details: &str, key: &str| usage.get(details)?.get(key)?.as_u64();
    // Anthropic's names; its `input_tokens` leave the cached ones out, which the conventions include.
    let read = count("cache_read_input_tokens");
    let written = count("cache_creation_input_tokens");
    let beside = read
        .unwrap_or_default()
        .saturating_add(written.unwrap_or_default());
    Usage {
        input_tokens: count("prompt_tokens")
            .or_else(|| count("input_tokens").map(|input| input.saturating_add(beside))),
        output_tokens: count("completion_tokens").or_else(|| count("output_tokens")),
        cache_read_input_tokens: detail("prompt_tokens_details", "cached_tokens").or(read),
        cache_write_input_tokens: detail("prompt_tokens_details", "cache_write_tokens").or(written),
        reasoning_output_tokens: detail("completion_tokens_details", "reasoning_tokens"),
    }
}

impl LlmRequest for Value {
    fn describe(&self, request: &mut Request) {
        let number = |key: &str| self.get(key).and_then(Value::as_f64);
        let integer = |key: &str| self.get(key).and_then(Value::as_i64);
        let format = self
            .get("response_format")
            .and_then(|format| text(format, "type"));
        request
            .model(&text(self, "model"))
            .temperature(&number("temperature"))
            .top_p(&number("top_p"))
            .max_tokens(&integer("max_completion_tokens").or_else(|| integer("max_tokens")))
            .seed(&integer("seed"))
            .frequency_penalty(&number("frequency_penalty"))
            .presence_penalty(&number("presence_penalty"))
            .choice_count(&integer("n"))
            .reasoning_level(&text(self, "reasoning_effort"))
            .output_type(&format.map(|format| {
                if format.starts_with("json") {
                    "json"
                } else {
                    format
                }
            }))
            .stop_sequences(&stop_sequences(self));
    }
}

fn stop_sequences(request: &Value) -> Option<Vec<&str>> {
    match request.get("stop")? {
        Value::String(stop) => Some(vec![stop]),
        Value::Array(stop) => Some(stop.iter().filter_map(Value::as_str).collect()),
        _ => None,
    }
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_openai_chat_completion_is_read() {
        let completion = json!({
            "id": "chatcmpl-1", "object": "chat.completion", "model": "gpt-4o-mini-2024-07-18",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}],
            "usage": {
                "prompt_tokens": 412, "completion_tokens": 38, "total_tokens": 450,
                "prompt_tokens_details": {"cached_tokens": 256},
                "completion_tokens_details": {"reasoning_tokens": 12}
            }
        });
        let mut expected = Response::default();
        expected
            .id("chatcmpl-1")
            .model("gpt-4o-mini-2024-07-18")
            .finish_reason("stop")
            .usage(
                Usage::new(412, 38)
                    .cache_read_input_tokens(256)
                    .reasoning_output_tokens(12),
            );
        assert_eq!(Response::of(&completion), expected);
    }

    #[test]
    fn a_count_that_is_none_stays_unknown() {
        let completion = json!({"usage": {"prompt_tokens": -1, "completion_tokens": "many"}});
        assert_eq!(Response::of(&completion), Response::default());
    }
}
