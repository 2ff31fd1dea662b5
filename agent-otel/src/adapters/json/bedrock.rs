//! The Converse API of Bedrock, as its REST interface and the SDKs of other languages have it.

use serde_json::Value;

use super::parts::{self, Medium, called, function, media, part_of, tool_response};
use super::read::{addend, count, index, integer, list, member, number, sum, text, texts};
use crate::budget::Budget;
use crate::content;
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
        request.top_k(&integer(more, "top_k").or_else(|| integer(more, "topK")));
    }
    if let Some(guardrail) = member(body, "guardrailConfig") {
        request.aws_bedrock_guardrail_id(&text(guardrail, "guardrailIdentifier"));
    }
    if content::is_captured() {
        contents(body, request);
    }
}

fn contents(body: &Value, request: &mut Request) {
    request.input = Some(parts::messages(
        list(body, "messages"),
        |message, budget| {
            let role = text(message, "role").unwrap_or("user");
            parts::message(role, blocks(list(message, "content"), budget))
        },
    ));
    request.system =
        member(body, "system").map(|_| blocks(list(body, "system"), &mut Budget::default()).into());
    let tools = member(body, "toolConfig").map(|config| list(config, "tools"));
    request.tools = parts::tools(tools.unwrap_or_default(), |tool, budget| {
        let spec = member(tool, "toolSpec")?;
        let schema = spec
            .get("inputSchema")
            .and_then(|schema| schema.get("json"));
        Some(function(
            text(spec, "name")?,
            text(spec, "description"),
            schema,
            budget,
        ))
    });
}

fn blocks(blocks: &[Value], budget: &mut Budget) -> Vec<Value> {
    blocks
        .iter()
        .filter_map(|block| part(block, budget))
        .collect()
}

/// One block; what it holds tells its kind.
fn part(block: &Value, budget: &mut Budget) -> Option<Value> {
    if let Some(text) = text(block, "text") {
        return part_of("text", text, budget);
    }
    if let Some(call) = member(block, "toolUse") {
        return called(
            text(call, "toolUseId"),
            text(call, "name").unwrap_or_default(),
            member(call, "input"),
            budget,
        );
    }
    if let Some(result) = member(block, "toolResult") {
        let id = text(result, "toolUseId");
        return match list(result, "content") {
            [one] => tool_response(
                id,
                member(one, "json")
                    .or_else(|| member(one, "text"))
                    .or(Some(one)),
                budget,
            ),
            _ => tool_response(id, result.get("content"), budget),
        };
    }
    if let Some(thought) = member(block, "reasoningContent") {
        return part_of("reasoning", thought_of(thought)?, budget);
    }
    for modality in ["image", "video", "audio", "document"] {
        if let Some(medium) = member(block, modality) {
            return self::medium(medium, modality, budget);
        }
    }
    // Marks for the cache are no content.
    let is_mark = block.get("cachePoint").is_some();
    (!is_mark && budget.part()).then(|| budget.value(block))
}

fn thought_of(thought: &Value) -> Option<&str> {
    let whole = thought.get("reasoningText");
    text(whole.unwrap_or(thought), "text")
}

fn medium(medium: &Value, modality: &str, budget: &mut Budget) -> Option<Value> {
    let source = medium.get("source")?;
    let format = text(medium, "format").filter(|_| modality != "document");
    let mime = format.map(|format| format!("{modality}/{format}"));
    if let Some(data) = text(source, "bytes") {
        return media(Medium::Data(data, mime.as_deref()), modality, budget);
    }
    if let Some(place) = source.get("s3Location") {
        return media(
            Medium::Url(text(place, "uri")?, mime.as_deref()),
            modality,
            budget,
        );
    }
    part_of("text", text(source, "text")?, budget)
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
            (None, Some(thought)) => {
                response.output_reasoning_of(CHOICE, thought_of(thought).unwrap_or_default())
            }
            (None, None) => response.output_part_of(CHOICE, |budget| part(block, budget)),
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
        response.output_reasoning_of(CHOICE, thought_of(thought).unwrap_or_default());
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
