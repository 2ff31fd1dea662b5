//! One story an attribute: a function is annotated and called, and this is what is exported.

use agent_otel::testing::{capture, capture_async};
use agent_otel::{Usage, a2a_call, agent, llm_call, tool};
use expect_test::expect;
use http::HeaderMap;
use serde_json::{Value, json};

#[derive(Debug, thiserror::Error)]
#[error("no order {0}")]
struct OrderNotFound(u64);

/// Looks an order up
/// by its number.
///
/// The second paragraph is for people who read the code.
#[tool(arguments(order_id), kind = datastore, call_id = call_id)]
async fn order_status(order_id: u64, call_id: Option<&str>) -> Result<String, OrderNotFound> {
    tokio::task::yield_now().await;
    let _ = call_id;
    if order_id == 9999 {
        Err(OrderNotFound(order_id))
    } else {
        Ok("shipped".to_owned())
    }
}

#[tokio::test]
async fn a_tool_that_succeeds() {
    let spans = capture_async(order_status(1042, Some("call_1"))).await;
    expect![[r#"

        execute_tool order_status [internal]
            gen_ai.operation.name: "execute_tool"
            gen_ai.tool.call.id: "call_1"
            gen_ai.tool.description: "Looks an order up by its number."
            gen_ai.tool.name: "order_status"
            gen_ai.tool.type: "datastore"
    "#]]
    .assert_eq(&spans.to_string());
}

#[tokio::test]
async fn a_tool_that_fails() {
    let spans = capture_async(order_status(9999, None)).await;
    expect![[r#"

        execute_tool order_status [internal]
            error.type: "attributes::OrderNotFound"
            gen_ai.operation.name: "execute_tool"
            gen_ai.tool.description: "Looks an order up by its number."
            gen_ai.tool.name: "order_status"
            gen_ai.tool.type: "datastore"
            event exception
                exception.message: "no order 9999"
                exception.type: "attributes::OrderNotFound"
            status: error "no order 9999"
    "#]]
    .assert_eq(&spans.to_string());
}

struct Ask {
    model: String,
    temperature: f32,
    max_tokens: Option<u32>,
}

#[llm_call(
    provider = "openai",
    model = ask.model,
    temperature = ask.temperature,
    max_tokens = ask.max_tokens,
    seed = 7,
    stop_sequences = ["END"],
    choice_count = 1,
    reasoning_level = None::<&str>,
    output_type = json,
    url = "https://api.openai.com/v1",
    prompt("support", "3"),
    conversation_id = 12,
    attributes("app.tier" = "gold", app.retry = false)
)]
async fn complete(ask: &Ask) -> Result<Value, OrderNotFound> {
    Ok(json!({
        "id": "chatcmpl-1", "model": "gpt-4o-mini-2024-07-18",
        "choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 412, "completion_tokens": 38,
            "prompt_tokens_details": {"cached_tokens": 256},
            "completion_tokens_details": {"reasoning_tokens": 12}}
    }))
}

#[tokio::test]
async fn a_model_call() {
    let ask = Ask {
        model: "gpt-4o-mini".to_owned(),
        temperature: 0.2,
        max_tokens: None,
    };
    let spans = capture_async(complete(&ask)).await;
    expect![[r#"

        chat gpt-4o-mini [client]
            app.retry: false
            app.tier: "gold"
            gen_ai.conversation.id: "12"
            gen_ai.operation.name: "chat"
            gen_ai.output.type: "json"
            gen_ai.prompt.name: "support"
            gen_ai.prompt.version: "3"
            gen_ai.provider.name: "openai"
            gen_ai.request.model: "gpt-4o-mini"
            gen_ai.request.seed: 7
            gen_ai.request.stop_sequences: ["END"]
            gen_ai.request.temperature: 0.2
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.id: "chatcmpl-1"
            gen_ai.response.model: "gpt-4o-mini-2024-07-18"
            gen_ai.usage.cache_read.input_tokens: 256
            gen_ai.usage.input_tokens: 412
            gen_ai.usage.output_tokens: 38
            gen_ai.usage.reasoning.output_tokens: 12
            server.address: "api.openai.com"
            server.port: 443
    "#]]
    .assert_eq(&spans.to_string());
}

#[llm_call(provider = "openai", request = request)]
async fn complete_json(request: Value) -> Result<Value, OrderNotFound> {
    Err(OrderNotFound(
        request["max_completion_tokens"]
            .as_u64()
            .unwrap_or_default(),
    ))
}

#[tokio::test]
async fn a_model_call_described_by_its_request_fails() {
    let request = json!({
        "model": "gpt-4o-mini", "temperature": 0.5, "max_completion_tokens": 100, "n": 2,
        "stop": "END", "response_format": {"type": "json_schema"},
        "messages": [{"role": "user", "content": "a secret"}]
    });
    let spans = capture_async(complete_json(request)).await;
    expect![[r#"

        chat gpt-4o-mini [client]
            error.type: "attributes::OrderNotFound"
            gen_ai.operation.name: "chat"
            gen_ai.output.type: "json"
            gen_ai.provider.name: "openai"
            gen_ai.request.choice.count: 2
            gen_ai.request.max_tokens: 100
            gen_ai.request.model: "gpt-4o-mini"
            gen_ai.request.stop_sequences: ["END"]
            gen_ai.request.temperature: 0.5
            gen_ai.response.finish_reasons: ["error"]
            openai.api.type: "chat_completions"
            event exception
                exception.message: "no order 100"
                exception.type: "attributes::OrderNotFound"
            status: error "no order 100"
    "#]]
    .assert_eq(&spans.to_string());
}

#[llm_call(provider = "local", model = "tiny", usage = manual)]
fn complete_by_hand(prompt: &str) -> String {
    agent_otel::current()
        .usage(Usage::new(3, 1))
        .response_model("tiny-q4")
        .response_id("r-1");
    prompt.to_uppercase()
}

#[test]
fn a_model_call_reports_its_usage_by_hand() {
    let spans = capture(|| complete_by_hand("hello"));
    expect![[r#"

        chat tiny [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "local"
            gen_ai.request.model: "tiny"
            gen_ai.response.id: "r-1"
            gen_ai.response.model: "tiny-q4"
            gen_ai.usage.input_tokens: 3
            gen_ai.usage.output_tokens: 1
    "#]]
    .assert_eq(&spans.to_string());
}

/// Answers a customer's question.
#[agent(name = "orchestrator", model = "gpt-4o-mini", extract = headers)]
async fn answer(headers: &HeaderMap, order_id: u64) -> Result<String, OrderNotFound> {
    let ask = Ask {
        model: "gpt-4o-mini".to_owned(),
        temperature: 0.0,
        max_tokens: Some(20),
    };
    complete(&ask).await?;
    order_status(order_id, None).await
}

#[a2a_call(
    agent = to,
    url = "http://orders.internal:8080/a2a",
    inject = headers,
    id = "agent-1",
    version = "1.2",
    description = "Knows all orders",
    context_id = "ctx-1",
    task_id = "task-1"
)]
async fn ask(headers: &mut HeaderMap, to: &str, order_id: u64) -> Result<String, OrderNotFound> {
    answer(headers, order_id).await
}

#[tokio::test]
async fn a_remote_agent_continues_the_trace_of_its_caller() {
    let spans =
        capture_async(async { ask(&mut HeaderMap::new(), "orchestrator", 1042).await }).await;
    expect![[r#"

        invoke_agent orchestrator [client]
            a2a.task.id: "task-1"
            gen_ai.agent.description: "Knows all orders"
            gen_ai.agent.id: "agent-1"
            gen_ai.agent.name: "orchestrator"
            gen_ai.agent.version: "1.2"
            gen_ai.conversation.id: "ctx-1"
            gen_ai.operation.name: "invoke_agent"
            gen_ai.provider.name: "a2a"
            server.address: "orders.internal"
            server.port: 8080
            invoke_agent orchestrator [internal, remote parent]
                agent_otel.agent.inference_calls: 1
                agent_otel.agent.tool_calls: 1
                gen_ai.agent.description: "Answers a customer's question."
                gen_ai.agent.name: "orchestrator"
                gen_ai.operation.name: "invoke_agent"
                gen_ai.request.model: "gpt-4o-mini"
                gen_ai.usage.input_tokens: 412
                gen_ai.usage.output_tokens: 38
                chat gpt-4o-mini [client]
                    app.retry: false
                    app.tier: "gold"
                    gen_ai.conversation.id: "12"
                    gen_ai.operation.name: "chat"
                    gen_ai.output.type: "json"
                    gen_ai.prompt.name: "support"
                    gen_ai.prompt.version: "3"
                    gen_ai.provider.name: "openai"
                    gen_ai.request.max_tokens: 20
                    gen_ai.request.model: "gpt-4o-mini"
                    gen_ai.request.seed: 7
                    gen_ai.request.stop_sequences: ["END"]
                    gen_ai.request.temperature: 0
                    gen_ai.response.finish_reasons: ["stop"]
                    gen_ai.response.id: "chatcmpl-1"
                    gen_ai.response.model: "gpt-4o-mini-2024-07-18"
                    gen_ai.usage.cache_read.input_tokens: 256
                    gen_ai.usage.input_tokens: 412
                    gen_ai.usage.output_tokens: 38
                    gen_ai.usage.reasoning.output_tokens: 12
                    server.address: "api.openai.com"
                    server.port: 443
                execute_tool order_status [internal]
                    gen_ai.agent.name: "orchestrator"
                    gen_ai.operation.name: "execute_tool"
                    gen_ai.tool.description: "Looks an order up by its number."
                    gen_ai.tool.name: "order_status"
                    gen_ai.tool.type: "datastore"
    "#]]
    .assert_eq(&spans.to_string());
}

#[agent(link = headers)]
async fn public_entry(headers: &HeaderMap) -> usize {
    headers.len()
}

#[a2a_call(agent = "public_entry", inject = headers)]
async fn ask_public(mut headers: HeaderMap) -> usize {
    public_entry(&headers).await
}

#[tokio::test]
async fn an_untrusted_caller_is_linked_and_not_continued() {
    let spans = capture_async(ask_public(HeaderMap::new())).await;
    expect![[r#"

        invoke_agent public_entry [client]
            gen_ai.agent.name: "public_entry"
            gen_ai.operation.name: "invoke_agent"
            gen_ai.provider.name: "a2a"
        invoke_agent public_entry [internal]
            gen_ai.agent.name: "public_entry"
            gen_ai.operation.name: "invoke_agent"
            link to invoke_agent public_entry
    "#]]
    .assert_eq(&spans.to_string());
    let [callee, caller] = &*spans else {
        panic!("two spans")
    };
    assert_ne!(
        callee.span_context.trace_id(),
        caller.span_context.trace_id()
    );
}

/**
 * Looks a parcel up
 * by its number.
 *
 * Slow.
 */
#[tool]
fn parcel_status() {}

/// Looks a letter up.
///   
/// Slow.
#[tool]
fn letter_status() {}

/** * is all that there is. */
#[tool]
fn star_status() {}

#[test]
fn a_description_is_the_first_paragraph_of_any_comment() {
    let spans = capture(|| {
        parcel_status();
        letter_status();
        star_status();
    });
    let described = |text: &str| {
        let line = format!("gen_ai.tool.description: \"{text}\"\n");
        assert!(spans.to_string().contains(&line), "{text}: {spans}");
    };
    described("Looks a parcel up by its number.");
    described("Looks a letter up.");
    described("* is all that there is.");
}

macro_rules! counted {
    ($count:expr) => {
        #[tool(attributes("app.count" = $count))]
        fn counts() {}
    };
}

counted!(3_u8 as i64 + 4);

#[test]
fn an_expression_that_a_macro_passes_on_is_taken_whole() {
    let spans = capture(counts);
    assert!(spans.to_string().contains("app.count: 7\n"), "{spans}");
}
