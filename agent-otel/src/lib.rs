//! OpenTelemetry for AI agents: attributes turn functions into [OpenTelemetry] spans of the [GenAI semantic conventions],
//! and one line in `main` exports or prints them.
//!
//! ```
//! use agent_otel::{agent, llm_call, tool};
//! use serde_json::{Value, json};
//!
//! /// Looks an order up by its number.
//! #[tool(arguments(order_id))]
//! async fn order_status(order_id: u64) -> Result<String, std::io::Error> {
//!     Ok(format!("order {order_id} is on its way"))
//! }
//!
//! #[llm_call(provider = "openai", request = request)]
//! async fn complete(request: Value) -> Result<Value, std::io::Error> {
//!     // … send it …
//! #   let _ = request;
//!     Ok(json!({"model": "gpt-4o-mini", "usage": {"prompt_tokens": 412, "completion_tokens": 38}}))
//! }
//!
//! /// Answers a customer's question.
//! #[agent]
//! async fn answer(question: &str) -> Result<String, std::io::Error> {
//!     complete(json!({"model": "gpt-4o-mini", "messages": [{"role": "user", "content": question}]})).await?;
//!     order_status(1042).await
//! }
//!
//! # #[cfg(feature = "setup")]
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() {
//!     let telemetry = agent_otel::init("shop"); // reads OTEL_*; prints a waterfall where no endpoint is set
//!     let _ = answer("Where is my order 1042?").await;
//!     telemetry.shutdown().await; // exports what is left, and tells what was lost
//! }
//! # #[cfg(not(feature = "setup"))] fn main() {}
//! ```
//!
//! # The attributes
//!
//! | attribute | span | for |
//! |---|---|---|
//! | [`#[agent]`](macro@agent) | `invoke_agent {name}`, internal | the run of an agent in this process |
//! | [`#[tool]`](macro@tool) | `execute_tool {name}`, internal | a tool that an agent calls |
//! | [`#[llm_call]`](macro@llm_call) | `chat {model}`, client | a request to a model |
//! | [`#[a2a_call]`](macro@a2a_call) | `invoke_agent {agent}`, client | a request to an agent elsewhere |
//! | [`#[mcp_call]`](macro@mcp_call) | `{method} {tool}`, client or server | a request of MCP, sent or served |
//! | [`#[workflow]`](macro@workflow) | `invoke_workflow {name}`, internal | several agents or model calls under one hand |
//! | [`#[plan]`](macro@plan) | `plan {agent}`, internal | a task is taken apart before it is carried out |
//! | [`#[retrieval]`](macro@retrieval) | `retrieval {data_source}`, client | a search in a vector store or another data source |
//! | [`#[memory]`](macro@memory) | `search_memory` and others, client | records of a memory, or the store of them |
//! | [`#[embeddings]`](macro@embeddings) | `embeddings {model}`, client | a request for vectors |
//!
//! They go on sync and async functions, methods with any receiver, generic functions, functions that return
//! `impl Future` or a boxed future, functions that return streams, and functions under `#[async_trait]`;
//! [`#[tools]`](macro@tools) marks every method of an `impl` block. The function's signature, its return value, its lints,
//! and the order in which its parameters are dropped stay as they are, but for a few [limits](#limits).
//!
//! What an attribute reads of your own types is derived: [`LlmRequest`], [`LlmResponse`], [`LlmChunk`] and [`ErrorType`].
//!
//! # What is recorded
//!
//! * **Outcome.** An `Err` sets the status and `error.type` (a label, a code, or the error's type with its variant:
//!   [`ErrorType`]), and adds an `exception` event to the span where it began. A panic is recorded and raised again.
//!   A future that is dropped ends its span at that moment, with [`agent_otel.outcome`](semconv::OUTCOME) = `cancelled`; a
//!   stream that is dropped early, before a model has told its finish reasons, ends it with `abandoned`. Neither is an
//!   error, unless `AGENT_OTEL_CANCELLED=error` says so. Success leaves the status unset. `error_if` and `ok_if` judge return values that show failure in another way.
//! * **Streams.** A function that returns a stream is one span from the request to the last item, with the time to the first
//!   chunk; usage and finish reasons are read from the chunks ([`LlmChunk`]). If the stream is left early, what was known by
//!   then is kept.
//! * **Attempts.** [`retry`] and [`current`]`().retry(…)` show each attempt of one logical call on its span.
//! * **Usage.** The token counts, model, id and finish reasons of a response are read from the return value
//!   ([`LlmResponse`]) or reported by the body ([`current`]`().usage(…)`). An agent's span has the sum of all model
//!   calls below it in this process.
//! * **No content**, unless `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` or the code asks for it
//!   ([`Capture`]): prompts, completions, arguments and results stay in the process. What is captured is masked where a
//!   built-in [`Pattern`] knows a secret, shown to your [`Redactor`] and [`Upload`], and cut to a size; see
//!   [`ContentPolicy`]. The messages of errors and panics are recorded, and masked as well.
//!
//! # Across services
//!
//! `inject = headers` on the caller and `extract = headers` on the callee make one trace of two processes; [`inject`] and
//! [`extract`] do the same by hand. The trace context follows [W3C Trace Context Level 2] to the letter.
//!
//! # Tasks and threads
//!
//! A span is the parent of what runs below it in the same task. A task that is spawned begins a trace of its own, unless
//! it is wrapped: `tokio::spawn(`[`in_context`]`(future))`. On threads, attach [`current`]`().context()` by hand
//! ([`in_context`] shows how). For a stream that is read after its function has returned there is [`stream`].
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `setup` | yes | [`init`](fn@init): the SDK, export over OTLP/HTTP, the waterfall in the terminal |
//! | `receiver` | no | a waterfall of several processes: an OTLP receiver on loopback (`console::Receiver`) |
//! | `async-openai` | no | [`LlmRequest`], [`LlmResponse`] and [`LlmChunk`] for its chats, responses, completions and embeddings |
//! | `genai`, `ollama-rs`, `rig-core` | no | the same for the chats, completions and embeddings of these clients |
//! | `aws-sdk-bedrockruntime` | no | the same for its Converse API |
//! | `a2a`, `reqwest`, `rmcp`, `sqlx`, `tokio`, `tonic`, and the five before | `reqwest` with `setup` | codes of the errors of these crates as `error.type`: the table of [`ErrorType`] |
//! | `logs` | no | records of `tracing` and `log`, exported and printed with the ids of their trace and span (`logs`) |
//! | `tracing` | no | one span for each model call where rig-core or genai write spans of their own ([`ModelSpans`]) |
//! | `testing` | no | capture the spans of your own code in your own tests (`testing`) |
//!
//! Without any feature the attributes use whichever OpenTelemetry provider the binary has installed. A library depends on
//! this crate with `default-features = false`, and leaves the choice to the binary.
//!
//! # Limits
//!
//! * A `const fn` has no span, and a function that returns a stream under another name, an alias or a type of its own, has
//!   to say `stream`: its span ends with the function otherwise. Where the type is of another crate and cannot implement
//!   [`HoldsStream`], such as axum's `Sse`, let a function of its own make the stream that it holds.
//! * A returned future or stream has the bounds that futures and streams have (`Send`, `Unpin`, `Debug`, `FusedStream`, a
//!   lifetime, …), and no other one: neither `impl Future + Clone` nor `impl Stream + Sink`.
//! * Inside a `#[track_caller]` function the caller's location is not seen: the body runs in a closure, and closures
//!   cannot be `#[track_caller]` yet. The function itself keeps the attribute.
//! * A function that returns `impl Fn…` has to write the types of its closure's parameters, since the bounds are not seen in
//!   the body. Where the closure's result borrows from them, let a function of its own make the closure.
//! * A parameter that is a pattern and leaves a part of the value behind, such as `Parts { headers, .. }` or `ref name`,
//!   drops that part after all other parameters. So does a parameter that only a verdict names (`error_if`, `ok_if`).
//! * No lint is added, but some do not see the function whole any more: rustc's `unconditional_recursion` and
//!   `unused_assignments` of a parameter, and clippy's `boxed_local`, `manual_async_fn`, `needless_lifetimes`,
//!   `needless_pass_by_ref_mut`, `needless_pass_by_value`, `needless_return`, `unnecessary_wraps` and `unused_async`.
//!
//! [OpenTelemetry]: https://opentelemetry.io
//! [GenAI semantic conventions]: https://github.com/open-telemetry/semantic-conventions-genai
//! [W3C Trace Context Level 2]: https://www.w3.org/TR/trace-context-2/

mod adapters;
mod budget;
mod chunk;
#[cfg(feature = "setup")]
pub mod console;
mod content;
mod context;
mod current;
mod describe;
mod error_type;
mod events;
mod exception;
mod failure;
mod form;
mod in_context;
mod kind;
mod known;
#[cfg(feature = "setup")]
mod lines;
mod llm_response;
#[cfg(feature = "logs")]
pub mod logs;
mod mcp;
mod mcp_session;
mod metrics;
mod model_spans;
mod named;
mod operation;
mod outcome;
mod output;
mod propagation;
mod provider;
mod providers;
mod records;
mod request;
mod response;
mod retry;
mod returned;
mod rollup;
mod run;
mod scope;
pub mod semconv;
#[cfg(feature = "setup")]
mod setup;
mod span;
mod start;
mod stream;
mod surroundings;
mod switches;
mod tell;
#[cfg(feature = "testing")]
pub mod testing;
mod told;
mod url;
mod usage;
mod value;
mod verdict;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[doc = include_str!("../doc/a2a_call.md")]
pub use agent_otel_macros::a2a_call;
#[doc = include_str!("../doc/agent.md")]
pub use agent_otel_macros::agent;
#[doc = include_str!("../doc/embeddings.md")]
pub use agent_otel_macros::embeddings;
#[doc = include_str!("../doc/llm_call.md")]
pub use agent_otel_macros::llm_call;
#[doc = include_str!("../doc/mcp_call.md")]
pub use agent_otel_macros::mcp_call;
#[doc = include_str!("../doc/memory.md")]
pub use agent_otel_macros::memory;
#[doc = include_str!("../doc/plan.md")]
pub use agent_otel_macros::plan;
#[doc = include_str!("../doc/retrieval.md")]
pub use agent_otel_macros::retrieval;
#[doc = include_str!("../doc/tool.md")]
pub use agent_otel_macros::tool;
#[doc = include_str!("../doc/tools.md")]
pub use agent_otel_macros::tools;
#[doc = include_str!("../doc/workflow.md")]
pub use agent_otel_macros::workflow;

/// Derives the trait of the same name, whose page has the marks and examples.
pub use agent_otel_macros::{ErrorType, LlmChunk, LlmRequest, LlmResponse};
pub use chunk::LlmChunk;
pub use content::{Capture, ContentPolicy, Pattern, Redactor, Upload, UploadedContent};
pub use current::{Current, current, current_trace_id};
pub use error_type::ErrorType;
pub use events::Evaluation;
pub use form::{HoldsStream, Tracer as StreamTracer};
pub use in_context::{InContext, in_context, stream};
pub use llm_response::LlmResponse;
pub use mcp::{McpFault, McpReply};
pub use mcp_session::McpSession;
pub use model_spans::ModelSpans;
pub use propagation::{Extract, Inject, extract, inject};
pub use providers::Providers;
pub use records::Records;
pub use request::{LlmRequest, Request};
pub use response::Response;
pub use retry::retry;
pub use scope::{Entered, Scope, conversation};
#[cfg(feature = "setup")]
pub use setup::{
    Builder, Delivery, Fault, Sampler, SetupError, ShutdownReport, Telemetry, init, try_init,
};
pub use usage::Usage;
pub use value::ToAttribute;
pub use verdict::Verdict;
