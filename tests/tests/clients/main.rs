//! What the span of a model call tells of the requests, responses, chunks and errors of client crates. One file a client.

#![expect(
    clippy::result_large_err,
    reason = "errors are as large as these crates make them"
)]

/// What the spans tell of a call that is refused, and of a stream that breaks off after these chunks, both with the client's own error.
macro_rules! failed {
    ($provider:literal, $response:ty, $chunks:expr, $error:ty: $make:expr) => {{
        use futures::StreamExt as _;
        use futures::stream::{self, BoxStream};

        #[agent_otel::llm_call(provider = $provider, model = "m")]
        fn refused() -> Result<$response, $error> {
            Err($make)
        }

        #[agent_otel::llm_call(provider = $provider, model = "m")]
        fn broken_off<C: agent_otel::LlmChunk + Send + 'static>(
            chunks: Vec<C>,
        ) -> BoxStream<'static, Result<C, $error>> {
            stream::iter(chunks.into_iter().map(Ok).chain([Err($make)])).boxed()
        }

        let spans = agent_otel::testing::capture(|| {
            assert!(refused().is_err());
            futures::executor::block_on(broken_off($chunks).count());
        });
        crate::what_matters(&spans)
    }};
}

mod async_openai;
mod bedrock;
mod genai;
mod ollama_rs;
mod rig_core;

use agent_otel::testing::{Spans, capture};
use agent_otel::{LlmChunk, LlmRequest, LlmResponse, llm_call};
use futures::executor::block_on;
use futures::{Stream, StreamExt, stream};
use serde::de::DeserializeOwned;
use serde_json::Value;

#[llm_call(provider = provider, request = request)]
fn call<R: LlmResponse>(provider: &str, request: &impl LlmRequest, response: R) -> R {
    let _ = (provider, request);
    response
}

#[llm_call(provider = provider, operation = "embeddings", request = request)]
fn embed<R: LlmResponse>(provider: &str, request: &impl LlmRequest, response: R) -> R {
    let _ = (provider, request);
    response
}

#[llm_call(provider = provider)]
fn stream_of<C: LlmChunk>(provider: &str, chunks: Vec<C>) -> impl Stream<Item = C> + use<C> {
    let _ = provider;
    stream::iter(chunks)
}

/// The span of one call.
fn called(provider: &str, request: &impl LlmRequest, response: impl LlmResponse) -> Spans {
    capture(|| {
        call(provider, request, response);
    })
}

/// The span of one call for embeddings.
fn embedded(provider: &str, request: &impl LlmRequest, response: impl LlmResponse) -> Spans {
    capture(|| {
        embed(provider, request, response);
    })
}

/// The span of a stream that was read to its end.
fn streamed<C: LlmChunk>(provider: &str, chunks: Vec<C>) -> Spans {
    capture(|| {
        block_on(stream_of(provider, chunks).count());
    })
}

/// A value of a client's type, as it would read it from its provider.
fn read<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).expect("the client's type")
}

/// Of calls that failed, what is told of the response and of the failure.
fn what_matters(spans: &Spans) -> String {
    let matters = |line: &&str| {
        let words = [
            "chat ",
            "error.type",
            "gen_ai.response.",
            "agent_otel.stream.chunks",
            "status",
        ];
        words.iter().any(|word| line.trim_start().starts_with(word))
    };
    let text = spans.to_string();
    let lines: Vec<_> = text.lines().filter(matters).collect();
    format!("\n{}\n", lines.join("\n"))
}

/// The finish reasons that the one span tells.
fn finish_reasons(spans: &Spans) -> String {
    let attributes = &spans[0].attributes;
    let mut reasons = attributes
        .iter()
        .filter(|attribute| attribute.key.as_str() == "gen_ai.response.finish_reasons");
    reasons.next().expect("reasons").value.to_string()
}
