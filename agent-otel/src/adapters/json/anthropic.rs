//! The messages API of Anthropic.

use serde_json::Value;

use super::openai_chat;
use super::read::{addend, count, detail, index, list, member, sum, text, texts};
use crate::content::{self, shape};
use crate::request::Request;
use crate::response::Response;
use crate::semconv::value::output_type;
use crate::usage::Usage;

/// The one choice that there is.
const CHOICE: usize = 0;

pub(super) fn is_request(body: &Value) -> bool {
    [
        "system",
        "anthropic_version",
        "stop_sequences",
        "thinking",
        "output_config",
        "context_management",
        "mcp_servers",
    ]
    .iter()
    .any(|key| body.get(key).is_some())
        || list(body, "tools")
            .iter()
            .any(|tool| tool.get("input_schema").is_some())
}

pub(super) fn request(body: &Value, request: &mut Request) {
    let config = member(body, "output_config");
    let format = config
        .and_then(|config| config.get("format"))
        .or_else(|| body.get("output_format"));
    // Others have taken members of this API over into that of OpenAI, and `thinking` stands beside `reasoning_effort`.
    openai_chat::parameters(body, request);
    let effort = config.and_then(|config| text(config, "effort"));
    request
        .stop_sequences(&texts(body, "stop_sequences"))
        .reasoning_level(&effort.or_else(|| text(body, "reasoning_effort")))
        .output_type(&format.map(|_| output_type::JSON))
        .compacted(&list(body, "messages").iter().any(holds_compaction));
    if content::is_captured() {
        openai_chat::contents(body, request);
        request.system = body.get("system").map(shape::instructions);
    }
}

/// Whether a message, or an answer, stands for a conversation that was compacted.
fn holds_compaction(message: &Value) -> bool {
    list(message, "content").iter().any(is_compaction)
}

fn is_compaction(block: &Value) -> bool {
    text(block, "type") == Some("compaction")
}

pub(super) fn is_response(body: &Value) -> bool {
    text(body, "type") == Some("message")
        || (body.get("content").is_some_and(Value::is_array) && body.get("stop_reason").is_some())
}

/// A whole message.
pub(super) fn response(body: &Value, response: &mut Response) {
    begin(body, response);
    if !list(body, "content").is_empty() {
        // Pieces may have come before; what was answered is told here again, and whole.
        response.output_anew();
    }
    for block in list(body, "content") {
        self::block(block, response);
    }
}

/// What a message tells besides its content.
fn begin(message: &Value, response: &mut Response) {
    response.identify(text(message, "id"), text(message, "model"));
    stop(message, response);
    if let Some(usage) = member(message, "usage") {
        response.usage(self::usage(usage, response.known_usage()));
    }
}

fn stop(told: &Value, response: &mut Response) {
    if let Some(reason) = text(told, "stop_reason") {
        response.ended(CHOICE, reason);
    }
}

/// A block that is whole.
fn block(block: &Value, response: &mut Response) {
    response.compacted(is_compaction(block));
    match text(block, "type") {
        Some("text") => response.output_text(text(block, "text").unwrap_or_default()),
        Some("thinking") => {
            response.output_reasoning_of(CHOICE, text(block, "thinking").unwrap_or_default())
        }
        _ => response.output_part_of(CHOICE, |budget| shape::part(block, budget)),
    };
}

pub(super) fn is_event(kind: &str) -> bool {
    kind.starts_with("message_") || kind.starts_with("content_block_")
}

/// An event of a stream.
pub(super) fn event(kind: &str, event: &Value, response: &mut Response) {
    match kind {
        "message_start" => {
            if let Some(message) = event.get("message") {
                begin(message, response);
            }
        }
        "content_block_start" => {
            if let Some(block) = event.get("content_block") {
                opened(block, index(event, "index", 0), response);
            }
        }
        "content_block_delta" => {
            if let Some(delta) = event.get("delta") {
                grown(delta, index(event, "index", 0), response);
            }
        }
        "message_delta" => {
            if let Some(delta) = event.get("delta") {
                stop(delta, response);
            }
            if let Some(usage) = member(event, "usage") {
                response.usage(self::usage(usage, response.known_usage()));
            }
        }
        _ => {}
    }
}

/// A block that deltas go on to fill.
fn opened(block: &Value, at: usize, response: &mut Response) {
    match text(block, "type") {
        Some("tool_use") => {
            response.output_tool_call_of(CHOICE, at, text(block, "id"), text(block, "name"), "");
        }
        Some("server_tool_use" | "mcp_tool_use") => {
            response.output_server_call_of(CHOICE, at, block);
        }
        // The summary follows as a delta.
        Some("compaction") => {
            response.compacted(true);
        }
        _ => self::block(block, response),
    }
}

fn grown(delta: &Value, at: usize, response: &mut Response) {
    match text(delta, "type") {
        Some("text_delta") => {
            response.output_text(text(delta, "text").unwrap_or_default());
        }
        Some("thinking_delta") => {
            response.output_reasoning_of(CHOICE, text(delta, "thinking").unwrap_or_default());
        }
        Some("input_json_delta") => {
            let arguments = text(delta, "partial_json").unwrap_or_default();
            response.output_tool_call_of(CHOICE, at, None, None, arguments);
        }
        Some("compaction_delta") => {
            response.output_part_of(CHOICE, |budget| shape::compaction(delta, budget));
        }
        _ => {}
    }
}

pub(super) fn is_usage(usage: &Value) -> bool {
    usage.get("prompt_tokens").is_none()
        && (usage.get("cache_read_input_tokens").is_some()
            || usage.get("cache_creation_input_tokens").is_some())
}

/// Cached tokens are counted beside the input, which by the conventions includes them. The last events of a stream need
/// not tell again what the first ones told.
pub(super) fn usage(usage: &Value, known: Usage) -> Usage {
    Usage {
        input_tokens: sum([
            count(usage, "input_tokens"),
            addend(
                usage,
                "cache_read_input_tokens",
                known.cache_read_input_tokens,
            ),
            addend(
                usage,
                "cache_creation_input_tokens",
                known.cache_write_input_tokens,
            ),
        ]),
        output_tokens: count(usage, "output_tokens"),
        cache_read_input_tokens: count(usage, "cache_read_input_tokens"),
        cache_write_input_tokens: count(usage, "cache_creation_input_tokens"),
        reasoning_output_tokens: detail(usage, "output_tokens_details", "thinking_tokens"),
        ..Usage::default()
    }
}
