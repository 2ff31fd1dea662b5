//! Types that tell what a model's response tells.

use std::rc::Rc;
use std::sync::Arc;

use crate::response::Response;
use crate::usage::Usage;

/// A response of a model that tells its token usage, model, id and finish reasons.
///
/// Implemented for [`serde_json::Value`] in the shapes of OpenAI (chat, responses, completions, embeddings) and the many
/// APIs that speak them, Anthropic, Gemini, Bedrock Converse, Ollama, Cohere and Mistral; for the types of client crates
/// behind their features; and for `Result`, `Option`, `Box`, `Rc`, `Arc`, references and pairs of responses. For a type of
/// your own, derive it or write it out:
///
/// ```
/// use agent_otel::{LlmResponse, Response, Usage};
///
/// struct Completion { model: String, prompt_tokens: u64, completion_tokens: u64 }
///
/// impl LlmResponse for Completion {
///     fn describe(&self, response: &mut Response) {
///         response.model(&self.model).usage(Usage::new(self.prompt_tokens, self.completion_tokens));
///     }
/// }
/// ```
///
/// The derive reads the fields that carry a mark:
///
/// ```
/// use agent_otel::LlmResponse;
///
/// #[derive(LlmResponse)]
/// struct Completion {
///     #[llm(id)]
///     id: String,
///     #[llm(model)]
///     model: Option<String>,
///     #[llm(finish_reason)]
///     stop: String,
///     #[llm(response)]
///     tokens: Tokens,
///     #[llm(output)]
///     text: String,
/// }
///
/// #[derive(LlmResponse)]
/// struct Tokens {
///     #[llm(input_tokens)]
///     prompt: u32,
///     #[llm(output_tokens)]
///     completion: u32,
///     #[llm(cache_read_input_tokens)]
///     cached: Option<u32>,
/// }
/// ```
///
/// The marks of the derive are the methods of [`Response`] that take one value, the counts of [`Usage`], and `response` for a
/// field that is an `LlmResponse` itself. A count that is negative stays unknown. What is told of one provider alone
/// (`openai_…`) is written where `provider = …` names that provider. Where this crate is re-exported,
/// `#[llm(crate = ::facade::agent_otel)]` on the struct says so.
///
/// GenAI conventions, `gen_ai.client.inference`, `gen_ai.embeddings.client`, `gen_ai.fetch_response.client` and their
/// refinements.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell the token usage of a model call",
    label = "no token usage can be read from this type",
    note = "return a type that implements `agent_otel::LlmResponse`: derive it, or return the provider's response",
    note = "if it is a stream under another name, write `stream` in the attribute",
    note = "or write `usage = manual` and report the usage with `agent_otel::current().usage(…)`"
)]
pub trait LlmResponse {
    /// Tells `response` all that is known.
    fn describe(&self, response: &mut Response);
}

macro_rules! through {
    ($($pointer:ty),*) => {$(
        impl<R: LlmResponse + ?Sized> LlmResponse for $pointer {
            fn describe(&self, response: &mut Response) {
                (**self).describe(response);
            }
        }
    )*};
}

through!(&R, &mut R, Box<R>, Rc<R>, Arc<R>);

impl<R: LlmResponse, E> LlmResponse for Result<R, E> {
    fn describe(&self, response: &mut Response) {
        if let Ok(told) = self {
            told.describe(response);
        }
    }
}

impl<R: LlmResponse> LlmResponse for Option<R> {
    fn describe(&self, response: &mut Response) {
        if let Some(told) = self {
            told.describe(response);
        }
    }
}

impl<A: LlmResponse, B: LlmResponse> LlmResponse for (A, B) {
    fn describe(&self, response: &mut Response) {
        self.0.describe(response);
        self.1.describe(response);
    }
}

/// Usage tells itself, so that a type that has it derives the rest by `#[llm(response)]`.
impl LlmResponse for Usage {
    fn describe(&self, response: &mut Response) {
        response.usage(*self);
    }
}
