//! The Converse API of Bedrock, as its REST interface and the SDKs of other languages have it.

use serde_json::Value;

use super::read::{addend, count, index, integer, list, member, number, sum, text, texts};
use crate::content::{self, shape};
use crate::request::Request;
use crate::response::Response;
use crate::usage::Usage;

/// The one choice that there is.
const CHOICE: usize = 0;

/// Blocks of this API alone tell what they hold by its name, and have no `type`.
pub(super) fn is_request(body: &Value) -> bool {
    let blocks = list(body, "messages")
        .iter()
        .flat_map(|message| list(message, "content"));
    [
        "modelId",
        "inferenceConfig",
        "guardrailConfig",
        "toolConfig",
        "additionalModelRequestFields",
    ]
    .iter()
    .any(|key| body.get(key).is_some())
        || blocks.into_iter().next().is_some_and(is_block)
}

fn is_block(block: &Value) -> bool {
    block.is_object() && block.get("type").is_none()
}

pub(super) fn request(body: &Value, request: &mut Request) {
    request.model(&text(body, "modelId"));
    if let Some(config) = member(body, "inferenceConfig") {
        request
            .temperature(&number(config, "temperature"))
            .top_p(&number(config, "topP"))
            .max_tokens(&integer(config, "maxTokens"))
            .stop_sequences(&texts(config, "stopSequences"));
    }
    if let Some(more) = member(body, "additionalModelRequestFields") {
        // Models of Amazon have it beside the other parameters.
        let nested = || integer(more.get("inferenceConfig")?, "topK");
        let top_k = integer(more, "top_k").or_else(|| integer(more, "topK"));
        request.top_k(&top_k.or_else(nested));
    }
    if let Some(guardrail) = member(body, "guardrailConfig") {
        request.aws_bedrock_guardrail_id(&text(guardrail, "guardrailIdentifier"));
    }
    if content::is_captured() {
        contents(body, request);
    }
}

fn contents(body: &Value, request: &mut Request) {
    request.input = Some(shape::conversation(list(body, "messages"), "user"));
    request.system = member(body, "system").map(shape::instructions);
    let tools = member(body, "toolConfig").map(|config| list(config, "tools"));
    request.tools = shape::definitions(tools.unwrap_or_default());
}

/// A whole answer, or an event of a stream, under the name of the event.
pub(super) fn is_response(body: &Value) -> bool {
    [
        "stopReason",
        "messageStart",
        "contentBlockStart",
        "contentBlockDelta",
        "messageStop",
    ]
    .iter()
    .any(|key| body.get(key).is_some())
        || body.get("usage").is_some_and(is_usage)
        || metadata(body).is_some()
}

fn metadata(body: &Value) -> Option<&Value> {
    body.get("metadata")?
        .get("usage")
        .filter(|usage| is_usage(usage))
}

/// The answer does not name its model.
pub(super) fn response(body: &Value, response: &mut Response) {
    let reason = text(body, "stopReason").or_else(|| text(body.get("messageStop")?, "stopReason"));
    if let Some(reason) = reason {
        response.ended(CHOICE, reason);
    }
    if let Some(usage) = body.get("usage").or_else(|| metadata(body)) {
        response.usage(self::usage(usage));
    }
    if !content::is_captured() {
        return;
    }
    let message = body.get("output").and_then(|output| output.get("message"));
    for block in message
        .into_iter()
        .flat_map(|message| list(message, "content"))
    {
        match (text(block, "text"), member(block, "reasoningContent")) {
            (Some(text), _) => response.output_text(text),
            (None, Some(thought)) => response
                .output_reasoning_of(CHOICE, shape::bedrock_thought(thought).unwrap_or_default()),
            (None, None) => response.output_part_of(CHOICE, |budget| shape::part(block, budget)),
        };
    }
    if let Some(event) = body.get("contentBlockStart") {
        if let Some(call) = event.get("start").and_then(|start| start.get("toolUse")) {
            let (id, name) = (text(call, "toolUseId"), text(call, "name"));
            response.output_tool_call_of(
                CHOICE,
                index(event, "contentBlockIndex", 0),
                id,
                name,
                "",
            );
        }
    }
    if let Some(event) = body.get("contentBlockDelta") {
        delta(event, response);
    }
}

fn delta(event: &Value, response: &mut Response) {
    let Some(delta) = event.get("delta") else {
        return;
    };
    if let Some(text) = text(delta, "text") {
        response.output_text(text);
    } else if let Some(call) = delta.get("toolUse") {
        let at = index(event, "contentBlockIndex", 0);
        let input = text(call, "input").unwrap_or_default();
        response.output_tool_call_of(CHOICE, at, None, None, input);
    } else if let Some(thought) = delta.get("reasoningContent") {
        response.output_reasoning_of(CHOICE, shape::bedrock_thought(thought).unwrap_or_default());
    }
}

pub(super) fn is_usage(usage: &Value) -> bool {
    usage.get("inputTokens").is_some()
}

pub(super) fn usage(usage: &Value) -> Usage {
    let output = count(usage, "outputTokens");
    let cached = sum([
        addend(usage, "cacheReadInputTokens", None),
        addend(usage, "cacheWriteInputTokens", None),
    ]);
    Usage {
        input_tokens: all_input(
            count(usage, "inputTokens"),
            cached,
            output,
            count(usage, "totalTokens"),
        ),
        output_tokens: output,
        cache_read_input_tokens: count(usage, "cacheReadInputTokens"),
        cache_write_input_tokens: count(usage, "cacheWriteInputTokens"),
        ..Usage::default()
    }
}

/// All of the input. Whether `input` includes the cached tokens is told by the total, and by nothing else.
pub(in crate::adapters) fn all_input(
    input: Option<u64>,
    cached: Option<u64>,
    output: Option<u64>,
    total: Option<u64>,
) -> Option<u64> {
    if cached == Some(0) {
        return input;
    }
    let all = sum([input, cached]);
    let fits = |input| total.is_some() && sum([input, output]) == total;
    [all, input]
        .into_iter()
        .find(|input| fits(*input))
        .flatten()
}
