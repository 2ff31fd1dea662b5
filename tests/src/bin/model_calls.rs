//! Model calls by clients that write spans of their own, in a process with a layer of `tracing-opentelemetry`. The word is
//! what is called, `MODEL_SERVER` where.

use std::future::Future;
use std::pin::Pin;

use agent_otel::testing::{self, capture, capture_async};
use agent_otel::{Builder, ModelSpans, Usage, agent, current, llm_call, tool};
use futures::{Stream, StreamExt};
use genai::adapter::AdapterKind;
use genai::chat::{ChatOptions, ChatRequest, ChatResponse, ChatStreamEvent};
use genai::embed::EmbedResponse;
use genai::resolver::{AuthData, Endpoint, ServiceTargetResolver};
use genai::{ModelIden, ServiceTarget};
use opentelemetry::global;
use opentelemetry::trace::{SpanId, Status};
use opentelemetry_sdk::trace::SpanData;
use rig_core::completion::CompletionResponse;
use rig_core::http_client::{self, DynHttpClient, HeaderMap, HttpMiddleware, Method, Uri};
use rig_core::providers::openai::{OpenAI, OpenAIConfig};
use rig_core::streaming::{Item, Relayed, StreamEvent};
use rig_core::{ErrorReport, ProviderError};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Filter, SubscriberExt as _};
use tracing_subscriber::{Layer as _, Registry};

const MODEL: &str = "gpt-5-mini";

fn server() -> String {
    std::env::var("MODEL_SERVER").unwrap()
}

fn genai_client() -> genai::Client {
    let resolver = ServiceTargetResolver::from_resolver_fn(
        |target: ServiceTarget| -> Result<ServiceTarget, genai::resolver::Error> {
            Ok(ServiceTarget {
                endpoint: Endpoint::from_owned(format!("{}/v1/", server())),
                auth: AuthData::from_single("key"),
                model: ModelIden::new(AdapterKind::OpenAI, target.model.model_name),
            })
        },
    );
    let builder = genai::Client::builder();
    builder
        .with_service_target_resolver(resolver)
        .build()
        .unwrap()
}

fn rig_client() -> OpenAI {
    let http = DynHttpClient::new(rig_reqwest::ReqwestClient::default());
    OpenAIConfig::new("key")
        .with_base_url(format!("{}/v1", server()))
        .connect(http.with_middleware(Spans))
}

/// Leaves a span of each request, as instrumented HTTP clients do.
struct Spans;

impl HttpMiddleware for Spans {
    fn before_request_headers<'a>(
        &'a self,
        _method: &'a Method,
        _uri: &'a Uri,
        _headers: &'a mut HeaderMap,
    ) -> Pin<Box<dyn Future<Output = http_client::Result<()>> + Send + 'a>> {
        Box::pin(async {
            tracing::info_span!("POST").in_scope(|| {});
            Ok(())
        })
    }
}

#[llm_call(provider = "openai", model = MODEL)]
async fn by_genai() -> genai::Result<ChatResponse> {
    genai_client()
        .exec_chat(MODEL, ChatRequest::from_user("Where is it?"), None)
        .await
}

#[llm_call(provider = "openai", model = MODEL)]
async fn by_genai_in_chunks() -> genai::Result<impl Stream<Item = genai::Result<ChatStreamEvent>>> {
    let options = ChatOptions::default().with_capture_usage(true);
    let question = ChatRequest::from_user("Where is it?");
    let response = genai_client()
        .exec_chat_stream(MODEL, question, Some(&options))
        .await?;
    Ok(response.stream)
}

#[llm_call(provider = "openai", model = MODEL)]
async fn by_rig() -> Result<CompletionResponse, ProviderError> {
    rig_client().chat(MODEL).call("Where is it?").await
}

#[llm_call(provider = "openai", model = MODEL)]
async fn by_rig_in_chunks()
-> Result<impl Stream<Item = Result<Item<StreamEvent>, ProviderError>>, ProviderError> {
    rig_client().chat(MODEL).stream("Where is it?")
}

/// As the bus of rig carries a stream, which ends with the whole response.
#[llm_call(provider = "openai", model = MODEL)]
async fn by_rig_relayed() -> Result<impl Stream<Item = Result<Relayed, ErrorReport>>, ProviderError>
{
    let stream = rig_client().chat(MODEL).stream("Where is it?")?;
    Ok(stream.into_relay())
}

#[llm_call(provider = "openai", model = "no-such-model")]
async fn refused() -> genai::Result<ChatResponse> {
    genai_client()
        .exec_chat("no-such-model", ChatRequest::from_user("?"), None)
        .await
}

/// A model call whose tokens only the body knows.
#[llm_call(provider = "openai", model = MODEL, usage = manual)]
async fn tells_its_usage() -> String {
    let question = ChatRequest::from_user("Where is it?");
    let answer = genai_client().exec_chat(MODEL, question, None).await;
    let answer = answer.unwrap();
    let mut usage = Usage::default();
    usage.input_tokens = Some(7);
    current().usage(usage);
    answer.first_text().unwrap_or_default().to_owned()
}

#[llm_call(
    provider = "openai",
    operation = "embeddings",
    model = "text-embedding-3-small",
    usage = manual
)]
async fn embeds() -> genai::Result<EmbedResponse> {
    let response = embedded().await?;
    let mut usage = Usage::default();
    usage.input_tokens = response
        .usage
        .prompt_tokens
        .and_then(|tokens| tokens.try_into().ok());
    current().usage(usage);
    Ok(response)
}

/// A model call that embeds the question first.
#[llm_call(provider = "openai", model = MODEL)]
async fn embeds_first() -> genai::Result<ChatResponse> {
    embedded().await?;
    genai_client()
        .exec_chat(MODEL, ChatRequest::from_user("Where is it?"), None)
        .await
}

async fn embedded() -> genai::Result<EmbedResponse> {
    genai_client()
        .embed("text-embedding-3-small", "Where is it?", None)
        .await
}

/// A model call whose tool calls a model for itself.
#[llm_call(provider = "openai", model = MODEL)]
async fn with_a_tool() -> genai::Result<ChatResponse> {
    summarize().await?;
    genai_client()
        .exec_chat(MODEL, ChatRequest::from_user("Where is it?"), None)
        .await
}

#[tool]
async fn summarize() -> genai::Result<ChatResponse> {
    genai_client()
        .exec_chat(MODEL, ChatRequest::from_user("Summarize"), None)
        .await
}

#[agent]
async fn support(what: &str) {
    match what {
        "genai" => drop(by_genai().await.unwrap()),
        "genai_stream" => {
            let mut stream = by_genai_in_chunks().await.unwrap();
            let mut chunks = 0;
            while let Some(event) = stream.next().await {
                chunks += usize::from(matches!(event.unwrap(), ChatStreamEvent::Chunk(_)));
            }
            assert_eq!(chunks, 2);
        }
        "rig" => drop(by_rig().await.unwrap()),
        "rig_stream" => read(by_rig_in_chunks().await.unwrap()).await,
        "rig_relayed" => read(by_rig_relayed().await.unwrap()).await,
        "tells_its_usage" => drop(tells_its_usage().await),
        "embeds" => drop(embeds().await.unwrap()),
        "refused" => drop(refused().await.unwrap_err()),
        "embeds_first" => drop(embeds_first().await.unwrap()),
        "with_a_tool" => drop(with_a_tool().await.unwrap()),
        // Without an annotated function, the client's span is the only one.
        "unannotated" => drop(summarize().await.unwrap()),
        other => panic!("nothing is called {other}"),
    }
}

/// Reads a stream to its end.
async fn read<T, E: std::fmt::Debug>(stream: impl Stream<Item = Result<T, E>>) {
    let items: Vec<_> = stream.collect().await;
    assert!(!items.is_empty());
    for item in items {
        item.unwrap();
    }
}

fn main() {
    let what = std::env::args().nth(1).unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    if let Some(what) = what.strip_prefix("theirs_by_code:") {
        // Drawn on standard error.
        let telemetry = Builder::new("shop").model_spans(ModelSpans::Theirs).init();
        subscribe(ModelSpans::filter());
        runtime.block_on(support(what));
        telemetry.shutdown_blocking();
        return;
    }
    // The first capture installs the provider that the layer takes its tracer from.
    capture(|| {});
    let what = match what.strip_prefix("unfiltered:") {
        Some(what) => {
            subscribe(LevelFilter::INFO);
            what
        }
        None => {
            subscribe(ModelSpans::filter());
            &what
        }
    };
    let spans = runtime.block_on(capture_async(async {
        match what {
            "without_an_agent" => drop(by_genai().await.unwrap()),
            _ => support(what).await,
        }
    }));
    show(&spans, SpanId::INVALID, 0);
    for point in testing::metrics().points() {
        if point.name == "gen_ai.client.inference.duration" {
            let model = point.attribute("gen_ai.request.model").unwrap_or_default();
            println!("measured {} of {model}", point.count);
        }
    }
}

fn subscribe(filter: impl Filter<Registry> + Send + Sync + 'static) {
    let spans = tracing_opentelemetry::layer().with_tracer(global::tracer("client"));
    let subscriber = tracing_subscriber::registry().with(spans.with_filter(filter));
    tracing::subscriber::set_global_default(subscriber).unwrap();
}

/// One line a span: its name and who wrote it, and on an agent's what it counted.
fn show(spans: &[SpanData], parent: SpanId, depth: usize) {
    let mut below: Vec<_> = spans
        .iter()
        .filter(|span| span.parent_span_id == parent)
        .collect();
    below.sort_by_key(|span| span.start_time);
    for span in below {
        let counts = [
            "agent_otel.agent.inference_calls",
            "gen_ai.usage.input_tokens",
        ];
        let counted: String = span
            .attributes
            .iter()
            .filter(|attribute| counts.contains(&attribute.key.as_str()))
            .map(|attribute| format!(" {}", attribute.value))
            .collect();
        let failed = matches!(span.status, Status::Error { .. });
        println!(
            "{}{} [{}]{counted}{}",
            "  ".repeat(depth),
            span.name,
            span.instrumentation_scope.name(),
            if failed { " failed" } else { "" },
        );
        show(spans, span.span_context.span_id(), depth + 1);
    }
}
