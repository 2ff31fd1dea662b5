//! Each operation with every argument that it has, and once more in failure.

use std::collections::BTreeSet;
use std::time::Duration;

use agent_otel::testing::{Spans, capture};
use agent_otel::{
    Usage, agent, current, embeddings, llm_call, mcp_call, memory, plan, retrieval, tool, workflow,
};
use serde_json::Value;

use super::{NoConnection, Outcome, attribute, captured};

#[llm_call(
    provider = "openai",
    model = "gpt-4o",
    temperature = 0.5,
    top_p = 0.9,
    top_k = 40,
    max_tokens = 100,
    seed = 7,
    stop_sequences = "end",
    frequency_penalty = 0.1,
    presence_penalty = 0.1,
    choice_count = 2,
    output_type = json,
    reasoning_level = "low",
    stream = true,
    previous_response_id = "resp_1",
    compacted = true,
    prompt("greeting", "3"),
    prompt_variables("name" = "Ada"),
    url = "https://api.openai.com",
    input = "?",
    system = "Answer",
    tools = ["weather"],
    output,
    conversation_id = "c-1",
    usage = manual
)]
fn inference(fails: bool) -> Outcome<String> {
    let usage = Usage::new(9, 2)
        .cache_read_input_tokens(1)
        .cache_write_input_tokens(1)
        .reasoning_output_tokens(1);
    current()
        .usage(usage)
        .response_id("chatcmpl-1")
        .response_model("gpt-4o-2024-11-20")
        .finish_reasons(["stop", "length"])
        .time_to_first_chunk(Duration::from_millis(250));
    outcome(fails)
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
    tools = ["weather"],
    output,
    url = "https://api.openai.com"
)]
fn fetch(fails: bool) -> Outcome<String> {
    current()
        .response_status("completed")
        .response_model("gpt-4o-2024-11-20")
        .finish_reasons("stop");
    outcome(fails)
}

#[memory(
    operation = "search_memory",
    provider = "mem0",
    store = "preferences",
    record_id = "mem_1",
    record_count = 1,
    query = "tea",
    records,
    url = "https://mem0.example"
)]
fn memories(fails: bool) -> Outcome<String> {
    outcome(fails)
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

#[agent(
    provider = "openai",
    name = "support",
    description = "Helps",
    version = "1",
    id = "asst_1",
    model = "gpt-4o",
    url = "https://api.openai.com",
    data_source = "manuals",
    temperature = 0.5,
    top_p = 0.9,
    max_tokens = 100,
    seed = 7,
    stop_sequences = "end",
    frequency_penalty = 0.1,
    presence_penalty = 0.1,
    choice_count = 2,
    output_type = json,
    previous_response_id = "resp_1",
    input = "?",
    system = "Answer",
    tools = ["weather"],
    output,
    conversation_id = "c-1"
)]
fn remote(fails: bool) -> Outcome<String> {
    let usage = Usage::new(9, 2)
        .cache_read_input_tokens(1)
        .cache_write_input_tokens(1);
    current().usage(usage).finish_reasons("stop");
    outcome(fails)
}

#[agent(
    name = "support",
    description = "Helps",
    model = "gpt-4o",
    data_source = "manuals",
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
    tools = ["weather"],
    output,
    conversation_id = "c-1"
)]
fn here(fails: bool) -> Outcome<String> {
    current().finish_reasons("stop");
    let _ = inference(fails);
    let _ = planned(fails);
    let _ = executed(fails);
    outcome(fails)
}

#[workflow(name = "newsroom", input = "?", output, conversation_id = "c-1")]
fn led(fails: bool) -> Outcome<String> {
    outcome(fails)
}

#[plan]
fn planned(fails: bool) -> Outcome<String> {
    outcome(fails)
}

/// Executes.
#[tool(kind = function, call_id = "call_1", arguments, result)]
fn executed(fails: bool) -> Outcome<String> {
    outcome(fails)
}

#[mcp_call(
    method = method,
    tool = "weather",
    prompt = "greeting",
    resource = "file:///a",
    request_id = 7,
    arguments,
    prompt_variables("name" = "Ada"),
    result,
    mcp_session = "mcp-1",
    protocol_version = "2025-11-25",
    jsonrpc_version = "1.0",
    transport = tcp,
    network_protocol = "http",
    network_protocol_version = "2",
    url = "http://tools.example:8080",
    inject = client
)]
fn sent(method: &str, fails: bool) -> Outcome<String> {
    if fails {
        current().rpc_status_code(-32000);
    }
    let _ = method;
    outcome(fails)
}

#[mcp_call(
    serve,
    method = method,
    tool = "weather",
    prompt = "greeting",
    resource = "file:///a",
    request_id = 7,
    arguments,
    prompt_variables("name" = "Ada"),
    result,
    mcp_session = "mcp-1",
    protocol_version = "2025-11-25",
    jsonrpc_version = "1.0",
    transport = tcp,
    network_protocol = "http",
    network_protocol_version = "2",
    client_address = "10.0.0.7",
    client_port = 40_000
)]
fn served(method: &str, fails: bool) -> Outcome<String> {
    if fails {
        current().rpc_status_code(-32000);
    }
    let _ = method;
    outcome(fails)
}

fn outcome(fails: bool) -> Outcome<String> {
    if fails {
        Err(NoConnection)
    } else {
        Ok("done".to_owned())
    }
}

/// The span type of the conventions that a span is of, which is not exported.
fn span_type<'a>(table: &'a Value, spans: &Spans, index: usize) -> &'a str {
    let kind = format!("{:?}", spans[index].span_kind).to_lowercase();
    let operation = attribute(spans, index, "gen_ai.operation.name").unwrap_or_default();
    let is_mcp = attribute(spans, index, "mcp.method.name").is_some();
    let types = table["spans"].as_object().unwrap();
    let fits = |name: &str, table: &Value| {
        let operations = table["operations"].as_array();
        let mut operations = operations.into_iter().flatten();
        let is_kind = table["kind"] == kind.as_str();
        is_kind
            && if is_mcp {
                name.starts_with("mcp.")
            } else {
                operations.any(|known| *known == operation.as_str())
            }
    };
    let mut types = types.iter().filter(|(name, table)| fits(name, table));
    types.next().expect("a type of the conventions").0
}

/// The attributes of all spans of this type, those of a template under its one name.
fn told(table: &Value, spans: &Spans, name: &str) -> BTreeSet<String> {
    let is_ours = |key: &&str| !key.starts_with("agent_otel.") && !key.starts_with("openai.");
    (0..spans.len())
        .filter(|index| span_type(table, spans, *index) == name)
        .flat_map(|index| &spans[index].attributes)
        .map(|attribute| attribute.key.as_str())
        .filter(is_ours)
        .map(|key| match key.strip_prefix("gen_ai.prompt.variable.") {
            Some(_) => "gen_ai.prompt.variable".to_owned(),
            None => key.to_owned(),
        })
        .collect()
}

/// No attribute of any span type is out of reach, and none that is told belongs elsewhere.
#[test]
fn all_attributes_of_the_conventions_can_be_told() {
    captured(|| {
        let table: Value =
            serde_json::from_str(include_str!("../../data/conventions.json")).unwrap();
        let spans = capture(|| {
            for fails in [false, true] {
                assert_eq!(vectors(fails).is_err(), fails);
                let calls = [documents, fetch, memories, created, remote, here, led];
                assert!(calls.iter().all(|call| call(fails).is_err() == fails));
                let requests = [sent, served];
                assert!(
                    requests
                        .iter()
                        .all(|request| request("tools/call", fails).is_err() == fails)
                );
            }
        });
        for (name, of_type) in table["spans"].as_object().unwrap() {
            let expected: BTreeSet<String> = of_type["attributes"]
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect();
            let told = told(&table, &spans, name);
            // The modalities of tokens are told by responses, and have tests with them.
            let is_modality = |key: &&String| {
                key.starts_with("gen_ai.usage.")
                    && ["text", "image", "audio"]
                        .iter()
                        .any(|modality| key.contains(modality))
            };
            let missing: Vec<_> = expected
                .difference(&told)
                .filter(|key| !is_modality(key))
                .collect();
            // A conversation shows on every span below it.
            let foreign: Vec<_> = told
                .difference(&expected)
                .filter(|key| *key != "gen_ai.conversation.id")
                .collect();
            assert!(missing.is_empty(), "{name} cannot tell {missing:?}");
            assert!(foreign.is_empty(), "{name} tells {foreign:?}");
        }
    });
}
