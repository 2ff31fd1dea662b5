//! How agents talk to each other: A2A, over JSON-RPC and HTTP, with the official SDK.

use std::{sync::Arc, time::Duration};

use ::a2a::{
    A2AError, AgentCapabilities, AgentCard, AgentInterface, Message, Part, Role,
    SendMessageRequest, SendMessageResponse, StreamResponse, TRANSPORT_PROTOCOL_JSONRPC,
};
use a2a_client::{
    A2AClient, A2AClientFactory, ServiceParams, Transport, agent_card::AgentCardResolver,
    jsonrpc::JsonRpcTransportFactory, middleware::CallInterceptor,
};
use a2a_server::{
    AgentExecutor, DefaultRequestHandler, ExecutorContext, InMemoryTaskStore, StaticAgentCard,
    agent_card::agent_card_router, jsonrpc::jsonrpc_router,
};
use agent_otel::a2a_call;
use futures::{
    StreamExt, future,
    stream::{self, BoxStream},
};

use crate::{agent::AgentError, args::Service};

/// What an agent has to tell and to do, to be reached by others.
pub(crate) trait Agent: Send + Sync + 'static {
    const DESCRIPTION: &str;

    /// `headers` are those of the caller's request: the caller's trace travels in them.
    fn answer(
        &self,
        headers: &ServiceParams,
        conversation: &str,
        question: &str,
    ) -> impl Future<Output = Result<String, AgentError>> + Send;
}

/// The HTTP side of an agent that listens at `url`: its card, and its JSON-RPC endpoint.
pub(crate) fn router<A: Agent>(service: Service, url: &str, agent: A) -> axum::Router {
    let card = AgentCard {
        name: service.to_string(),
        description: A::DESCRIPTION.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        supported_interfaces: vec![AgentInterface::new(url, TRANSPORT_PROTOCOL_JSONRPC)],
        capabilities: AgentCapabilities::default(),
        default_input_modes: vec!["text/plain".to_owned()],
        default_output_modes: vec!["text/plain".to_owned()],
        skills: Vec::new(),
        provider: None,
        documentation_url: None,
        icon_url: None,
        security_schemes: None,
        security_requirements: None,
        signatures: None,
    };
    let executor = Executor(Arc::new(agent));
    let handler = DefaultRequestHandler::new(executor, InMemoryTaskStore::new());
    jsonrpc_router(Arc::new(handler)).merge(agent_card_router(Arc::new(StaticAgentCard::new(card))))
}

struct Executor<A>(Arc<A>);

impl<A: Agent> AgentExecutor for Executor<A> {
    /// The SDK runs this in a task of its own, where nothing of the request is left but `context`.
    /// So the trace is continued from its headers, and from nowhere else.
    fn execute(
        &self,
        context: ExecutorContext,
    ) -> BoxStream<'static, Result<StreamResponse, A2AError>> {
        let agent = self.0.clone();
        let answer = async move {
            let question = context.message.as_ref().and_then(Message::text);
            let question = question.ok_or_else(|| A2AError::invalid_params("no text"))?;
            let answer = agent.answer(&context.service_params, &context.context_id, question);
            // An error stays an error on its way back: the caller's span must tell it as one.
            let answer = answer
                .await
                .map_err(|error| A2AError::internal(error.to_string()))?;
            Ok(StreamResponse::Message(Message {
                context_id: Some(context.context_id),
                task_id: Some(context.task_id),
                ..Message::new(Role::Agent, vec![Part::text(answer)])
            }))
        };
        stream::once(answer).boxed()
    }

    fn cancel(
        &self,
        context: ExecutorContext,
    ) -> BoxStream<'static, Result<StreamResponse, A2AError>> {
        let error = A2AError::task_not_cancelable(&context.task_id);
        stream::once(future::ready(Err(error))).boxed()
    }
}

/// Where requests to other agents start. Whatever takes longer than `limit` has failed.
pub(crate) fn http_client(limit: Duration) -> Result<reqwest::Client, A2AError> {
    let client = reqwest::Client::builder().timeout(limit);
    // The agents are all on this machine, where no proxy would find them.
    let client = client.no_proxy().build();
    client.map_err(|error| A2AError::internal(error.to_string()))
}

/// Reads the card of the agent at `url`: its name, what it can do, where it listens.
pub(crate) async fn discover(http: &reqwest::Client, url: &str) -> Result<AgentCard, A2AError> {
    AgentCardResolver::new(Some(http.clone()))
        .resolve(url)
        .await
}

/// An agent somewhere else.
pub(crate) struct RemoteAgent {
    pub(crate) card: AgentCard,
    url: String,
    client: A2AClient<Box<dyn Transport>>,
}

impl RemoteAgent {
    /// Prepares to talk to the agent of this card, wherever the card says that it listens.
    pub(crate) async fn new(http: &reqwest::Client, card: AgentCard) -> Result<Self, A2AError> {
        let json_rpc = JsonRpcTransportFactory::new(Some(http.clone()));
        let clients = A2AClientFactory::builder()
            .no_defaults()
            .register(Arc::new(json_rpc))
            .with_interceptor(Arc::new(TraceContext))
            .build();
        let (client, interface) = clients.create_from_card_with_interface(&card).await?;
        let url = interface.url;
        Ok(Self { card, url, client })
    }

    /// Asks the agent a question, and waits for its answer.
    #[a2a_call(
        agent = self.card.name,
        description = self.card.description,
        version = self.card.version,
        url = self.url,
        context_id = conversation,
        inject = client // its middleware, that is: `TraceContext`, below
    )]
    pub(crate) async fn ask(
        &self,
        conversation: Option<&str>,
        question: &str,
    ) -> Result<String, A2AError> {
        let request = SendMessageRequest {
            message: Message {
                context_id: conversation.map(str::to_owned),
                ..Message::new(Role::User, vec![Part::text(question)])
            },
            configuration: None,
            metadata: None,
            tenant: None,
        };
        match self.client.send_message(&request).await? {
            SendMessageResponse::Message(answer) => answer.text().map(str::to_owned),
            SendMessageResponse::Task(_) => None,
        }
        .ok_or_else(A2AError::invalid_agent_response)
    }
}

/// Writes the trace context into the headers of every request to another agent.
struct TraceContext;

#[async_trait::async_trait]
impl CallInterceptor for TraceContext {
    async fn before(&self, _method: &str, params: &mut ServiceParams) -> Result<(), A2AError> {
        agent_otel::inject(params);
        Ok(())
    }
}
