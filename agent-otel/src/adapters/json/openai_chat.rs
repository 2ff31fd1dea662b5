//! The chat API of OpenAI, and of the many that speak it: Azure, DeepSeek, Groq, Mistral, Moonshot, Perplexity, xAI and
//! most servers that people run themselves.

use serde_json::Value;

use super::read::{
    count, detail, index, integer, list, member, number, object, share, sum, text, texts,
};
use crate::content::{self, shape};
use crate::request::Request;
use crate::response::Response;
use crate::semconv::value::{openai_api, output_type};
use crate::usage::Usage;

pub(super) fn request(body: &Value, request: &mut Request) {
    parameters(body, request);
    request.reasoning_level(&text(body, "reasoning_effort"));
    // Whatever has no shape of its own ends here, and need not be a chat.
    if body.get("messages").is_some() {
        request.openai_api_type(openai_api::CHAT_COMPLETIONS);
        if content::is_captured() {
            contents(body, request);
        }
    }
}

/// The messages and tools of a chat.
pub(super) fn contents(body: &Value, request: &mut Request) {
    request.input = Some(shape::conversation(list(body, "messages"), "user"));
    // The second is what tools were called before there were tools.
    let tools = shape::definitions(list(body, "tools"));
    request.tools = tools.or_else(|| shape::definitions(list(body, "functions")));
}

/// What the chat APIs have in common.
pub(super) fn parameters(body: &Value, request: &mut Request) {
    request
        .model(&text(body, "model"))
        .temperature(&number(body, "temperature"))
        .top_p(&number(body, "top_p"))
        .top_k(&integer(body, "top_k"))
        .max_tokens(&integer(body, "max_completion_tokens").or_else(|| integer(body, "max_tokens")))
        // The second name is Mistral's.
        .seed(&integer(body, "seed").or_else(|| integer(body, "random_seed")))
        .frequency_penalty(&number(body, "frequency_penalty"))
        .presence_penalty(&number(body, "presence_penalty"))
        .choice_count(&integer(body, "n"))
        .stop_sequences(&texts(body, "stop"))
        .stream(&body.get("stream").and_then(Value::as_bool))
        .openai_service_tier(&text(body, "service_tier"))
        .output_type(&output(body));
}

/// What is asked for besides text: audio, or JSON.
fn output(body: &Value) -> Option<&str> {
    let speaks = list(body, "modalities")
        .iter()
        .any(|modality| modality.as_str() == Some("audio"));
    if speaks {
        return Some(output_type::SPEECH);
    }
    let format = text(body.get("response_format")?, "type")?;
    Some(format_type(format))
}

/// The conventions' word for a format.
pub(in crate::adapters) fn format_type(format: &str) -> &str {
    if format.starts_with("json") {
        output_type::JSON
    } else {
        format
    }
}

/// A completion, or a chunk of one.
pub(super) fn response(body: &Value, response: &mut Response) {
    response.identify(text(body, "id"), text(body, "model"));
    // MiniMax ends a stream with the whole of what came in pieces.
    if content::is_captured() && list(body, "choices").iter().any(is_whole) {
        response.output_anew();
    }
    for (position, choice) in list(body, "choices").iter().enumerate() {
        self::choice(choice, index(choice, "index", position), response);
    }
    if let Some(tier) = text(body, "service_tier") {
        response.openai_service_tier(tier);
    }
    if let Some(fingerprint) = text(body, "system_fingerprint") {
        response.openai_system_fingerprint(fingerprint);
    }
    // Groq tells the usage of a stream in a corner of its own, and Moonshot beside the last choice.
    let usage = member(body, "usage")
        .or_else(|| body.get("x_groq")?.get("usage"))
        .or_else(|| member(list(body, "choices").first()?, "usage"));
    if let Some(usage) = usage.filter(|usage| usage.is_object()) {
        response.usage(super::usage(usage, response.known_usage()));
    }
}

/// Whether a choice has its message, and no piece of one. Perplexity has either, of which one may be empty.
fn is_whole(choice: &Value) -> bool {
    let says = |key| member(choice, key).is_some_and(says_something);
    says("message") && !says("delta")
}

fn says_something(message: &Value) -> bool {
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    };
    let members = message.as_object().into_iter().flatten();
    members
        .filter(|(key, _)| *key != "role")
        .any(|(_, value)| !is_empty(value))
}

fn choice(choice: &Value, at: usize, response: &mut Response) {
    match text(choice, "finish_reason") {
        Some(reason) => response.ended(at, reason),
        None => response.begun(at),
    };
    if !content::is_captured() {
        return;
    }
    let is_whole = is_whole(choice);
    let piece = member(choice, "delta").filter(|_| !is_whole);
    let Some(message) = piece.or_else(|| member(choice, "message")) else {
        // A completion of the API that came before chats.
        response.output_text_of(at, text(choice, "text").unwrap_or_default());
        return;
    };
    if let Some(thought) = shape::reasoning(message) {
        response.output_reasoning_of(at, thought);
    }
    match message.get("content") {
        Some(Value::String(text)) => {
            response.output_text_of(at, text);
        }
        Some(Value::Array(blocks)) => {
            for block in blocks {
                self::block(block, at, response);
            }
        }
        _ => {}
    }
    if let Some(refusal) = text(message, "refusal") {
        response.output_refusal_of(at, refusal);
    }
    // Pieces of base64 cannot be read one by one.
    if is_whole && object(message, "audio").is_some() {
        response.output_part_of(at, |budget| shape::spoken(message, budget));
    }
    for image in list(message, "images") {
        response.output_part_of(at, |budget| shape::image(image, budget));
    }
    // The second is the one call of the API before there were tools.
    let calls = list(message, "tool_calls").iter();
    let calls = calls.chain(object(message, "function_call"));
    for (position, call) in calls.enumerate() {
        if is_whole {
            response.output_part_of(at, |budget| shape::call(call, budget));
        } else {
            let function = call.get("function").unwrap_or(call);
            let arguments = text(function, "arguments").unwrap_or_default();
            response.output_tool_call_of(
                at,
                index(call, "index", position),
                text(call, "id"),
                text(function, "name"),
                arguments,
            );
        }
    }
}

/// Mistral answers in blocks where its models think aloud.
fn block(block: &Value, at: usize, response: &mut Response) {
    match (text(block, "type"), text(block, "text")) {
        (Some("text"), Some(text)) => {
            response.output_text_of(at, text);
        }
        (Some("thinking"), _) => {
            for thought in list(block, "thinking") {
                response.output_reasoning_of(at, text(thought, "text").unwrap_or_default());
            }
        }
        _ => {
            response.output_part_of(at, |budget| shape::part(block, budget));
        }
    }
}

/// Usage in the words of either API of OpenAI, and what others have added to it.
pub(super) fn usage(usage: &Value) -> Usage {
    let input = count(usage, "prompt_tokens").or_else(|| count(usage, "input_tokens"));
    let output = count(usage, "completion_tokens").or_else(|| count(usage, "output_tokens"));
    let inputs =
        member(usage, "prompt_tokens_details").or_else(|| member(usage, "input_tokens_details"));
    let outputs = member(usage, "completion_tokens_details")
        .or_else(|| member(usage, "output_tokens_details"));
    let cached = inputs.and_then(|details| details.get("cached_tokens_details"));
    let reasoning = outputs.and_then(|details| count(details, "reasoning_tokens"));
    Usage {
        input_tokens: input,
        output_tokens: with_reasoning(input, output, reasoning, count(usage, "total_tokens")),
        cache_read_input_tokens: inputs
            .and_then(|details| count(details, "cached_tokens"))
            // DeepSeek, Moonshot, Mistral, and what translates from Anthropic.
            .or_else(|| count(usage, "prompt_cache_hit_tokens"))
            .or_else(|| count(usage, "cached_tokens"))
            .or_else(|| count(usage, "num_cached_tokens"))
            .or_else(|| count(usage, "cache_read_input_tokens")),
        cache_write_input_tokens: inputs
            .and_then(|details| count(details, "cache_write_tokens"))
            .or_else(|| count(usage, "cache_creation_input_tokens")),
        reasoning_output_tokens: reasoning
            .or_else(|| detail(usage, "output_tokens_details", "thinking_tokens")),
        text_input_tokens: share(inputs, "text_tokens"),
        image_input_tokens: share(inputs, "image_tokens"),
        audio_input_tokens: share(inputs, "audio_tokens"),
        text_cache_read_input_tokens: share(cached, "text_tokens"),
        image_cache_read_input_tokens: share(cached, "image_tokens"),
        audio_cache_read_input_tokens: share(cached, "audio_tokens"),
        text_output_tokens: share(outputs, "text_tokens"),
        image_output_tokens: share(outputs, "image_tokens"),
        audio_output_tokens: share(outputs, "audio_tokens"),
    }
}

/// All of the output. xAI counts what was spent on reasoning beside it, and the total tells.
pub(in crate::adapters) fn with_reasoning(
    input: Option<u64>,
    output: Option<u64>,
    reasoning: Option<u64>,
    total: Option<u64>,
) -> Option<u64> {
    let all = sum([output, reasoning]);
    let is_beside = reasoning != Some(0) && total.is_some() && sum([input, all]) == total;
    if is_beside { all } else { output }
}
