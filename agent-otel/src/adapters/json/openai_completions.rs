//! The completions API of OpenAI, which came before chats and lives on in servers that people run themselves. Its
//! responses are read with those of the chat API.

use serde_json::Value;

use super::openai_chat::parameters;
use crate::budget::Budget;
use crate::content;
use crate::request::Request;

pub(super) fn request(body: &Value, request: &mut Request) {
    parameters(body, request);
    if content::is_captured() {
        // Tokens are no text that people can read.
        if let Some(prompt) = body.get("prompt").filter(|prompt| is_text(prompt)) {
            request.input = Some(Budget::default().value(prompt));
        }
    }
}

fn is_text(prompt: &Value) -> bool {
    match prompt {
        Value::String(_) => true,
        Value::Array(prompts) => prompts.iter().all(Value::is_string),
        _ => false,
    }
}
