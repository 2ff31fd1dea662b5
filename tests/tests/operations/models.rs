//! Calls to models.

use std::time::Duration;

use agent_otel::testing::capture;
use agent_otel::{LlmRequest, LlmResponse, Request, Response, Usage, agent, current, llm_call};
use expect_test::expect;

use super::{NoConnection, Outcome, attribute, captured};

#[llm_call(
    provider = "openai",
    model = "gpt-4o",
    stream = true,
    prompt("greeting", "3"),
    prompt_variables(name = name, "tone" = "warm"),
    previous_response_id = "resp_1",
    compacted = true,
    service_tier = "flex",
    api_type = responses,
    user_id = 7,
    session_id = "s-1"
)]
fn greet(name: &str) -> Outcome<Usage> {
    current()
        .response_model("gpt-4o-2024-11-20")
        .time_to_first_chunk(Duration::from_millis(250))
        .finish_reasons(["stop"])
        .service_tier("flex")
        .system_fingerprint("fp_1");
    if name.is_empty() {
        Err(NoConnection)
    } else {
        Ok(Usage::new(9, 2))
    }
}

#[llm_call(
    provider = "openai",
    model = "gpt-4o",
    stream = false,
    compacted = false,
    service_tier = "auto"
)]
fn tells_nothing() -> Usage {
    Usage::new(9, 2)
}

#[llm_call(provider = "aws.bedrock", model = "nova", guardrail_id = "g-1", knowledge_base_id = "k-1", usage = manual)]
fn guarded() {}

struct Background;

impl LlmResponse for Background {
    fn describe(&self, response: &mut Response) {
        response
            .model("gpt-5-mini")
            .finish_reason("stop")
            .usage(Usage::new(9, 2));
    }
}

#[llm_call(provider = "openai", operation = "fetch_response", response_id = id, stream_cursor = 42)]
fn poll(id: &str) -> Outcome<Background> {
    current().response_status("completed");
    if id.is_empty() {
        return Err(NoConnection);
    }
    Ok(Background)
}

#[llm_call(provider = "openai", operation = "fetch_response", response_id = id)]
fn poll_without_a_word(id: &str) -> Outcome<String> {
    if id.is_empty() {
        return Err(NoConnection);
    }
    Ok(id.to_owned())
}

#[llm_call(
    provider = "openai",
    operation = "embeddings",
    model = "text-embedding-3-small",
    dimensions = 2
)]
fn embed_by_llm_call() -> Usage {
    Usage::new(7, 0)
}

#[test]
fn a_model_call_tells_all_of_its_request() {
    let spans = capture(|| {
        assert!(greet("Ada").is_ok() && greet("").is_err());
        tells_nothing();
        guarded();
        embed_by_llm_call();
    });
    expect![[r#"

        chat gpt-4o [client]
            gen_ai.conversation.compacted: true
            gen_ai.operation.name: "chat"
            gen_ai.prompt.name: "greeting"
            gen_ai.prompt.version: "3"
            gen_ai.provider.name: "openai"
            gen_ai.request.model: "gpt-4o"
            gen_ai.request.previous_response.id: "resp_1"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.model: "gpt-4o-2024-11-20"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.input_tokens: 9
            gen_ai.usage.output_tokens: 2
            openai.api.type: "responses"
            openai.request.service_tier: "flex"
            openai.response.service_tier: "flex"
            openai.response.system_fingerprint: "fp_1"
            session.id: "s-1"
            user.id: "7"
        chat gpt-4o [client]
            error.type: "operations::Failed::NoConnection"
            gen_ai.conversation.compacted: true
            gen_ai.operation.name: "chat"
            gen_ai.prompt.name: "greeting"
            gen_ai.prompt.version: "3"
            gen_ai.provider.name: "openai"
            gen_ai.request.model: "gpt-4o"
            gen_ai.request.previous_response.id: "resp_1"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.model: "gpt-4o-2024-11-20"
            gen_ai.response.time_to_first_chunk: some time
            openai.api.type: "responses"
            openai.request.service_tier: "flex"
            openai.response.service_tier: "flex"
            openai.response.system_fingerprint: "fp_1"
            session.id: "s-1"
            user.id: "7"
            event exception
                exception.message: "no connection"
                exception.type: "operations::Failed"
            status: error "no connection"
        chat gpt-4o [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.request.model: "gpt-4o"
            gen_ai.usage.input_tokens: 9
            gen_ai.usage.output_tokens: 2
        chat nova [client]
            aws.bedrock.guardrail.id: "g-1"
            aws.bedrock.knowledge_base.id: "k-1"
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "aws.bedrock"
            gen_ai.request.model: "nova"
        embeddings text-embedding-3-small [client]
            gen_ai.embeddings.dimension.count: 2
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "openai"
            gen_ai.request.model: "text-embedding-3-small"
            gen_ai.usage.input_tokens: 7
    "#]]
    .assert_eq(&spans.to_string());
}

#[test]
fn an_earlier_response_is_no_model_call() {
    let spans = capture(|| {
        #[agent]
        fn polls() {
            assert!(poll("resp_1").is_ok() && poll("").is_err());
            assert!(poll_without_a_word("resp_2").is_ok());
            assert!(poll_without_a_word("").is_err());
        }
        polls();
    });
    expect![[r#"

        invoke_agent polls [internal]
            gen_ai.agent.name: "polls"
            gen_ai.operation.name: "invoke_agent"
            fetch_response [client]
                gen_ai.operation.name: "fetch_response"
                gen_ai.provider.name: "openai"
                gen_ai.request.stream_cursor: "42"
                gen_ai.response.finish_reasons: ["stop"]
                gen_ai.response.id: "resp_1"
                gen_ai.response.model: "gpt-5-mini"
                gen_ai.response.status: "completed"
            fetch_response [client]
                error.type: "operations::Failed::NoConnection"
                gen_ai.operation.name: "fetch_response"
                gen_ai.provider.name: "openai"
                gen_ai.request.stream_cursor: "42"
                gen_ai.response.id: ""
                gen_ai.response.status: "completed"
                event exception
                    exception.message: "no connection"
                    exception.type: "operations::Failed"
                status: error "no connection"
            fetch_response [client]
                gen_ai.operation.name: "fetch_response"
                gen_ai.provider.name: "openai"
                gen_ai.response.id: "resp_2"
            fetch_response [client]
                error.type: "operations::Failed::NoConnection"
                gen_ai.operation.name: "fetch_response"
                gen_ai.provider.name: "openai"
                gen_ai.response.id: ""
                event exception
                    exception.message: "no connection"
                    exception.type: "operations::Failed"
                status: error "no connection"
    "#]]
    .assert_eq(&spans.to_string());
}

/// What is left out where it is as usual takes back what was told before.
#[test]
fn the_last_value_of_a_request_counts() {
    struct Twice;

    impl LlmRequest for Twice {
        fn describe(&self, request: &mut Request) {
            request.choice_count(&3).stream(&true);
            request.openai_service_tier("flex").top_k(&7);
            request.choice_count(&1).stream(&false);
            request.openai_service_tier("auto").top_k(&None::<i64>);
        }
    }

    #[llm_call(provider = "openai", request = request)]
    fn ask_twice(request: &Twice) -> Usage {
        Usage::new(9, 2)
    }

    let spans = capture(|| {
        ask_twice(&Twice);
    });
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.request.top_k: 7
            gen_ai.usage.input_tokens: 9
            gen_ai.usage.output_tokens: 2
    "#]]
    .assert_eq(&spans.to_string());
}

/// A count that an attribute cannot hold is unknown, whichever operation it is of.
#[test]
fn a_count_that_no_attribute_holds_is_left_out() {
    #[llm_call(provider = "openai")]
    fn read_far() -> Usage {
        Usage::new(u64::MAX, 2)
    }

    #[llm_call(provider = "openai", operation = "embeddings")]
    fn embed_far() -> Usage {
        Usage::new(u64::MAX, 0)
    }

    let spans = capture(|| {
        read_far();
        embed_far();
    });
    let told = spans.to_string();
    assert!(!told.contains("gen_ai.usage.input_tokens"), "{told}");
}

/// Finish reasons that are told one after another are those of the choices from the first on.
#[test]
fn finish_reasons_in_order() {
    struct Two;

    impl LlmResponse for Two {
        fn describe(&self, response: &mut Response) {
            response.output_text_of(1, "no").output_text_of(0, "yes");
            response.finish_reason("stop").finish_reason("length");
        }
    }

    #[llm_call(provider = "openai")]
    fn answer_twice() -> Two {
        Two
    }

    let spans = capture(|| {
        answer_twice();
    });
    assert_eq!(
        attribute(&spans, 0, "gen_ai.response.finish_reasons").as_deref(),
        Some(r#"["stop","length"]"#)
    );
}

#[test]
fn the_variables_of_a_prompt_are_content() {
    captured(|| {
        let spans = capture(|| assert!(greet("Ada").is_ok()));
        let told = |key| attribute(&spans, 0, key).unwrap_or_default();
        assert_eq!(told("gen_ai.prompt.variable.name"), "Ada");
        assert_eq!(told("gen_ai.prompt.variable.tone"), "warm");
    });
}

#[llm_call(provider = "openai", service_tier = "flex", request = request, api_type = responses)]
fn ask(request: &serde_json::Value) -> Usage {
    Usage::new(request["messages"].as_array().map_or(0, Vec::len) as u64, 2)
}

#[test]
fn an_argument_counts_for_more_than_the_request() {
    let request = serde_json::json!({
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": "hello"}],
        "service_tier": "priority",
    });
    let spans = capture(|| {
        ask(&request);
    });
    expect![[r#"

        chat gpt-4o [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.request.model: "gpt-4o"
            gen_ai.usage.input_tokens: 1
            gen_ai.usage.output_tokens: 2
            openai.api.type: "responses"
            openai.request.service_tier: "flex"
    "#]]
    .assert_eq(&spans.to_string());
}
