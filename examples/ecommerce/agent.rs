//! What makes a program an agent: ask the model, run the tools it calls, tell it the results, and
//! again, until it answers.

use std::error::Error;

use agent_otel::llm_call;
use async_openai::{
    Client,
    config::{Config, OpenAIConfig},
    error::OpenAIError,
    types::chat::{
        ChatCompletionMessageToolCall, ChatCompletionMessageToolCalls,
        ChatCompletionRequestAssistantMessage, ChatCompletionRequestMessage,
        ChatCompletionRequestSystemMessage, ChatCompletionRequestToolMessage,
        ChatCompletionRequestUserMessage, ChatCompletionResponseMessage, ChatCompletionTool,
        ChatCompletionTools, CreateChatCompletionRequest, CreateChatCompletionResponse,
        FunctionObject,
    },
};
use futures::future::join_all;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// A model that still wants tools after this many answers is going in circles.
const MAX_ROUNDS: usize = 6;

#[derive(Debug, thiserror::Error)]
pub(crate) enum AgentError {
    #[error("the model failed: {0}")]
    ModelFailed(#[from] OpenAIError),
    #[error("the model said nothing")]
    NoAnswer,
    #[error("the model found no answer in {MAX_ROUNDS} rounds")]
    TooManyRounds,
}

/// The tools an agent offers to its model.
pub(crate) trait Tools: Sync {
    fn definitions(&self) -> Vec<ChatCompletionTools>;

    fn call(&self, call: &ToolCall) -> impl Future<Output = Result<Value, ToolError>> + Send;
}

pub(crate) type ToolCall = ChatCompletionMessageToolCall;

/// Every tool has its own error; the loop only needs the words of it, for the model.
pub(crate) type ToolError = Box<dyn Error + Send + Sync>;

/// A model, behind any server that speaks the OpenAI API.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    client: Client<OpenAIConfig>,
    name: String,
}

impl Model {
    /// Reads `OPENAI_BASE_URL`, `OPENAI_API_KEY` and `OPENAI_MODEL`.
    pub(crate) fn from_env() -> Self {
        Self {
            client: Client::new(),
            name: std::env::var("OPENAI_MODEL").unwrap_or_else(|_| "gpt-5-mini".to_owned()),
        }
    }
}

/// The loop.
pub(crate) async fn run(
    model: &Model,
    instructions: &str,
    question: &str,
    tools: &impl Tools,
) -> Result<String, AgentError> {
    let mut messages: Vec<ChatCompletionRequestMessage> = vec![
        ChatCompletionRequestSystemMessage::from(instructions).into(),
        ChatCompletionRequestUserMessage::from(question).into(),
    ];
    for _ in 0..MAX_ROUNDS {
        let request = CreateChatCompletionRequest {
            model: model.name.clone(),
            messages: messages.clone(),
            tools: Some(tools.definitions()),
            ..CreateChatCompletionRequest::default()
        };
        let reply = message(complete(&model.client, request).await?)?;
        let calls = reply.tool_calls.unwrap_or_default();
        if calls.is_empty() {
            return reply.content.ok_or(AgentError::NoAnswer);
        }
        // The model may ask for several things at once: they run at once, too.
        let results = join_all(calls.iter().map(|call| result_of(tools, call))).await;
        let said = ChatCompletionRequestAssistantMessage {
            content: reply.content.map(Into::into),
            tool_calls: Some(calls),
            ..ChatCompletionRequestAssistantMessage::default()
        };
        messages.push(said.into());
        messages.extend(results.into_iter().map(Into::into));
    }
    Err(AgentError::TooManyRounds)
}

/// One call of the model, over HTTP. The request tells the model and its parameters, the response its tokens.
#[llm_call(
    provider = "openai",
    request = request,
    url = client.config().api_base(),
    input = request.messages,
    tools = request.tools
)]
async fn complete(
    client: &Client<OpenAIConfig>,
    request: CreateChatCompletionRequest,
) -> Result<CreateChatCompletionResponse, OpenAIError> {
    client.chat().create(request).await
}

fn message(
    answer: CreateChatCompletionResponse,
) -> Result<ChatCompletionResponseMessage, AgentError> {
    let choice = answer.choices.into_iter().next();
    Ok(choice.ok_or(AgentError::NoAnswer)?.message)
}

/// A tool that fails is no failure of the agent: the model is told, and decides what to say.
async fn result_of(
    tools: &impl Tools,
    call: &ChatCompletionMessageToolCalls,
) -> ChatCompletionRequestToolMessage {
    let (id, result) = match call {
        ChatCompletionMessageToolCalls::Function(call) => (&call.id, tools.call(call).await),
        ChatCompletionMessageToolCalls::Custom(call) => (&call.id, Err("no such tool".into())),
    };
    let result = result.unwrap_or_else(|error| json!({ "error": error.to_string() }));
    ChatCompletionRequestToolMessage {
        content: result.to_string().into(),
        tool_call_id: id.clone(),
    }
}

/// Describes a tool to the model. `parameters` names each parameter and says what it is.
pub(crate) fn tool(name: &str, description: &str, parameters: &Value) -> ChatCompletionTools {
    let required: Vec<_> = parameters
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
        .collect();
    ChatCompletionTools::Function(ChatCompletionTool {
        function: FunctionObject {
            name: name.to_owned(),
            description: Some(description.to_owned()),
            parameters: Some(json!({
                "type": "object",
                "properties": parameters,
                "required": required,
                "additionalProperties": false,
            })),
            strict: Some(true),
        },
    })
}

/// The arguments of a call. A model can get them wrong, so this can fail.
pub(crate) fn arguments<T: DeserializeOwned>(call: &ToolCall) -> Result<T, ToolError> {
    Ok(serde_json::from_str(&call.function.arguments)?)
}

/// What a tool found, as the JSON that goes back to the model.
pub(crate) fn found(result: impl Serialize) -> Result<Value, ToolError> {
    Ok(serde_json::to_value(result)?)
}

pub(crate) fn no_such_tool(call: &ToolCall) -> ToolError {
    format!("there is no tool {}", call.function.name).into()
}
