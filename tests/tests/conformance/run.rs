//! Every operation of the conventions, once in success and once in failure, with all that can be told of it.

use agent_otel::{
    Evaluation, McpSession, Usage, a2a_call, agent, conversation, current, embeddings, llm_call,
    mcp_call, memory, plan, retrieval, tool, workflow,
};
use futures::executor::block_on;
use futures::stream::{self, BoxStream, StreamExt};
use serde_json::{Value, json};

#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("no connection")]
    NoConnection,
}

type Outcome<T> = Result<T, Failed>;

fn outcome(fails: bool) -> Outcome<String> {
    if fails {
        Err(Failed::NoConnection)
    } else {
        Ok("done".to_owned())
    }
}

/// Counts of everything that a model can be asked with, and can answer.
fn usage() -> Usage {
    Usage::new(90, 60)
        .cache_read_input_tokens(12)
        .cache_write_input_tokens(1)
        .reasoning_output_tokens(7)
        .text_input_tokens(50)
        .text_output_tokens(30)
        .text_cache_read_input_tokens(5)
        .image_input_tokens(20)
        .image_output_tokens(15)
        .image_cache_read_input_tokens(4)
        .audio_input_tokens(15)
        .audio_output_tokens(10)
        .audio_cache_read_input_tokens(2)
}

/// Chunks as OpenAI sends them, and where the call fails an error in the place of the last.
fn chunks(fails: bool) -> BoxStream<'static, Outcome<Value>> {
    let chunk = |index, content| {
        json!({
            "id": "chatcmpl-1", "model": "gpt-4o-2024-11-20", "service_tier": "flex", "system_fingerprint": "fp_1",
            "choices": [{"index": index, "delta": {"role": "assistant", "content": content}, "finish_reason": "stop"}],
        })
    };
    let last = outcome(fails).map(|_| chunk(1, "Good day"));
    stream::iter([Ok(chunk(0, "Hello")), last]).boxed()
}

/// With the arguments that calls of models and runs of agents have in common.
macro_rules! generation {
    ($attribute:ident($($words:tt)*) $($function:tt)*) => {
        #[$attribute(
            model = "gpt-4o",
            temperature = 0.5,
            top_p = 0.9,
            max_tokens = 100,
            seed = 7,
            stop_sequences = "end",
            frequency_penalty = 0.1,
            presence_penalty = 0.1,
            choice_count = 2,
            output_type = json,
            input = "?",
            system = "Answer",
            tools = [json!({"type": "function", "name": "weather"})],
            $($words)*
        )]
        $($function)*
    };
}

/// A model call with every argument that it has, and those of its provider.
macro_rules! inference {
    ($name:ident: $operation:tt, $provider:tt, $($words:tt)*) => { generation! {
        llm_call(
            operation = $operation,
            provider = $provider,
            top_k = 40,
            reasoning_level = "low",
            previous_response_id = "resp_1",
            compacted = true,
            prompt("greeting", "3"),
            prompt_variables("name" = "Ada"),
            url = "https://api.example.com",
            $($words)*
        )
        fn $name(fails: bool) -> BoxStream<'static, Outcome<Value>> {
            let judged = Evaluation::new("relevance").explanation("names the order").response_id("chatcmpl-1");
            let judged = if fails {
                judged.error_type("timeout")
            } else {
                judged.score(0.9).label("pass")
            };
            current().usage(usage()).evaluate(judged);
            chunks(fails)
        }
    }};
}

inference!(chat: "chat", "openai", service_tier = "flex", api_type = chat_completions);
inference!(text_completion: "text_completion", "anthropic",);
inference!(generate_content: "generate_content", "aws.bedrock", guardrail_id = "g-1", knowledge_base_id = "k-1");
inference!(chat_by_azure: "chat", "azure.ai.inference",
    attributes("azure.resource_provider.namespace" = "Microsoft.CognitiveServices"));

fn read(mut stream: BoxStream<'static, Outcome<Value>>) -> Outcome<()> {
    block_on(async {
        while let Some(chunk) = stream.next().await {
            chunk?;
        }
        Ok(())
    })
}

#[embeddings(
    provider = "openai",
    model = "text-embedding-3-small",
    dimensions = 2,
    encoding_formats = ["float"],
    url = "https://api.openai.com"
)]
fn vectors(fails: bool) -> Outcome<Usage> {
    current().response_model("text-embedding-3-small");
    outcome(fails).map(|_| Usage::new(7, 0))
}

#[retrieval(
    data_source = "manuals",
    provider = "openai",
    model = "text-embedding-3-small",
    top_k = 3,
    query = "kettle",
    documents,
    url = "https://api.openai.com"
)]
fn documents(fails: bool) -> Outcome<String> {
    outcome(fails)
}

#[llm_call(
    provider = "openai",
    operation = "fetch_response",
    response_id = "resp_1",
    stream_cursor = 42,
    api_type = responses,
    system = "Answer",
    tools = [json!({"type": "function", "name": "weather"})],
    output,
    url = "https://api.openai.com"
)]
fn fetch(fails: bool) -> Outcome<String> {
    current()
        .response_status("completed")
        .response_model("gpt-4o-2024-11-20")
        .service_tier("flex")
        .finish_reasons("stop");
    outcome(fails)
}

macro_rules! memories {
    ($($name:ident($operation:tt, $($words:tt)*);)*) => {
        $(#[memory(
            operation = $operation,
            provider = "mem0",
            store = "preferences",
            url = "https://mem0.example",
            $($words)*
        )]
        fn $name(fails: bool) -> Outcome<String> {
            outcome(fails)
        })*

        const MEMORIES: &[fn(bool) -> Outcome<String>] = &[$($name),*];
    };
}

memories! {
    search("search_memory", record_count = 1, query = "tea", records);
    create("create_memory", record_id = "mem_1", record_count = 1, records = ["likes tea"]);
    update("update_memory", record_id = "mem_1", record_count = 1, records = ["likes tea"]);
    upsert("upsert_memory", record_id = "mem_1", record_count = 1, records = ["likes tea"]);
    delete("delete_memory", record_id = "mem_1", record_count = 1);
    create_store("create_memory_store",);
    delete_store("delete_memory_store",);
}

#[agent(
    operation = "create_agent",
    provider = "openai",
    name = "support",
    description = "Helps",
    version = "1",
    id = "asst_1",
    model = "gpt-4o",
    url = "https://api.openai.com",
    system = "Answer"
)]
fn created(fails: bool) -> Outcome<String> {
    outcome(fails)
}

/// The run of an agent with every argument that it has, and those of one that is elsewhere.
macro_rules! run_of_an_agent {
    ($name:ident($fails:ident) $body:block $($words:tt)*) => { generation! {
        agent(
            name = "support",
            description = "Helps",
            data_source = "manuals",
            output,
            $($words)*
        )
        fn $name($fails: bool) -> Outcome<String> {
            current().finish_reasons("stop");
            $body
            outcome($fails)
        }
    }};
}

run_of_an_agent!(elsewhere(fails) {
    let mut usage = usage();
    // Nobody sees a remote agent think.
    usage.reasoning_output_tokens = None;
    current().usage(usage);
}   provider = "openai", version = "1", id = "asst_1", url = "https://api.openai.com", previous_response_id = "resp_1");

run_of_an_agent!(here(fails) {
    for call in [chat, text_completion, generate_content, chat_by_azure] {
        assert_eq!(read(call(fails)).is_err(), fails);
    }
    for call in [planned, executed, load_skill, load_skill_resource, run_script, run_command] {
        assert_eq!(call(fails).is_err(), fails);
    }
});

#[a2a_call(
    agent = "orders",
    description = "Knows orders",
    id = "orders-1",
    version = "1",
    inject = client,
    url = "https://orders.example",
    method = "SendMessage",
    message_id = "m-1",
    reference_task_ids = ["t-1"],
    tenant = "eu",
    protocol_version = "1.0",
    context_id = "ctx-1"
)]
fn asked(fails: bool) -> Outcome<String> {
    current().task_id("t-2").task_state("TASK_STATE_COMPLETED");
    outcome(fails)
}

#[workflow(name = "newsroom", input = "?", output)]
fn led(fails: bool) -> Outcome<String> {
    outcome(fails)
}

#[plan]
fn planned(fails: bool) -> Outcome<String> {
    outcome(fails)
}

/// A tool with every argument that all tools have.
macro_rules! tools {
    ($($name:ident($($words:tt)*);)*) => {$(
        /// Executes.
        #[tool(kind = function, call_id = "call_1", arguments, result, $($words)*)]
        fn $name(fails: bool) -> Outcome<String> {
            if stringify!($name).starts_with("run_") {
                current().exit_code(i32::from(fails));
            }
            outcome(fails)
        }
    )*};
}

tools! {
    executed();
    load_skill(skill = "review", skill_description = "Reviews", skill_source = "https://skills.example/review");
    load_skill_resource(skill = "review", skill_description = "Reviews", skill_source = "https://skills.example/review",
        skill_resource = "references/policy.md");
    run_script(name = "shell", skill = "review", skill_description = "Reviews",
        skill_source = "https://skills.example/review", skill_resource = "check.py");
    run_command(name = "shell", executable = "ls", executable_path = "/bin/ls");
}

/// Requests and notifications of MCP with every argument that all of them have.
macro_rules! mcp {
    ($($name:ident($($words:tt)*);)*) => {$(
        #[mcp_call(
            method = method,
            resource = RESOURCES.contains(&method).then_some("file:///a"),
            request_id = (!method.starts_with("notifications/")).then_some(7),
            mcp_session = "mcp-1",
            protocol_version = "2025-11-25",
            jsonrpc_version = "1.0",
            transport = tcp,
            network_protocol = "HTTP",
            network_protocol_version = "2",
            $($words)*
        )]
        fn $name(method: &str, fails: bool) -> Outcome<String> {
            if fails {
                current().rpc_status_code(-32000);
            }
            outcome(fails)
        }
    )*};
}

mcp! {
    call_a_tool(inject = client, url = "http://mcp.example:8080", tool = "weather", arguments, result);
    get_a_prompt(inject = client, url = "http://mcp.example:8080", prompt = "greeting", arguments);
    send(inject = client, url = "http://mcp.example:8080");
    serve_a_tool(serve, client_address = "10.0.0.7", client_port = 40_000, tool = "weather", arguments, result);
    serve_a_prompt(serve, client_address = "10.0.0.7", client_port = 40_000, prompt = "greeting", arguments);
    serve(serve, client_address = "10.0.0.7", client_port = 40_000);
}

/// The requests that are about a resource.
pub const RESOURCES: &[&str] = &[
    "resources/read",
    "resources/subscribe",
    "resources/unsubscribe",
    "notifications/resources/updated",
];

fn session(session: McpSession, fails: bool) {
    let mut session = session
        .transport("tcp")
        .network_protocol("HTTP", "2")
        .protocol_version("2025-11-25")
        .jsonrpc_version("1.0")
        .url("http://mcp.example:8080");
    if fails {
        session.failed("timeout");
    }
}

/// Runs all of it, with each of these methods of MCP on both sides.
pub fn everything(methods: &[&str]) {
    for fails in [false, true] {
        conversation("c-1").run(|| all(methods, fails));
    }
}

fn all(methods: &[&str], fails: bool) {
    assert_eq!(vectors(fails).is_err(), fails);
    let others = [documents, fetch, created, elsewhere, here, asked, led];
    for call in others.iter().chain(MEMORIES) {
        assert_eq!(call(fails).is_err(), fails);
    }
    for method in methods {
        let [client, server] = match *method {
            "tools/call" => [call_a_tool, serve_a_tool],
            "prompts/get" => [get_a_prompt, serve_a_prompt],
            _ => [send, serve],
        };
        assert_eq!(client(method, fails).is_err(), fails);
        assert_eq!(server(method, fails).is_err(), fails);
    }
    session(McpSession::client(), fails);
    session(McpSession::server(), fails);
}
