//! Agents, here and elsewhere.

use agent_otel::testing::capture;
use agent_otel::{Usage, a2a_call, agent, current};
use expect_test::expect;

use super::{NoConnection, Outcome};

#[agent(
    data_source = "manuals",
    temperature = 0.5,
    max_tokens = 100,
    choice_count = 2,
    output_type = shape,
    stop_sequences = ["end"]
)]
fn assistant(shape: &str) {
    current().finish_reasons("stop");
    let _ = shape;
}

/// Not the agent's own words.
#[agent(
    provider = "aws.bedrock",
    name = "claims",
    id = "arn:aws:bedrock:agent/claims",
    version = 3,
    url = "https://bedrock.example",
    previous_response_id = "resp_1",
    conversation_id = "c-1"
)]
fn ask_claims(question: &str) -> Outcome<Usage> {
    if question.is_empty() {
        Err(NoConnection)
    } else {
        Ok(Usage::new(9, 2))
    }
}

#[agent(provider = "openai")]
fn ask_nobody_in_particular() -> Outcome<String> {
    Err(NoConnection)
}

#[agent(operation = "create_agent", provider = "openai", name = name, model = "gpt-4o", version = "1")]
fn create(name: &str) -> Outcome<String> {
    if name.is_empty() {
        return Err(NoConnection);
    }
    current().agent_id("asst_1").agent_version("2");
    Ok("asst_1".to_owned())
}

#[a2a_call(
    agent = "orders",
    inject = client,
    method = "SendMessage",
    message_id = "m-1",
    reference_task_ids = tasks,
    tenant = "eu",
    protocol_version = "1.0",
    context_id = "ctx-1"
)]
fn ask_orders(tasks: &[&str]) -> Outcome<()> {
    current().task_id("t-2").task_state("TASK_STATE_FAILED");
    if tasks.is_empty() {
        Err(NoConnection)
    } else {
        Ok(())
    }
}

#[test]
fn agents_are_here_or_elsewhere() {
    let spans = capture(|| {
        assistant("json");
        assert!(ask_claims("?").is_ok() && ask_claims("").is_err());
        assert!(ask_nobody_in_particular().is_err());
        assert!(create("support").is_ok() && create("").is_err());
        assert!(ask_orders(&["t-1"]).is_ok() && ask_orders(&[]).is_err());
    });
    expect![[r#"

        invoke_agent assistant [internal]
            gen_ai.agent.name: "assistant"
            gen_ai.data_source.id: "manuals"
            gen_ai.operation.name: "invoke_agent"
            gen_ai.output.type: "json"
            gen_ai.request.choice.count: 2
            gen_ai.request.max_tokens: 100
            gen_ai.request.stop_sequences: ["end"]
            gen_ai.request.temperature: 0.5
            gen_ai.response.finish_reasons: ["stop"]
        invoke_agent claims [client]
            gen_ai.agent.id: "arn:aws:bedrock:agent/claims"
            gen_ai.agent.name: "claims"
            gen_ai.agent.version: "3"
            gen_ai.conversation.id: "c-1"
            gen_ai.operation.name: "invoke_agent"
            gen_ai.provider.name: "aws.bedrock"
            gen_ai.request.previous_response.id: "resp_1"
            gen_ai.usage.input_tokens: 9
            gen_ai.usage.output_tokens: 2
            server.address: "bedrock.example"
            server.port: 443
        invoke_agent claims [client]
            error.type: "operations::Failed::NoConnection"
            gen_ai.agent.id: "arn:aws:bedrock:agent/claims"
            gen_ai.agent.name: "claims"
            gen_ai.agent.version: "3"
            gen_ai.conversation.id: "c-1"
            gen_ai.operation.name: "invoke_agent"
            gen_ai.provider.name: "aws.bedrock"
            gen_ai.request.previous_response.id: "resp_1"
            server.address: "bedrock.example"
            server.port: 443
            event exception
                exception.message: "no connection"
                exception.type: "operations::Failed"
            status: error "no connection"
        invoke_agent [client]
            error.type: "operations::Failed::NoConnection"
            gen_ai.operation.name: "invoke_agent"
            gen_ai.provider.name: "openai"
            event exception
                exception.message: "no connection"
                exception.type: "operations::Failed"
            status: error "no connection"
        create_agent support [client]
            gen_ai.agent.id: "asst_1"
            gen_ai.agent.name: "support"
            gen_ai.agent.version: "2"
            gen_ai.operation.name: "create_agent"
            gen_ai.provider.name: "openai"
            gen_ai.request.model: "gpt-4o"
        create_agent [client]
            error.type: "operations::Failed::NoConnection"
            gen_ai.agent.version: "1"
            gen_ai.operation.name: "create_agent"
            gen_ai.provider.name: "openai"
            gen_ai.request.model: "gpt-4o"
            event exception
                exception.message: "no connection"
                exception.type: "operations::Failed"
            status: error "no connection"
        invoke_agent orders [client]
            a2a.message.id: "m-1"
            a2a.message.reference_task_ids: ["t-1"]
            a2a.method.name: "SendMessage"
            a2a.protocol.version: "1.0"
            a2a.task.id: "t-2"
            a2a.task.state: "TASK_STATE_FAILED"
            a2a.tenant: "eu"
            gen_ai.agent.name: "orders"
            gen_ai.conversation.id: "ctx-1"
            gen_ai.operation.name: "invoke_agent"
            gen_ai.provider.name: "a2a"
        invoke_agent orders [client]
            a2a.message.id: "m-1"
            a2a.method.name: "SendMessage"
            a2a.protocol.version: "1.0"
            a2a.task.id: "t-2"
            a2a.task.state: "TASK_STATE_FAILED"
            a2a.tenant: "eu"
            error.type: "operations::Failed::NoConnection"
            gen_ai.agent.name: "orders"
            gen_ai.conversation.id: "ctx-1"
            gen_ai.operation.name: "invoke_agent"
            gen_ai.provider.name: "a2a"
            event exception
                exception.message: "no connection"
                exception.type: "operations::Failed"
            status: error "no connection"
    "#]]
    .assert_eq(&spans.to_string());
}
