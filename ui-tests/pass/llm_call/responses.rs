#![deny(warnings)]
#![forbid(unsafe_code)]

//! Return types that tell their token usage, by every road.

use std::future::Future;

use std::pin::Pin;
use std::sync::Arc;

use agent_otel::{LlmResponse, Response, Usage, llm_call};

#[derive(Clone, LlmResponse)]
pub struct Completion<T = String> {
    #[llm(id)]
    pub id: String,
    #[llm(model)]
    pub model: Option<Arc<str>>,
    #[llm(finish_reason)]
    pub stop: &'static str,
    #[llm(response)]
    pub tokens: Tokens,
    pub text: T,
}

#[derive(Clone, Copy, LlmResponse)]
pub struct Tokens(
    #[llm(input_tokens)] pub u32,
    #[llm(output_tokens)] pub i64,
    #[llm(cache_read_input_tokens)]
    #[llm(cache_write_input_tokens)]
    pub Option<u64>,
    #[llm(reasoning_output_tokens)] pub usize,
);

pub struct ByHand;

impl LlmResponse for ByHand {
    fn describe(&self, response: &mut Response) {
        response.usage(Usage::new(1, 1));
    }
}

pub type Answer<T> = Result<T, std::fmt::Error>;

#[llm_call(provider = "openai")]
pub async fn derived(completion: Completion) -> Completion {
    completion
}

#[llm_call(provider = "openai")]
pub async fn generic<T: Clone + Send>(completion: Answer<Completion<T>>) -> Answer<Completion<T>> {
    completion
}

#[llm_call(provider = "openai")]
pub fn sync(by_hand: ByHand) -> Option<Box<ByHand>> {
    Some(Box::new(by_hand))
}

#[llm_call(provider = "openai")]
pub fn future(text: String) -> impl Future<Output = Answer<Usage>> + Send {
    async move { Ok(Usage::new(text.len() as u64, 1)) }
}

#[llm_call(provider = "openai")]
pub fn boxed(text: &str) -> Pin<Box<dyn Future<Output = Answer<Usage>> + Send + '_>> {
    Box::pin(async move { Ok(Usage::new(text.len() as u64, 1)) })
}

#[llm_call(provider = "openai")]
pub async fn opaque() -> impl LlmResponse {
    ByHand
}

#[llm_call(provider = "openai")]
pub async fn nested_opaque() -> Answer<impl LlmResponse> {
    Ok(ByHand)
}

#[llm_call(provider = "openai")]
pub async fn any<R: LlmResponse>(response: R) -> R {
    response
}

#[llm_call(provider = "openai")]
pub async fn borrowed(completion: &Completion) -> &Completion {
    completion
}

#[llm_call(provider = "openai", usage = manual)]
pub async fn manual(text: &str) -> impl Iterator<Item = char> + '_ {
    agent_otel::current().usage(Usage::new(1, 1));
    text.chars()
}

#[llm_call(provider = "openai", usage = manual)]
pub async fn manual_unit() {}

pub trait Model {
    #[llm_call(provider = "openai", model = Self::NAME)]
    fn complete(&self) -> Usage {
        Usage::new(1, 1)
    }

    const NAME: &'static str;
}

fn main() {
    assert!(sync(ByHand).is_some());
}
