//! Messages, instructions and tools of the Converse API in the shape of the conventions.

use aws_sdk_bedrockruntime::types::{
    ContentBlock, DocumentSource, GuardrailConverseContentBlock, ImageSource, Message,
    ReasoningContentBlock, SystemContentBlock, Tool, ToolInputSchema, ToolResultContentBlock,
    VideoSource,
};
use aws_smithy_types::{Document, Number, base64};
use serde_json::{Map, Value};

use crate::budget::Budget;
use crate::content::shape::{self, Medium, called, function, media, part_of, tool_response};

/// The most levels of a document that are followed.
const DEPTH: usize = 64;

pub(super) fn messages(messages: &[Message]) -> Value {
    shape::messages(messages, |message, budget| {
        let parts = message.content.iter();
        let parts = parts.filter_map(|block| part(block, budget)).collect();
        shape::message_of(message.role.as_str(), parts)
    })
}

pub(super) fn system(system: &[SystemContentBlock]) -> Value {
    let mut budget = Budget::default();
    let texts = system.iter().filter_map(|block| match block {
        SystemContentBlock::Text(text) => Some(text.as_str()),
        SystemContentBlock::GuardContent(block) => guarded(block),
        _ => None,
    });
    texts
        .filter_map(|text| part_of("text", text, &mut budget))
        .collect()
}

pub(super) fn tools(tools: &[Tool]) -> Option<Value> {
    shape::tools(tools, |tool, budget| {
        let spec = tool.as_tool_spec().ok()?;
        let schema = match &spec.input_schema {
            Some(ToolInputSchema::Json(schema)) => Some(json(schema, 0)),
            _ => None,
        };
        Some(function(
            &spec.name,
            spec.description.as_deref(),
            schema.as_ref(),
            budget,
        ))
    })
}

/// One block; `None` for what is no content, or none that anybody but the model can read.
pub(super) fn part(block: &ContentBlock, budget: &mut Budget) -> Option<Value> {
    match block {
        ContentBlock::Text(text) => part_of("text", text, budget),
        ContentBlock::GuardContent(block) => part_of("text", guarded(block)?, budget),
        ContentBlock::CitationsContent(block) => {
            let texts = block.content().iter();
            let text: String = texts
                .filter_map(|piece| piece.as_text().ok())
                .cloned()
                .collect();
            part_of("text", &text, budget)
        }
        ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(thought)) => {
            part_of("reasoning", &thought.text, budget)
        }
        ContentBlock::ToolUse(call) => {
            let input = json(&call.input, 0);
            called(Some(&call.tool_use_id), &call.name, Some(&input), budget)
        }
        ContentBlock::ToolResult(result) => {
            let mut content: Vec<Value> = result.content.iter().filter_map(told).collect();
            let content = match content.len() {
                1 => content.pop(),
                _ => Some(content.into()),
            };
            tool_response(Some(&result.tool_use_id), content.as_ref(), budget)
        }
        ContentBlock::Image(image) => {
            let mime = format!("image/{}", image.format.as_str());
            let source = match image.source.as_ref()? {
                ImageSource::Bytes(bytes) => Source::Bytes(bytes.as_ref()),
                ImageSource::S3Location(place) => Source::Url(&place.uri),
                _ => return None,
            };
            source.part("image", Some(&mime), budget)
        }
        ContentBlock::Video(video) => {
            let mime = format!("video/{}", video.format.as_str());
            let source = match video.source.as_ref()? {
                VideoSource::Bytes(bytes) => Source::Bytes(bytes.as_ref()),
                VideoSource::S3Location(place) => Source::Url(&place.uri),
                _ => return None,
            };
            source.part("video", Some(&mime), budget)
        }
        ContentBlock::Document(document) => {
            let source = match document.source.as_ref()? {
                DocumentSource::Bytes(bytes) => Source::Bytes(bytes.as_ref()),
                DocumentSource::S3Location(place) => Source::Url(&place.uri),
                DocumentSource::Text(text) => return part_of("text", text, budget),
                _ => return None,
            };
            source.part("document", None, budget)
        }
        _ => None,
    }
}

/// The text that a guardrail is to look at.
fn guarded(block: &GuardrailConverseContentBlock) -> Option<&str> {
    block.as_text().ok().map(|block| block.text.as_str())
}

enum Source<'a> {
    Bytes(&'a [u8]),
    Url(&'a str),
}

impl Source<'_> {
    fn part(self, modality: &str, mime: Option<&str>, budget: &mut Budget) -> Option<Value> {
        match self {
            Self::Bytes(bytes) => {
                let data = base64::encode(budget.bytes(bytes));
                media(Medium::Data(&data, mime), modality, budget)
            }
            Self::Url(url) => media(Medium::Url(url, mime), modality, budget),
        }
    }
}

/// What a tool answered, where it can be read.
fn told(block: &ToolResultContentBlock) -> Option<Value> {
    match block {
        ToolResultContentBlock::Text(text) => Some(text.as_str().into()),
        ToolResultContentBlock::Json(document) => Some(json(document, 0)),
        _ => None,
    }
}

fn json(document: &Document, depth: usize) -> Value {
    match document {
        Document::Array(_) | Document::Object(_) if depth == DEPTH => "…".into(),
        Document::Object(members) => {
            let members = members.iter();
            let members = members.map(|(key, member)| (key.clone(), json(member, depth + 1)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Document::Array(items) => items.iter().map(|item| json(item, depth + 1)).collect(),
        Document::Number(Number::PosInt(number)) => (*number).into(),
        Document::Number(Number::NegInt(number)) => (*number).into(),
        Document::Number(Number::Float(number)) => (*number).into(),
        Document::String(text) => text.as_str().into(),
        Document::Bool(flag) => (*flag).into(),
        Document::Null => Value::Null,
    }
}
