//! What one item of a model's stream tells.

use std::rc::Rc;
use std::sync::Arc;

use crate::response::Response;
use crate::usage::Usage;

/// A chunk of a model's streamed response.
///
/// Each chunk tells what it knows; what the last ones tell (usage, finish reason) is what the span shows. Implemented for
/// [`serde_json::Value`] in the chunk shapes of OpenAI (chat, responses, completions) and what speaks them, Anthropic,
/// Gemini, Bedrock Converse, Ollama, Cohere and Mistral; for strings that hold such JSON, bare or as server-sent events; for
/// the chunks of client crates behind their features; and for `Option`, `Box`, `Rc`, `Arc`, references and `Result` of
/// chunks.
///
/// Where content is captured, what the chunks of a stream answer is put together again: texts, thoughts and the arguments
/// of tool calls grow piece by piece. Where it is not, the chunks of these types cost no allocation.
///
/// # Examples
///
/// For a type of your own, derive it or write it out. The derive reads the fields that carry a mark:
///
/// ```
/// use agent_otel::{LlmChunk, Usage};
///
/// #[derive(LlmChunk)]
/// struct Piece {
///     #[llm(model)]
///     model: String,
///     #[llm(output_text)]
///     text: String,
///     #[llm(finish_reason)]
///     stop: Option<String>,
///     #[llm(chunk)]
///     usage: Option<Usage>,
/// }
/// ```
///
/// The marks are `id`, `model`, `finish_reason`, `output_text` for the next piece of the answer, `openai_service_tier`,
/// `openai_system_fingerprint`, the counts of [`Usage`], and `chunk` for a field that is an `LlmChunk` itself. An answer
/// with several choices is written out, and so is an enumeration:
///
/// ```
/// use agent_otel::{LlmChunk, Response, Usage};
///
/// struct Delta { text: String, done: Option<(u64, u64)> }
///
/// impl LlmChunk for Delta {
///     fn describe(&self, response: &mut Response) {
///         response.output_text(&self.text);
///         if let Some((input, output)) = self.done {
///             response.usage(Usage::new(input, output)).finish_reason("stop");
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell the token usage of a model's stream",
    label = "no token usage can be read from items of this type",
    note = "implement or derive `agent_otel::LlmChunk` for the items of the stream",
    note = "or write `usage = manual` and report the usage with `agent_otel::current().usage(…)`"
)]
pub trait LlmChunk {
    /// Tells `response` all that is known with this chunk.
    fn describe(&self, response: &mut Response);
}

macro_rules! through {
    ($($pointer:ty),*) => {$(
        impl<C: LlmChunk + ?Sized> LlmChunk for $pointer {
            fn describe(&self, response: &mut Response) {
                (**self).describe(response);
            }
        }
    )*};
}

through!(&C, &mut C, Box<C>, Rc<C>, Arc<C>);

/// Usage tells itself, so that a type that has it derives the rest by `#[llm(chunk)]`.
impl LlmChunk for Usage {
    fn describe(&self, response: &mut Response) {
        response.usage(*self);
    }
}

impl<C: LlmChunk> LlmChunk for Option<C> {
    fn describe(&self, response: &mut Response) {
        if let Some(chunk) = self {
            chunk.describe(response);
        }
    }
}

impl<C: LlmChunk, E> LlmChunk for Result<C, E> {
    fn describe(&self, response: &mut Response) {
        if let Ok(chunk) = self {
            chunk.describe(response);
        }
    }
}
