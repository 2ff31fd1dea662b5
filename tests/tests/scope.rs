//! Ids that are set once and shown by every span below, in process and across services.

use std::collections::HashMap;

use agent_otel::{Scope, a2a_call, agent, conversation, llm_call, testing, tool};
use expect_test::expect;

type Headers = HashMap<String, String>;

#[tool]
async fn lookup() {
    tokio::task::yield_now().await;
}

#[llm_call(provider = "openai", model = "gpt-5-mini", usage = manual)]
async fn complete() {
    agent_otel::current().evaluation("relevance", 0.9, "pass", "names the order");
}

#[agent]
async fn assistant() {
    tokio::join!(lookup(), complete());
}

#[tokio::test]
async fn every_span_of_a_conversation_tells_its_id() {
    let spans = testing::capture_async(async {
        conversation("thread-17")
            .user("user-4")
            .future(assistant())
            .await;
        lookup().await;
    })
    .await;
    expect![[r#"

        invoke_agent assistant [internal]
            agent_otel.agent.inference_calls: 1
            agent_otel.agent.tool_calls: 1
            gen_ai.agent.name: "assistant"
            gen_ai.conversation.id: "thread-17"
            gen_ai.operation.name: "invoke_agent"
            user.id: "user-4"
            execute_tool lookup [internal]
                gen_ai.agent.name: "assistant"
                gen_ai.conversation.id: "thread-17"
                gen_ai.operation.name: "execute_tool"
                gen_ai.tool.name: "lookup"
                user.id: "user-4"
            chat gpt-5-mini [client]
                gen_ai.conversation.id: "thread-17"
                gen_ai.operation.name: "chat"
                gen_ai.provider.name: "openai"
                gen_ai.request.model: "gpt-5-mini"
                user.id: "user-4"
                log gen_ai.evaluation.result [unspecified]
                    gen_ai.evaluation.name: "relevance"
                    gen_ai.evaluation.score.label: "pass"
                    gen_ai.evaluation.explanation: "names the order"
                    gen_ai.evaluation.score.value: 0.9
                    gen_ai.conversation.id: "thread-17"
                    user.id: "user-4"
        execute_tool lookup [internal]
            gen_ai.operation.name: "execute_tool"
            gen_ai.tool.name: "lookup"
    "#]]
    .assert_eq(&spans.to_string());
}

#[agent(conversation_id = id)]
async fn of_conversation(id: Option<&str>) {
    lookup().await;
}

#[tokio::test]
async fn an_argument_opens_a_scope_inside_the_one_around() {
    let scope = conversation("around").session("session-1");
    let spans = testing::capture_async(async {
        scope.future(of_conversation(Some("inside"))).await;
        scope.future(of_conversation(None)).await;
    })
    .await;
    let ids: Vec<_> = spans
        .iter()
        .map(|span| {
            let id = |key: &str| {
                let mut attributes = span.attributes.iter();
                let found = attributes.find(|attribute| attribute.key.as_str() == key);
                found
                    .map(|found| found.value.to_string())
                    .unwrap_or_default()
            };
            let (conversation, session) = (id("gen_ai.conversation.id"), id("session.id"));
            format!("{}: {conversation} {session}", span.name)
        })
        .collect();
    assert_eq!(
        ids,
        [
            "execute_tool lookup: inside session-1",
            "invoke_agent of_conversation: inside session-1",
            "execute_tool lookup: around session-1",
            "invoke_agent of_conversation: around session-1",
        ]
    );
}

#[a2a_call(agent = "remote", inject = headers)]
async fn ask(headers: &mut Headers) -> Headers {
    headers.clone()
}

#[agent(name = "remote", extract = headers)]
async fn remote(headers: &Headers) -> Headers {
    lookup().await;
    ask(&mut Headers::new()).await
}

/// On another machine: nothing of the context around is there.
async fn elsewhere(headers: Headers) -> Headers {
    let task = tokio::spawn(async move { remote(&headers).await });
    task.await.unwrap()
}

#[tokio::test]
async fn ids_go_to_other_services_where_that_was_asked() {
    let scope = conversation("thread 17").user("user-4");
    let onward = testing::capture_async_with(async {
        let quiet = scope.future(ask(&mut Headers::new())).await;
        assert!(!quiet.contains_key("baggage"), "{quiet:?}");
        let asked = scope.clone().across_services();
        let sent = asked.future(ask(&mut Headers::new())).await;
        elsewhere(sent).await
    })
    .await;
    let (sent_on, spans) = onward;
    assert_eq!(
        sent_on["baggage"],
        "gen_ai.conversation.id=thread%2017,user.id=user-4"
    );
    let tool = spans.named("execute_tool lookup").unwrap();
    let told = format!("{:?}", tool.attributes);
    assert!(
        told.contains("thread 17") && told.contains("user-4"),
        "{told}"
    );
}

#[agent(name = "remote", extract = headers, user_id = "employee-9")]
async fn knows_the_user(headers: &Headers) -> Headers {
    ask(&mut Headers::new()).await
}

/// A caller cannot make this service send what it was to keep.
#[tokio::test]
async fn ids_of_a_service_do_not_travel_because_its_caller_sends_some() {
    let came = Headers::from([("baggage".to_owned(), "session.id=s".to_owned())]);
    let (sent, spans) = testing::capture_async_with(async {
        let scope = conversation("internal");
        let by_argument = scope.future(knows_the_user(&came)).await;
        let by_scope = scope.future(remote(&came)).await;
        [by_argument, by_scope]
    })
    .await;
    for sent in sent {
        assert_eq!(sent["baggage"], "session.id=s");
    }
    let shown = spans.named("invoke_agent remote").unwrap();
    let shown = format!("{:?}", shown.attributes);
    for id in ["internal", "employee-9", "\"s\""] {
        assert!(shown.contains(id), "{shown}");
    }
}

#[test]
fn a_guard_ends_the_scope() {
    let spans = testing::capture(|| {
        #[tool]
        fn now() {}
        let scope = Scope::default().session("s");
        let entered = scope.enter();
        now();
        drop(entered);
        now();
        scope.run(now);
    });
    let sessions = spans.to_string().matches("session.id: \"s\"").count();
    assert_eq!(sessions, 2, "{spans}");
}
