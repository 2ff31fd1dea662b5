//! Requests, responses and chunks of the ecosystem, one file a source.

#[cfg(feature = "async-openai")]
mod async_openai;
#[cfg(feature = "aws-sdk-bedrockruntime")]
mod aws_sdk_bedrockruntime;
mod chunk;
#[cfg(feature = "genai")]
mod genai;
mod json;
#[cfg(feature = "ollama-rs")]
mod ollama_rs;
#[cfg(feature = "rig-core")]
mod rig_core;
