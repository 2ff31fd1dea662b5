//! The JSON of the chat completions API: what comes in, what goes out.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::{SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// As much of a request as the rules look at.
#[derive(Debug, Deserialize)]
pub(super) struct Request {
    pub(super) model: String,
    pub(super) messages: Vec<Message>,
    #[serde(default)]
    pub(super) tools: Vec<Tool>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Message {
    pub(super) role: String,
    #[serde(default)]
    pub(super) content: Option<String>,
    #[serde(default)]
    pub(super) tool_calls: Vec<ToolCall>,
    #[serde(default)]
    pub(super) tool_call_id: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct ToolCall {
    pub(super) id: String,
    pub(super) function: Function,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) arguments: String,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Tool {
    pub(super) function: Value,
}

/// What the rules decided.
#[derive(Debug)]
pub(super) enum Reply {
    /// Tools to call: name and arguments.
    Calls(Vec<(&'static str, Value)>),
    Answer(String),
}

/// Numbers of tokens.
#[derive(Debug)]
pub(super) struct Usage {
    pub(super) prompt: u64,
    pub(super) completion: u64,
    cached: u64,
    reasoning: u64,
}

impl Usage {
    pub(super) fn new(request: &Request, reply: &Reply) -> Self {
        let prompt = tokens(&json!([request.messages, request.tools]));
        // What was sent before is in the cache, in whole blocks: everything up to the last answer.
        let last_answer = request
            .messages
            .iter()
            .rposition(|message| message.role == "assistant");
        let cached = last_answer.map_or(0, |end| {
            tokens(&json!([request.messages[..end], request.tools]))
        });
        let (said, reasoning) = match reply {
            Reply::Calls(calls) => (tokens(&json!(calls)), 64),
            Reply::Answer(text) => (tokens(&json!(text)), 0),
        };
        Self {
            prompt,
            completion: said + reasoning,
            cached: cached / 128 * 128,
            reasoning,
        }
    }
}

/// A token is about four characters of English.
fn tokens(value: &Value) -> u64 {
    value.to_string().len().div_ceil(4) as u64
}

pub(super) fn completion(request: &Request, reply: &Reply, usage: &Usage) -> Value {
    let (message, finish_reason) = match reply {
        Reply::Calls(calls) => {
            let call = |(name, arguments): &(&str, Value)| {
                json!({
                    "id": new_id("call_"),
                    "type": "function",
                    "function": { "name": name, "arguments": arguments.to_string() },
                })
            };
            let calls: Vec<Value> = calls.iter().map(call).collect();
            (
                json!({ "role": "assistant", "content": null, "tool_calls": calls, "refusal": null }),
                "tool_calls",
            )
        }
        Reply::Answer(text) => (
            json!({ "role": "assistant", "content": text, "refusal": null, "annotations": [] }),
            "stop",
        ),
    };
    let created = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs());
    json!({
        "id": new_id("chatcmpl-"),
        "object": "chat.completion",
        "created": created,
        // The API answers with the dated name of the model it was asked for.
        "model": format!("{}-2025-08-07", request.model),
        "choices": [{
            "index": 0,
            "message": message,
            "logprobs": null,
            "finish_reason": finish_reason,
        }],
        "usage": {
            "prompt_tokens": usage.prompt,
            "completion_tokens": usage.completion,
            "total_tokens": usage.prompt + usage.completion,
            "prompt_tokens_details": { "cached_tokens": usage.cached, "audio_tokens": 0 },
            "completion_tokens_details": {
                "reasoning_tokens": usage.reasoning,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        },
        "service_tier": "default",
        "system_fingerprint": null,
    })
}

pub(super) fn error(message: &str, kind: &str, code: &str) -> Value {
    json!({ "error": { "message": message, "type": kind, "param": null, "code": code } })
}

/// Such as `chatcmpl-8d1f5a0c2b7e49630f1e2d3c`. Every `RandomState` has new random keys.
pub(super) fn new_id(prefix: &str) -> String {
    let random = || RandomState::new().build_hasher().finish();
    let digits = format!("{:016x}{:016x}", random(), random());
    format!("{prefix}{}", &digits[..24])
}
