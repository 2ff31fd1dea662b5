//! Members of the open enumerations of the GenAI conventions: one module an attribute.

/// Values of `gen_ai.operation.name`.
pub mod operation {
    /// Chat completion operation such as OpenAI Chat API.
    pub const CHAT: &str = "chat";
    /// Multimodal content generation operation such as Gemini Generate Content.
    pub const GENERATE_CONTENT: &str = "generate_content";
    /// Text completions operation such as OpenAI Completions API (Legacy).
    pub const TEXT_COMPLETION: &str = "text_completion";
    /// Embeddings operation such as OpenAI Create embeddings API.
    pub const EMBEDDINGS: &str = "embeddings";
    /// Retrieval operation such as OpenAI Search Vector Store API.
    pub const RETRIEVAL: &str = "retrieval";
    /// Fetch a previously generated model response by its identifier, without performing inference, such as OpenAI Get a model response.
    pub const FETCH_RESPONSE: &str = "fetch_response";
    /// Create GenAI agent.
    pub const CREATE_AGENT: &str = "create_agent";
    /// Invoke GenAI agent.
    pub const INVOKE_AGENT: &str = "invoke_agent";
    /// Execute a tool.
    pub const EXECUTE_TOOL: &str = "execute_tool";
    /// Invoke GenAI workflow.
    pub const INVOKE_WORKFLOW: &str = "invoke_workflow";
    /// Agent planning or task decomposition phase.
    pub const PLAN: &str = "plan";
    /// Search/query memories from a memory store.
    pub const SEARCH_MEMORY: &str = "search_memory";
    /// Create new memory records.
    pub const CREATE_MEMORY: &str = "create_memory";
    /// Update existing memory records.
    pub const UPDATE_MEMORY: &str = "update_memory";
    /// Create or update memory records without the caller choosing which.
    pub const UPSERT_MEMORY: &str = "upsert_memory";
    /// Delete memory records.
    pub const DELETE_MEMORY: &str = "delete_memory";
    /// Create or initialize a memory store.
    pub const CREATE_MEMORY_STORE: &str = "create_memory_store";
    /// Delete or deprovision a memory store.
    pub const DELETE_MEMORY_STORE: &str = "delete_memory_store";
}

/// Values of `gen_ai.output.type`.
pub mod output_type {
    /// Plain text.
    pub const TEXT: &str = "text";
    /// JSON object with known or unknown schema.
    pub const JSON: &str = "json";
    /// Image.
    pub const IMAGE: &str = "image";
    /// Speech.
    pub const SPEECH: &str = "speech";
}

/// Values of `gen_ai.provider.name`.
pub mod provider {
    /// OpenAI.
    pub const OPENAI: &str = "openai";
    /// Any Google generative AI endpoint.
    pub const GCP_GEN_AI: &str = "gcp.gen_ai";
    /// Vertex AI.
    pub const GCP_VERTEX_AI: &str = "gcp.vertex_ai";
    /// Gemini.
    pub const GCP_GEMINI: &str = "gcp.gemini";
    /// Anthropic.
    pub const ANTHROPIC: &str = "anthropic";
    /// Cohere.
    pub const COHERE: &str = "cohere";
    /// Azure AI Inference.
    pub const AZURE_AI_INFERENCE: &str = "azure.ai.inference";
    /// Azure OpenAI.
    pub const AZURE_AI_OPENAI: &str = "azure.ai.openai";
    /// IBM Watsonx AI.
    pub const IBM_WATSONX_AI: &str = "ibm.watsonx.ai";
    /// AWS Bedrock.
    pub const AWS_BEDROCK: &str = "aws.bedrock";
    /// Perplexity.
    pub const PERPLEXITY: &str = "perplexity";
    /// xAI.
    pub const X_AI: &str = "x_ai";
    /// DeepSeek.
    pub const DEEPSEEK: &str = "deepseek";
    /// Groq.
    pub const GROQ: &str = "groq";
    /// Mistral AI.
    pub const MISTRAL_AI: &str = "mistral_ai";
    /// Moonshot AI.
    pub const MOONSHOT_AI: &str = "moonshot_ai";
}

/// Values of `gen_ai.response.status`.
pub mod response_status {
    /// The response has been accepted by the provider but generation has not started yet.
    pub const QUEUED: &str = "queued";
    /// The response is still being generated, for example a background or streamed response that has not finished.
    pub const IN_PROGRESS: &str = "in_progress";
    /// The response finished generating successfully.
    pub const COMPLETED: &str = "completed";
    /// The response stopped before generation completed, for example because a token limit or content filter was reached.
    pub const INCOMPLETE: &str = "incomplete";
    /// The response generation failed with an error.
    pub const FAILED: &str = "failed";
    /// The response generation was cancelled before it completed.
    pub const CANCELLED: &str = "cancelled";
}

/// Values of `gen_ai.token.modality`.
pub mod token_modality {
    /// Text tokens.
    pub const TEXT: &str = "text";
    /// Image tokens.
    pub const IMAGE: &str = "image";
    /// Audio tokens.
    pub const AUDIO: &str = "audio";
    /// The modality is not known.
    pub const UNKNOWN: &str = "unknown";
}

/// Values of `mcp.method.name`.
pub mod mcp_method {
    /// Notification cancelling a previously-issued request.
    pub const NOTIFICATIONS_CANCELLED: &str = "notifications/cancelled";
    /// Request to initialize the MCP client.
    pub const INITIALIZE: &str = "initialize";
    /// Notification indicating that the MCP client has been initialized.
    pub const NOTIFICATIONS_INITIALIZED: &str = "notifications/initialized";
    /// Notification indicating the progress for a long-running operation.
    pub const NOTIFICATIONS_PROGRESS: &str = "notifications/progress";
    /// Request to check that the other party is still alive.
    pub const PING: &str = "ping";
    /// Request to list resources available on server.
    pub const RESOURCES_LIST: &str = "resources/list";
    /// Request to list resource templates available on server.
    pub const RESOURCES_TEMPLATES_LIST: &str = "resources/templates/list";
    /// Request to read a resource.
    pub const RESOURCES_READ: &str = "resources/read";
    /// Notification indicating that the list of resources has changed.
    pub const NOTIFICATIONS_RESOURCES_LIST_CHANGED: &str = "notifications/resources/list_changed";
    /// Request to subscribe to a resource.
    pub const RESOURCES_SUBSCRIBE: &str = "resources/subscribe";
    /// Request to unsubscribe from resource updates.
    pub const RESOURCES_UNSUBSCRIBE: &str = "resources/unsubscribe";
    /// Notification indicating that a resource has been updated.
    pub const NOTIFICATIONS_RESOURCES_UPDATED: &str = "notifications/resources/updated";
    /// Request to list prompts available on server.
    pub const PROMPTS_LIST: &str = "prompts/list";
    /// Request to get a prompt.
    pub const PROMPTS_GET: &str = "prompts/get";
    /// Notification indicating that the list of prompts has changed.
    pub const NOTIFICATIONS_PROMPTS_LIST_CHANGED: &str = "notifications/prompts/list_changed";
    /// Request to list tools available on server.
    pub const TOOLS_LIST: &str = "tools/list";
    /// Request to call a tool.
    pub const TOOLS_CALL: &str = "tools/call";
    /// Notification indicating that the list of tools has changed.
    pub const NOTIFICATIONS_TOOLS_LIST_CHANGED: &str = "notifications/tools/list_changed";
    /// Request to set the logging level.
    pub const LOGGING_SETLEVEL: &str = "logging/setLevel";
    /// Notification indicating that a message has been received.
    pub const NOTIFICATIONS_MESSAGE: &str = "notifications/message";
    /// Request to create a sampling message.
    pub const SAMPLING_CREATEMESSAGE: &str = "sampling/createMessage";
    /// Request to complete a prompt.
    pub const COMPLETION_COMPLETE: &str = "completion/complete";
    /// Request to list roots available on server.
    pub const ROOTS_LIST: &str = "roots/list";
    /// Notification indicating that the list of roots has changed.
    pub const NOTIFICATIONS_ROOTS_LIST_CHANGED: &str = "notifications/roots/list_changed";
    /// Request from the server to elicit additional information from the user via the client.
    pub const ELICITATION_CREATE: &str = "elicitation/create";
}

/// Values of `openai.api.type`.
pub mod openai_api {
    /// The OpenAI Chat Completions API.
    pub const CHAT_COMPLETIONS: &str = "chat_completions";
    /// The OpenAI Responses API.
    pub const RESPONSES: &str = "responses";
}

/// Values of `openai.request.service_tier`.
pub mod openai_service_tier {
    /// The system will utilize scale tier credits until they are exhausted.
    pub const AUTO: &str = "auto";
    /// The system will utilize the default scale tier.
    pub const DEFAULT: &str = "default";
}
