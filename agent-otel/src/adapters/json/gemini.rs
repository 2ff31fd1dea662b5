//! `generateContent` of Gemini, on either of Google's platforms, and its embeddings.

use serde_json::Value;

use super::read::{addend, count, either, index, list, member, number, sum, text, texts, whole};
use crate::content::{self, shape};
use crate::request::Request;
use crate::response::Response;
use crate::semconv::value::output_type;
use crate::usage::Usage;

pub(super) fn is_request(body: &Value) -> bool {
    body.get("contents").is_some()
}

/// One text to embed, or several.
pub(super) fn is_embeddings_request(body: &Value) -> bool {
    let embeds = |body: &Value| body.get("content").is_some_and(Value::is_object);
    embeds(body) || list(body, "requests").first().is_some_and(embeds)
}

/// Each of several texts has a request of its own; they ask for the same.
pub(super) fn embeddings_request(body: &Value, request: &mut Request) {
    let told = list(body, "requests").first().unwrap_or(body);
    let dimensions = either(told, "outputDimensionality", "output_dimensionality");
    request
        .model(&text(told, "model"))
        .dimension_count(&dimensions.and_then(whole));
}

/// The model stands in the URL and not in the body.
pub(super) fn request(body: &Value, request: &mut Request) {
    request.model(&text(body, "model"));
    if let Some(config) = either(body, "generationConfig", "generation_config") {
        parameters(config, request);
    }
    if content::is_captured() {
        contents(body, request);
    }
}

fn parameters(config: &Value, request: &mut Request) {
    let number = |camel, snake| either(config, camel, snake).and_then(Value::as_f64);
    let integer = |camel, snake| either(config, camel, snake).and_then(whole);
    let thinking = either(config, "thinkingConfig", "thinking_config");
    let level = thinking.and_then(|thinking| either(thinking, "thinkingLevel", "thinking_level"));
    let stop = texts(config, "stopSequences").or_else(|| texts(config, "stop_sequences"));
    request
        .temperature(&self::number(config, "temperature"))
        .top_p(&number("topP", "top_p"))
        .top_k(&integer("topK", "top_k"))
        .max_tokens(&integer("maxOutputTokens", "max_output_tokens"))
        .seed(&integer("seed", "seed"))
        .frequency_penalty(&number("frequencyPenalty", "frequency_penalty"))
        .presence_penalty(&number("presencePenalty", "presence_penalty"))
        .choice_count(&integer("candidateCount", "candidate_count"))
        .stop_sequences(&stop)
        .reasoning_level(&level.and_then(Value::as_str))
        .output_type(&output(config));
}

fn output(config: &Value) -> Option<&'static str> {
    let asks_for = |modality: &str| {
        let modalities = either(config, "responseModalities", "response_modalities");
        let mut modalities = modalities.and_then(Value::as_array).into_iter().flatten();
        modalities.any(|asked| {
            asked
                .as_str()
                .is_some_and(|asked| asked.eq_ignore_ascii_case(modality))
        })
    };
    if asks_for("IMAGE") {
        return Some(output_type::IMAGE);
    }
    if asks_for("AUDIO") {
        return Some(output_type::SPEECH);
    }
    match either(config, "responseMimeType", "response_mime_type")?.as_str()? {
        "application/json" => Some(output_type::JSON),
        "text/plain" => Some(output_type::TEXT),
        _ => None,
    }
}

fn contents(body: &Value, request: &mut Request) {
    let contents = match body.get("contents") {
        Some(Value::Array(contents)) => contents.as_slice(),
        one => one.map(std::slice::from_ref).unwrap_or_default(),
    };
    request.input = Some(shape::conversation(contents, "user"));
    request.system =
        either(body, "systemInstruction", "system_instruction").map(shape::instructions);
    request.tools = shape::definitions(list(body, "tools"));
}

pub(super) fn is_response(body: &Value) -> bool {
    ["candidates", "usageMetadata", "promptFeedback"]
        .iter()
        .any(|key| body.get(key).is_some())
        || vector(body).is_some()
}

fn vector(body: &Value) -> Option<&Vec<Value>> {
    let first = || list(body, "embeddings").first();
    let vector = body.get("embedding").or_else(first)?;
    vector.get("values")?.as_array()
}

/// A response, or a chunk of one, which has the same shape.
pub(super) fn response(body: &Value, response: &mut Response) {
    response.identify(text(body, "responseId"), text(body, "modelVersion"));
    for (position, candidate) in list(body, "candidates").iter().enumerate() {
        let at = index(candidate, "index", position);
        match text(candidate, "finishReason") {
            Some(reason) => response.ended(at, reason),
            None => response.begun(at),
        };
        let content = candidate.get("content").filter(|_| content::is_captured());
        for part in content
            .into_iter()
            .flat_map(|content| list(content, "parts"))
        {
            match (text(part, "text"), shape::kind_of_text(part)) {
                (Some(text), "reasoning") => response.output_reasoning_of(at, text),
                (Some(text), _) => response.output_text_of(at, text),
                (None, _) => response.output_part_of(at, |budget| shape::part(part, budget)),
            };
        }
    }
    if let Some(vector) = vector(body) {
        response.dimension_count(vector.len());
    }
    if let Some(usage) = body.get("usageMetadata") {
        response.usage(self::usage(usage));
    }
}

/// Prompts of tools and thoughts are counted beside what they belong to, cached tokens within.
fn usage(usage: &Value) -> Usage {
    let beside = |key| addend(usage, key, None);
    let share = |details: [&str; 2], modality: &str| {
        let lists = details.map(|details| list(usage, details));
        tokens_of(lists.into_iter().flatten(), modality)
    };
    let output = ["candidatesTokensDetails", "responseTokensDetails"];
    let input = ["promptTokensDetails", "toolUsePromptTokensDetails"];
    let cached = ["cacheTokensDetails", ""];
    let thoughts = count(usage, "thoughtsTokenCount");
    let answered = ["candidatesTokenCount", "responseTokenCount"]
        .into_iter()
        .find(|key| member(usage, key).is_some());
    let answered = match answered {
        Some(key) => count(usage, key),
        // A model that thinks until it is cut short has no candidates to count.
        None => thoughts.map(|_| 0),
    };
    Usage {
        input_tokens: sum([
            count(usage, "promptTokenCount"),
            beside("toolUsePromptTokenCount"),
        ]),
        output_tokens: sum([answered, beside("thoughtsTokenCount")]),
        cache_read_input_tokens: count(usage, "cachedContentTokenCount"),
        reasoning_output_tokens: thoughts,
        text_input_tokens: share(input, "TEXT"),
        image_input_tokens: share(input, "IMAGE"),
        audio_input_tokens: share(input, "AUDIO"),
        text_cache_read_input_tokens: share(cached, "TEXT"),
        image_cache_read_input_tokens: share(cached, "IMAGE"),
        audio_cache_read_input_tokens: share(cached, "AUDIO"),
        text_output_tokens: share(output, "TEXT"),
        image_output_tokens: share(output, "IMAGE"),
        audio_output_tokens: share(output, "AUDIO"),
        ..Usage::default()
    }
}

/// The tokens of one modality; nothing where it did not occur, and unknown where one of its counts is.
fn tokens_of<'a>(details: impl Iterator<Item = &'a Value>, modality: &str) -> Option<u64> {
    details
        .filter(|detail| text(detail, "modality") == Some(modality))
        .try_fold(0, |total, detail| {
            sum([Some(total), count(detail, "tokenCount")])
        })
        .filter(|tokens| *tokens > 0)
}
