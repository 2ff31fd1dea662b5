//! Requests, responses and chunks of the ecosystem, one file a source.

#[cfg(feature = "async-openai")]
mod async_openai;
#[cfg(feature = "aws-sdk-bedrockruntime")]
mod aws_sdk_bedrockruntime;
#[cfg(feature = "genai")]
mod genai;
mod json;
#[cfg(feature = "ollama-rs")]
mod ollama_rs;
#[cfg(feature = "rig-core")]
mod rig_core;

/// What a client would send, for its content alone: a type that cannot be written has none.
#[cfg(any(feature = "async-openai", feature = "ollama-rs"))]
fn json_of(value: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}
