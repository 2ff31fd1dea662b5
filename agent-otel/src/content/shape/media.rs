//! Images, sounds, films and documents.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::part::{as_json, part_of};
use super::read::{first, first_text, member, text};
use crate::budget::Budget;

/// Where a medium is, and its type.
#[derive(Clone, Copy)]
pub(crate) enum Medium<'a> {
    /// Base64.
    Data(&'a str, Option<&'a str>),
    /// An address, `data:` ones included.
    Url(&'a str, Option<&'a str>),
    /// A file that the provider keeps.
    File(&'a str, Option<&'a str>),
}

/// A medium as a part; its type tells the modality more exactly than `modality` does.
pub(crate) fn media(medium: Medium<'_>, modality: &str, budget: &mut Budget) -> Option<Value> {
    let (kind, key, content, mime) = match medium {
        Medium::Url(url, mime) => match url.strip_prefix("data:").and_then(data) {
            Some((data, told)) => ("blob", "content", data, told.or(mime)),
            None => ("uri", "uri", url, mime),
        },
        Medium::Data(data, mime) => ("blob", "content", data, mime),
        Medium::File(id, mime) => ("file", "file_id", id, mime),
    };
    budget.part().then(|| {
        let modality = mime
            .and_then(|mime| mime.split('/').next())
            .filter(|family| ["image", "audio", "video"].contains(family))
            .unwrap_or(modality);
        let mut part = Map::new();
        part.insert("type".to_owned(), kind.into());
        part.insert("modality".to_owned(), modality.into());
        if let Some(mime) = mime {
            part.insert("mime_type".to_owned(), mime.into());
        }
        part.insert(key.to_owned(), budget.head(content).into());
        Value::Object(part)
    })
}

/// Base64 and type of a `data:` URL, from behind its scheme.
fn data(url: &str) -> Option<(&str, Option<&str>)> {
    let (head, data) = url.split_once(',')?;
    let mime = head.split(';').next();
    Some((data, mime.filter(|mime| !mime.is_empty())))
}

/// The members under which a medium tells where it is, unless it is among its own members.
const SOURCES: &[&str] = &[
    "source",
    "image_url",
    "video_url",
    "audio_url",
    "document_url",
    "input_audio",
    "file",
    "file_url",
];

const TYPES: &[&str] = &["mime_type", "media_type", "mimeType"];

/// The part that a medium is: its data, where it lies, or its id with the provider.
pub(super) fn medium(told: &Value, modality: &str, budget: &mut Budget) -> Option<Value> {
    let modality = text(told, "modality").unwrap_or(modality);
    let source = first(told, SOURCES).unwrap_or(told);
    let mime = first_text(told, TYPES).or_else(|| first_text(source, TYPES));
    let mime = mime.map(Cow::Borrowed).or_else(|| {
        let format = text(told, "format").or_else(|| text(source, "format"))?;
        // The formats of documents are endings of files.
        (modality != "document").then(|| Cow::Owned(format!("{modality}/{format}")))
    });
    let mime = mime.as_deref().filter(|mime| !mime.is_empty());
    if let Value::String(place) = source {
        // The one source that is its data, and not where it lies.
        let is_data = member(told, "input_audio").is_some_and(|audio| std::ptr::eq(audio, source));
        let medium = if is_data { Medium::Data } else { Medium::Url };
        return media(medium(place, mime), modality, budget);
    }
    if let Some(id) = first_text(source, &["file_id", "fileId"]) {
        return media(Medium::File(id, mime), modality, budget);
    }
    let place = member(source, "s3Location").unwrap_or(source);
    if let Some(url) = first_text(place, &["uri", "url", "fileUri", "file_uri"]) {
        return media(Medium::Url(url, mime), modality, budget);
    }
    if let Some(data) = text(source, "file_data") {
        let is_url = data.starts_with("data:");
        let medium = if is_url { Medium::Url } else { Medium::Data };
        return media(medium(data, mime), modality, budget);
    }
    let is_own = std::ptr::eq(source, told);
    let keys: &[&str] = if is_own {
        &["content", "data", "bytes"]
    } else {
        &["data", "bytes"]
    };
    match (first_text(source, keys), text(source, "text")) {
        // A document that is a text.
        (Some(data), _) if mime == Some("text/plain") && modality == "document" => {
            part_of("text", data, budget)
        }
        (Some(data), _) => media(Medium::Data(data, mime), modality, budget),
        (None, Some(data)) if !is_own => part_of("text", data, budget),
        (None, _) => as_json(told, budget),
    }
}
