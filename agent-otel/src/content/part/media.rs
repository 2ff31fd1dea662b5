//! Images, sounds, films and documents.

use serde_json::{Value, json};

use super::{Members, object, take, text};

/// An image, a sound, a film or a document: its data, where it lies, or its id with the provider.
pub(super) fn media(members: &mut Members, modality: &str) -> Option<Value> {
    let modality = take(members, &["modality"]).unwrap_or_else(|| modality.to_owned());
    let mut mime_type = take(members, &["mime_type", "media_type", "mimeType"]);
    // The source, under any of its names, or the members themselves.
    let mut source = [
        "source",
        "image_url",
        "video_url",
        "audio_url",
        "document_url",
        "input_audio",
        "file",
        "file_url",
    ]
    .iter()
    .find_map(|key| members.remove(*key))
    .unwrap_or_else(|| Value::Object(std::mem::take(members)));
    if let Value::String(uri) = source {
        source = json!({"url": uri});
    }
    let source = source.as_object_mut()?;
    mime_type = mime_type.or_else(|| take(source, &["media_type", "mime_type", "mimeType"]));
    if let Some(format) = take(source, &["format"]) {
        mime_type = mime_type.or_else(|| Some(format!("{modality}/{format}")));
    }
    let part = |mime_type: Option<String>, kind: &str, key: &str, value: String| {
        Some(object(json!({
            "type": kind, "modality": modality, "mime_type": mime_type, key: value
        })))
    };
    if let Some(id) = take(source, &["file_id", "fileId"]) {
        return part(mime_type, "file", "file_id", id);
    }
    if let Some(uri) = take(source, &["uri", "url", "fileUri", "file_uri", "file_data"]) {
        // A `data:` URL is the data itself.
        if let Some((head, data)) = uri
            .strip_prefix("data:")
            .and_then(|data| data.split_once(','))
        {
            let of_url = head
                .split(';')
                .next()
                .filter(|kind| !kind.is_empty())
                .map(str::to_owned);
            return part(mime_type.or(of_url), "blob", "content", data.to_owned());
        }
        return part(mime_type, "uri", "uri", uri);
    }
    let data = take(source, &["content", "data", "bytes"])?;
    if mime_type.as_deref() == Some("text/plain") && modality == "document" {
        return Some(text(data));
    }
    part(mime_type, "blob", "content", data)
}
