//! Chunks of streamed responses as JSON, and as text that holds JSON.

use serde_json::Value;

use crate::chunk::LlmChunk;
use crate::response::Response;
use crate::usage::Usage;

/// The chunk shapes of OpenAI chat (and what speaks it), Anthropic messages, Gemini and Ollama.
impl LlmChunk for Value {
    fn describe(&self, response: &mut Response) {
        // Anthropic wraps the response of `message_start`; everyone else tells it flat.
        let message = self
            .get("message")
            .filter(|message| message.get("usage").is_some())
            .unwrap_or(self);
        let id = text(message, "id").or_else(|| text(message, "responseId"));
        let model = text(message, "model").or_else(|| text(message, "modelVersion"));
        if !response.knows(id, model) {
            if let Some(id) = id {
                response.id(id);
            }
            if let Some(model) = model {
                response.model(model);
            }
        }
        choices(self, response);
        usage(message, response);
    }
}

/// Text and finish reasons.
fn choices(chunk: &Value, response: &mut Response) {
    for (position, choice) in array(chunk, "choices").enumerate() {
        let content = choice.get("delta").and_then(|delta| delta.get("content"));
        tell(
            response,
            index(choice, position),
            content,
            text(choice, "finish_reason"),
        );
    }
    for (position, candidate) in array(chunk, "candidates").enumerate() {
        let index = index(candidate, position);
        let parts = candidate
            .get("content")
            .into_iter()
            .flat_map(|content| array(content, "parts"));
        for part in parts {
            tell(response, index, part.get("text"), None);
        }
        tell(response, index, None, text(candidate, "finishReason"));
    }
    // Anthropic: `content_block_delta` and `message_delta`.
    if let Some(delta) = chunk.get("delta") {
        tell(response, 0, delta.get("text"), text(delta, "stop_reason"));
    }
    // Ollama.
    if chunk.get("done").is_some() {
        let message = chunk
            .get("message")
            .and_then(|message| message.get("content"));
        tell(
            response,
            0,
            message.or_else(|| chunk.get("response")),
            text(chunk, "done_reason"),
        );
    }
}

/// Which choice this is: chunks of several come in any order.
fn index(choice: &Value, position: usize) -> usize {
    let index = choice.get("index").and_then(Value::as_u64);
    index
        .and_then(|index| usize::try_from(index).ok())
        .unwrap_or(position)
}

fn tell(
    response: &mut Response,
    choice: usize,
    content: Option<&Value>,
    finish_reason: Option<&str>,
) {
    if let Some(content) = content.and_then(Value::as_str) {
        response.output_text_of(choice, content);
    }
    if let Some(reason) = finish_reason {
        response.finish_reason_of(choice, reason);
    }
}

/// Counts, each where its provider puts it. Later chunks tell running totals, so the last value counts.
fn usage(message: &Value, response: &mut Response) {
    if let Some(usage) = message.get("usage").filter(|usage| usage.is_object()) {
        response.usage(super::json::read_usage(usage));
    }
    if let Some(usage) = message.get("usageMetadata") {
        let count = |key: &str| usage.get(key).and_then(Value::as_u64);
        // Tool-use prompts and thoughts stand beside the counts that they belong to.
        let sum = |counted: Option<u64>, beside: Option<u64>| {
            counted.map(|counted| counted.saturating_add(beside.unwrap_or_default()))
        };
        response.usage(Usage {
            input_tokens: sum(count("promptTokenCount"), count("toolUsePromptTokenCount")),
            output_tokens: sum(count("candidatesTokenCount"), count("thoughtsTokenCount")),
            cache_read_input_tokens: count("cachedContentTokenCount"),
            reasoning_output_tokens: count("thoughtsTokenCount"),
            ..Usage::default()
        });
    }
    let count = |key: &str| message.get(key).and_then(Value::as_u64);
    response.usage(Usage {
        input_tokens: count("prompt_eval_count"),
        output_tokens: count("eval_count"),
        ..Usage::default()
    });
}

/// JSON, bare or as the `data:` lines of server-sent events; one item has to hold whole events.
impl LlmChunk for str {
    fn describe(&self, response: &mut Response) {
        for line in self.lines() {
            let data = line.strip_prefix("data:").unwrap_or(line).trim();
            let chunk = data
                .starts_with('{')
                .then(|| serde_json::from_str::<Value>(data));
            if let Some(Ok(chunk)) = chunk {
                LlmChunk::describe(&chunk, response);
            }
        }
    }
}

impl LlmChunk for String {
    fn describe(&self, response: &mut Response) {
        self.as_str().describe(response);
    }
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

fn array<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told<C: LlmChunk>(chunks: &[C]) -> Response {
        let mut response = Response::default();
        for chunk in chunks {
            chunk.describe(&mut response);
        }
        response
    }

    #[test]
    fn openai_tells_the_usage_in_its_last_chunk() {
        let mut expected = Response::default();
        expected
            .id("c-1")
            .model("gpt-4o")
            .finish_reason("stop")
            .usage(Usage::new(9, 2));
        assert_eq!(
            told(&[
                json!({"id": "c-1", "model": "gpt-4o", "choices": [{"delta": {"content": "Hi"}, "finish_reason": null}], "usage": null}),
                json!({"id": "c-1", "model": "gpt-4o", "choices": [{"delta": {}, "finish_reason": "stop"}]}),
                json!({"id": "c-1", "model": "gpt-4o", "choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}}),
            ]),
            expected
        );
    }

    #[test]
    fn anthropic_counts_cached_tokens_beside_the_input() {
        let events = [
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"claude\",\"usage\":{\"input_tokens\":5,\"cache_read_input_tokens\":100,\"cache_creation_input_tokens\":10,\"output_tokens\":1}}}\n\n",
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n",
            "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":15}}\n\n",
        ];
        let mut expected = Response::default();
        expected
            .id("msg_1")
            .model("claude")
            .finish_reason("end_turn")
            .usage(
                Usage::new(115, 15)
                    .cache_read_input_tokens(100)
                    .cache_write_input_tokens(10),
            );
        assert_eq!(told(&events), expected);
    }

    #[test]
    fn gemini_counts_thoughts_beside_the_output() {
        let mut expected = Response::default();
        expected
            .id("r")
            .model("gemini-2.5")
            .finish_reason("STOP")
            .usage(
                Usage::new(5926, 162)
                    .cache_read_input_tokens(50)
                    .reasoning_output_tokens(112),
            );
        assert_eq!(
            told(&[json!({
                "responseId": "r", "modelVersion": "gemini-2.5",
                "candidates": [{"content": {"parts": [{"text": "Hi"}]}, "finishReason": "STOP"}],
                "usageMetadata": {"promptTokenCount": 68, "toolUsePromptTokenCount": 5858, "candidatesTokenCount": 50,
                    "thoughtsTokenCount": 112, "cachedContentTokenCount": 50}
            })]),
            expected
        );
    }

    #[test]
    fn ollama_tells_all_at_the_end() {
        let mut expected = Response::default();
        expected
            .model("llama3")
            .finish_reason("stop")
            .usage(Usage::new(26, 298));
        assert_eq!(
            told(&[
                r#"{"model":"llama3","message":{"role":"assistant","content":"Hi"},"done":false}"#,
                r#"{"model":"llama3","message":{"content":""},"done":true,"done_reason":"stop","prompt_eval_count":26,"eval_count":298}"#,
            ]),
            expected
        );
    }

    #[test]
    fn choices_are_told_apart_and_repeated_reasons_are_one() {
        let choice = |index: u8, reason: &str| json!({"choices": [{"index": index, "delta": {}, "finish_reason": reason}]});
        let mut expected = Response::default();
        expected.finish_reason("stop").finish_reason("length");
        assert_eq!(
            told(&[choice(1, "length"), choice(0, ""), choice(0, "stop")]),
            expected
        );
        let mut expected = Response::default();
        expected.finish_reason("STOP");
        let gemini = json!({"candidates": [{"finishReason": "STOP"}]});
        assert_eq!(told(&[gemini.clone(), gemini.clone(), gemini]), expected);
    }

    #[test]
    fn text_that_is_no_json_tells_nothing() {
        assert_eq!(
            told(&["data: [DONE]", ": ping", "", "{\"broken"]),
            Response::default()
        );
    }
}
