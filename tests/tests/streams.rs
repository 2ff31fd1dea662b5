//! A function that gives a stream is one span, from the request to the last item.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;

use agent_otel::testing::{capture, capture_async};
use agent_otel::{HoldsStream, StreamTracer, a2a_call, agent, llm_call, tool};
use async_trait::async_trait;
use expect_test::expect;
use futures::stream::{self, BoxStream};
use futures::{FutureExt, Stream, StreamExt};
use serde_json::{Value, json};

#[derive(Debug, thiserror::Error)]
#[error("the model is overloaded")]
struct Overloaded;

type Chunk = Result<Value, Overloaded>;

fn chunks() -> Vec<Chunk> {
    vec![
        Ok(
            json!({"id": "c-1", "model": "gpt-4o-mini", "choices": [{"delta": {"content": "Hel"}}]}),
        ),
        Ok(json!({"choices": [{"delta": {"content": "lo"}, "finish_reason": "stop"}]})),
        Ok(json!({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}})),
    ]
}

#[tool]
fn step() {}

#[llm_call(provider = "openai", model = "gpt-4o")]
async fn opaque_result() -> Result<impl Stream<Item = Chunk>, Overloaded> {
    tokio::task::yield_now().await;
    Ok(stream::iter(chunks()).inspect(|_| step()))
}

#[tokio::test]
async fn a_stream_that_ends() {
    let spans = capture_async(async {
        let items: Vec<_> = opaque_result().await.unwrap().collect().await;
        assert_eq!(items.len(), 3);
    })
    .await;
    expect![[r#"

        chat gpt-4o [client]
            agent_otel.stream.chunks: 3
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.request.model: "gpt-4o"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.id: "c-1"
            gen_ai.response.model: "gpt-4o-mini"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.input_tokens: 9
            gen_ai.usage.output_tokens: 2
            execute_tool step [internal]
                gen_ai.operation.name: "execute_tool"
                gen_ai.tool.name: "step"
            execute_tool step [internal]
                gen_ai.operation.name: "execute_tool"
                gen_ai.tool.name: "step"
            execute_tool step [internal]
                gen_ai.operation.name: "execute_tool"
                gen_ai.tool.name: "step"
    "#]]
    .assert_eq(&spans.to_string());
    assert!(
        spans
            .to_string()
            .contains("gen_ai.response.time_to_first_chunk")
    );
}

#[tokio::test]
async fn a_stream_left_early_keeps_what_was_known() {
    let spans = capture_async(async {
        let mut stream = std::pin::pin!(opaque_result().await.unwrap());
        stream.next().await.unwrap().unwrap();
    })
    .await;
    let text = spans.to_string();
    assert!(text.contains("agent_otel.outcome: \"abandoned\""), "{text}");
    assert!(text.contains("agent_otel.stream.chunks: 1"), "{text}");
    assert!(text.contains("gen_ai.response.id: \"c-1\""), "{text}");
    assert!(
        text.contains("gen_ai.response.finish_reasons: [\"error\"]"),
        "{text}"
    );
    assert!(
        !text.contains("gen_ai.usage") && !text.contains("status"),
        "{text}"
    );
}

/// Loops that end with the last chunk never ask for one more.
#[tokio::test]
async fn a_stream_left_once_the_model_is_done_is_whole() {
    let spans = capture_async(async {
        let mut stream = std::pin::pin!(opaque_result().await.unwrap());
        while let Some(chunk) = stream.next().await {
            if chunk.unwrap()["usage"].is_object() {
                break;
            }
        }
    })
    .await;
    let text = spans.to_string();
    assert!(
        text.contains("gen_ai.response.finish_reasons: [\"stop\"]"),
        "{text}"
    );
    assert!(!text.contains("agent_otel.outcome"), "{text}");
}

#[llm_call(provider = "openai", model = "gpt-4o")]
fn failing() -> impl Stream<Item = Chunk> {
    stream::iter(chunks().into_iter().take(1).chain([Err(Overloaded)]))
}

#[tokio::test]
async fn an_item_that_is_an_error_fails_the_call() {
    let spans = capture_async(failing().collect::<Vec<_>>()).await;
    // The call of `failing` stands outside of the capture's future, so the capture sees it by its trace only.
    assert!(spans.is_empty());
    let spans = capture_async(async { failing().collect::<Vec<_>>().await }).await;
    expect![[r#"

        chat gpt-4o [client]
            agent_otel.stream.chunks: 1
            error.type: "streams::Overloaded"
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.request.model: "gpt-4o"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["error"]
            gen_ai.response.id: "c-1"
            gen_ai.response.model: "gpt-4o-mini"
            gen_ai.response.time_to_first_chunk: some time
            event exception
                exception.message: "the model is overloaded"
                exception.type: "streams::Overloaded"
            status: error "the model is overloaded"
    "#]]
    .assert_eq(&spans.to_string());
}

#[llm_call(provider = "openai", model = "gpt-4o")]
async fn refused() -> Result<impl Stream<Item = Chunk>, Overloaded> {
    if std::hint::black_box(true) {
        return Err(Overloaded);
    }
    Ok(stream::empty())
}

#[tokio::test]
async fn an_error_instead_of_a_stream_is_an_error() {
    let spans = capture_async(async { assert!(refused().await.is_err()) }).await;
    let text = spans.to_string();
    assert_eq!(spans.len(), 1);
    assert!(
        text.contains("status: error \"the model is overloaded\""),
        "{text}"
    );
    assert!(!text.contains("agent_otel.outcome"), "{text}");
}

#[llm_call(provider = "openai", model = "gpt-4o")]
fn boxed() -> Pin<Box<dyn Stream<Item = Chunk> + Send>> {
    stream::iter(chunks()).boxed()
}

#[llm_call(provider = "openai", model = "gpt-4o")]
async fn boxed_result<'a>(text: &'a str) -> Result<BoxStream<'a, Value>, Overloaded> {
    let _ = text;
    Ok(stream::iter(chunks())
        .filter_map(async |chunk| chunk.ok())
        .boxed())
}

#[llm_call(provider = "openai", model = "gpt-4o")]
fn future() -> impl Future<Output = Result<BoxStream<'static, Value>, Overloaded>> + Send {
    async {
        Ok(stream::iter(chunks())
            .filter_map(async |chunk| chunk.ok())
            .boxed())
    }
}

/// Aliases of the user, whose items are not the type that stands in the brackets.
mod aliases {
    use std::future::Future;
    use std::pin::Pin;

    use agent_otel::{LlmChunk, llm_call};
    use futures::stream::{self, Stream, StreamExt as _};
    use serde_json::Value;

    use super::{Overloaded, chunks};

    pub(super) type BoxStream<T> = Pin<Box<dyn Stream<Item = Result<T, Overloaded>> + Send>>;
    pub(super) type LocalBoxStream<'a, T, E> = Pin<Box<dyn Stream<Item = Result<T, E>> + 'a>>;

    fn boxed() -> BoxStream<Value> {
        stream::iter(chunks()).boxed()
    }

    #[llm_call(provider = "openai", model = "gpt-4o", error_if = Result::is_err)]
    pub(super) fn now() -> BoxStream<Value> {
        boxed()
    }

    #[llm_call(provider = "openai", model = "gpt-4o", ok_if = |item| item.is_err())]
    pub(super) async fn result() -> Result<BoxStream<Value>, Overloaded> {
        Ok(boxed())
    }

    #[llm_call(provider = "openai", model = "gpt-4o", error_if = |item| item.is_err())]
    pub(super) fn future() -> impl Future<Output = Result<BoxStream<Value>, Overloaded>> + Send {
        async { Ok(boxed()) }
    }

    #[llm_call(provider = "openai", model = "gpt-4o")]
    pub(super) fn local<'a, C: LlmChunk + 'a>(all: Vec<C>) -> LocalBoxStream<'a, C, Overloaded> {
        Box::pin(stream::iter(all.into_iter().map(Ok)))
    }
}

#[tokio::test]
async fn an_alias_may_be_called_like_one_of_futures() {
    let spans = capture_async(async {
        aliases::now().count().await;
        aliases::result().await.unwrap().count().await;
        aliases::future().await.unwrap().count().await;
        let all: Vec<_> = chunks().into_iter().filter_map(Result::ok).collect();
        aliases::local(all).count().await;
    })
    .await;
    let told = spans.to_string();
    let usage = told.matches("gen_ai.usage.output_tokens: 2").count();
    assert_eq!(usage, 4, "{told}");
}

#[async_trait]
trait Model {
    async fn complete(&self) -> Result<BoxStream<'static, Chunk>, Overloaded>;
}

struct Local;

#[async_trait]
impl Model for Local {
    #[llm_call(provider = "openai", model = "gpt-4o")]
    async fn complete(&self) -> Result<BoxStream<'static, Chunk>, Overloaded> {
        Ok(stream::iter(chunks()).boxed())
    }
}

struct Reply {
    status: u16,
    chunks: BoxStream<'static, Chunk>,
}

impl HoldsStream for Reply {
    type Item = Chunk;

    fn map_stream(mut self, tracer: StreamTracer<'_, Chunk>) -> Self {
        self.chunks = self.chunks.map_stream(tracer);
        self
    }
}

#[llm_call(provider = "openai", model = "gpt-4o", stream)]
async fn reply() -> Result<Reply, Overloaded> {
    Ok(Reply {
        status: 200,
        chunks: stream::iter(chunks()).boxed(),
    })
}

#[tokio::test]
async fn every_form_of_a_stream_is_one_span_with_its_usage() {
    fn sendable<T: Send>(value: T) -> T {
        value
    }
    let spans = capture_async(async {
        sendable(boxed()).count().await;
        sendable(boxed_result("x")).await.unwrap().count().await;
        sendable(future()).await.unwrap().count().await;
        Local.complete().await.unwrap().count().await;
        let reply = reply().await.unwrap();
        assert_eq!(reply.status, 200);
        reply.chunks.count().await;
    })
    .await;
    assert_eq!(spans.len(), 5, "{spans}");
    for span in spans.iter() {
        let tokens = span
            .attributes
            .iter()
            .find(|kv| kv.key.as_str() == "gen_ai.usage.output_tokens");
        assert_eq!(
            tokens.map(|kv| kv.value.to_string()).as_deref(),
            Some("2"),
            "{spans}"
        );
    }
}

#[agent]
fn agent_stream(words: usize) -> impl Stream<Item = String> + Unpin {
    stream::iter((0..words).map(|word| word.to_string()))
}

#[a2a_call(agent = "remote", inject = client)]
async fn a2a_stream() -> BoxStream<'static, Result<String, Overloaded>> {
    stream::iter([Ok("a".to_owned()), Err(Overloaded)]).boxed()
}

#[tokio::test]
async fn agents_and_remote_agents_stream_as_well() {
    let spans = capture_async(async {
        let mut words = agent_stream(3);
        assert_eq!(words.size_hint(), (3, Some(3)));
        while words.next().await.is_some() {}
        a2a_stream().await.count().await;
    })
    .await;
    expect![[r#"

        invoke_agent agent_stream [internal]
            agent_otel.stream.chunks: 3
            gen_ai.agent.name: "agent_stream"
            gen_ai.operation.name: "invoke_agent"
        invoke_agent remote [client]
            agent_otel.stream.chunks: 1
            error.type: "streams::Overloaded"
            gen_ai.agent.name: "remote"
            gen_ai.operation.name: "invoke_agent"
            gen_ai.provider.name: "a2a"
            event exception
                exception.message: "the model is overloaded"
                exception.type: "streams::Overloaded"
            status: error "the model is overloaded"
    "#]]
    .assert_eq(&spans.to_string());
}

#[tool]
fn panicking() -> impl Stream<Item = u8> {
    stream::iter([1, 2]).map(|n| if n == 2 { panic!("at the second") } else { n })
}

#[test]
fn a_panic_in_a_stream_is_recorded_and_raised_again() {
    let spans = capture(|| {
        let caught = std::panic::catch_unwind(|| {
            futures::executor::block_on(async { panicking().collect::<Vec<_>>().await })
        });
        assert_eq!(caught.unwrap_err().downcast_ref(), Some(&"at the second"));
    });
    let text = spans.to_string();
    assert_eq!(spans.len(), 1);
    assert!(text.contains("status: error \"at the second\""), "{text}");
}

#[llm_call(provider = "openai", model = "gpt-4o")]
fn answering_then_panicking() -> impl Stream<Item = Chunk> {
    stream::iter(chunks().into_iter().map(Some).chain([None]))
        .map(|chunk| chunk.unwrap_or_else(|| panic!("at the end")))
}

#[agent]
async fn outlives_a_panic() {
    let answer = AssertUnwindSafe(async { answering_then_panicking().count().await });
    assert!(answer.catch_unwind().await.is_err());
}

#[tokio::test]
async fn a_panic_in_a_stream_keeps_what_was_known() {
    let spans = capture_async(outlives_a_panic()).await;
    expect![[r#"

        invoke_agent outlives_a_panic [internal]
            agent_otel.agent.inference_calls: 1
            gen_ai.agent.name: "outlives_a_panic"
            gen_ai.operation.name: "invoke_agent"
            gen_ai.usage.input_tokens: 9
            gen_ai.usage.output_tokens: 2
            chat gpt-4o [client]
                agent_otel.outcome: "panicked"
                agent_otel.stream.chunks: 3
                agent_otel.stream.time_per_output_chunk: some time
                error.type: "panic"
                gen_ai.operation.name: "chat"
                gen_ai.provider.name: "openai"
                gen_ai.request.model: "gpt-4o"
                gen_ai.request.stream: true
                gen_ai.response.finish_reasons: ["stop"]
                gen_ai.response.id: "c-1"
                gen_ai.response.model: "gpt-4o-mini"
                gen_ai.response.time_to_first_chunk: some time
                gen_ai.usage.input_tokens: 9
                gen_ai.usage.output_tokens: 2
                event exception
                    exception.message: "at the end"
                    exception.type: "panic"
                status: error "at the end"
    "#]]
    .assert_eq(&spans.to_string());
}

#[test]
fn a_stream_that_is_never_polled_is_one_abandoned_span() {
    let spans = capture(|| drop(boxed()));
    let text = spans.to_string();
    assert!(
        text.contains("abandoned") && text.contains("agent_otel.stream.chunks: 0"),
        "{text}"
    );
}

#[test]
fn a_stream_by_hand_is_polled_in_the_context_it_was_made_in() {
    #[agent]
    fn makes() -> BoxStream<'static, u8> {
        stream::empty().boxed()
    }
    #[agent(name = "outer")]
    fn outer() -> agent_otel::InContext<impl Stream<Item = u8>> {
        agent_otel::stream(stream::iter([1, 2]).inspect(|_| step()))
    }
    let spans = capture(|| {
        drop(makes());
        let made = outer();
        futures::executor::block_on(made.count());
    });
    assert!(
        spans
            .tree()
            .contains("invoke_agent outer\n├ execute_tool step\n└ execute_tool step\n"),
        "{}",
        spans.tree()
    );
}

macro_rules! by_macro {
    ($name:ident, $ty:ty, $value:expr) => {
        #[agent]
        fn $name() -> $ty {
            $value
        }
    };
}

by_macro!(opaque_by_macro, impl Stream<Item = u8>, stream::iter(0..2));
by_macro!(
    future_by_macro,
    impl Future<Output = Result<u8, Overloaded>>,
    async { Err(Overloaded) }
);

#[agent]
#[allow(unused_parens)]
fn in_parentheses() -> Pin<Box<(dyn Stream<Item = u8> + Send + 'static)>> {
    stream::iter(0..2).boxed()
}

#[agent]
fn pinned_for_nothing() -> Pin<Box<dyn Stream<Item = u8> + Send + Unpin>> {
    Box::pin(stream::iter(0..2))
}

#[agent]
fn unpinned() -> Box<dyn Stream<Item = u8> + Send + Unpin> {
    Box::new(stream::iter(0..2))
}

/// No stream, as long as it is not pinned.
#[agent]
fn no_stream_yet() -> Box<dyn Stream<Item = u8> + Send> {
    Box::new(stream::iter(0..2))
}

#[agent]
fn pinned_opaque() -> Pin<Box<impl Future<Output = Result<u8, Overloaded>>>> {
    Box::pin(async { Err(Overloaded) })
}

#[agent(stream)]
fn fused() -> Pin<Box<dyn futures::stream::FusedStream<Item = u8> + Send>> {
    Box::pin(stream::iter(0..2).fuse())
}

#[tokio::test]
async fn a_stream_is_known_in_every_spelling() {
    let spans = capture_async(async {
        assert_eq!(opaque_by_macro().count().await, 2);
        assert_eq!(in_parentheses().count().await, 2);
        assert_eq!(unpinned().count().await, 2);
        assert_eq!(pinned_for_nothing().count().await, 2);
        assert_eq!(fused().count().await, 2);
        assert_eq!(Box::into_pin(no_stream_yet()).count().await, 2);
    })
    .await;
    let chunks = spans
        .to_string()
        .matches("agent_otel.stream.chunks: 2")
        .count();
    assert_eq!(chunks, 5, "{spans}");
}

#[tokio::test]
async fn a_future_is_known_in_every_spelling() {
    let spans = capture_async(async {
        assert!(future_by_macro().await.is_err());
        assert!(pinned_opaque().await.is_err());
    })
    .await;
    let errors = spans.to_string().matches("status: error").count();
    assert_eq!(errors, 2, "{spans}");
}

/// What the plain function's stream is, too.
#[tokio::test]
async fn a_stream_may_be_caught() {
    let items: Vec<_> = opaque_by_macro().catch_unwind().collect().await;
    assert_eq!(items.len(), 2);
}
