//! What the span of a model call tells of the requests and responses that the providers' documentation shows: success, a
//! tool call, a stream to its end, and the body of an error. One file a shape.

mod anthropic;
mod bedrock;
mod cohere;
mod gemini;
mod hostile;
mod mistral;
mod ollama;
mod openai_chat;
mod openai_completions;
mod openai_dialects;
mod openai_embeddings;
mod openai_responses;
mod text;

use agent_otel::llm_call;
use agent_otel::testing::{Spans, capture};
use futures::executor::block_on;
use futures::{Stream, StreamExt, stream};
use serde_json::Value;

#[llm_call(provider = provider, request = request)]
fn call(provider: &str, request: &Value, response: Value) -> Value {
    let _ = (provider, request);
    response
}

#[llm_call(provider = provider, operation = "embeddings", request = request)]
fn embed(provider: &str, request: &Value, response: Value) -> Value {
    let _ = (provider, request);
    response
}

#[llm_call(provider = provider)]
fn stream_of(provider: &str, chunks: Vec<Value>) -> impl Stream<Item = Value> + use<> {
    let _ = provider;
    stream::iter(chunks)
}

/// The span of one call.
fn called(provider: &str, request: &Value, response: Value) -> Spans {
    capture(|| {
        call(provider, request, response);
    })
}

/// The span of a call that asks for no more than an answer.
fn answered(provider: &str, response: Value) -> Spans {
    called(provider, &Value::Null, response)
}

/// The span of a stream that was read to its end.
fn streamed(provider: &str, chunks: &[Value]) -> Spans {
    capture(|| {
        let read = block_on(stream_of(provider, chunks.to_vec()).count());
        assert_eq!(read, chunks.len());
    })
}
