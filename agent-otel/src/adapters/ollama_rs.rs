//! Chats and completions of [`ollama_rs`], whole or as the items of a stream.

use ollama_rs::generation::chat::ChatMessageResponse;
use ollama_rs::generation::completion::GenerationResponse;

use crate::chunk::LlmChunk;
use crate::response::{LlmResponse, Response};
use crate::usage::Usage;

impl LlmResponse for ChatMessageResponse {
    fn describe(&self, response: &mut Response) {
        LlmChunk::describe(self, response);
    }
}

impl LlmChunk for ChatMessageResponse {
    fn describe(&self, response: &mut Response) {
        tell(response, &self.model, &self.message.content, self.done);
        if let Some(last) = &self.final_data {
            response.usage(Usage::new(last.prompt_eval_count, last.eval_count));
        }
    }
}

impl LlmResponse for GenerationResponse {
    fn describe(&self, response: &mut Response) {
        LlmChunk::describe(self, response);
    }
}

impl LlmChunk for GenerationResponse {
    fn describe(&self, response: &mut Response) {
        tell(response, &self.model, &self.response, self.done);
        response.usage(Usage {
            input_tokens: self.prompt_eval_count,
            output_tokens: self.eval_count,
            ..Usage::default()
        });
    }
}

/// An item of a completion's stream is a list.
impl LlmChunk for Vec<GenerationResponse> {
    fn describe(&self, response: &mut Response) {
        for chunk in self {
            LlmChunk::describe(chunk, response);
        }
    }
}

fn tell(response: &mut Response, model: &str, text: &str, done: bool) {
    if !response.knows(None, Some(model)) {
        response.model(model);
    }
    response.output_text(text);
    if done {
        // The crate does not tell why; the server ends a message that it does not cut.
        response.finish_reason_of(0, "stop");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_last_item_tells_the_usage() {
        let item = |value| serde_json::from_value::<ChatMessageResponse>(value).unwrap();
        let mut told = Response::default();
        for chunk in [
            item(
                json!({"model": "llama3", "created_at": "", "message": {"role": "assistant", "content": "Hi"}, "done": false}),
            ),
            item(
                json!({"model": "llama3", "created_at": "", "message": {"role": "assistant", "content": ""}, "done": true,
                "total_duration": 1, "load_duration": 1, "prompt_eval_count": 26, "prompt_eval_duration": 1,
                "eval_count": 298, "eval_duration": 1}),
            ),
        ] {
            LlmChunk::describe(&chunk, &mut told);
        }
        let mut expected = Response::default();
        expected
            .model("llama3")
            .finish_reason("stop")
            .usage(Usage::new(26, 298));
        assert_eq!(told, expected);
    }
}
