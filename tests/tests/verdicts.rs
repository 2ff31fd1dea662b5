//! Failure that is no `Err`, `Err` that is no failure, and the attempts of one call.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use agent_otel::testing::{capture, capture_async};
use agent_otel::{Usage, current, in_context, llm_call, memory, retry, tool, tools};
use expect_test::expect;
use opentelemetry::trace::Status;

struct Reply {
    status: u16,
}

#[tool(error_if = |reply: &Reply| (reply.status >= 500).then_some(reply.status))]
fn fetch(status: u16) -> Reply {
    Reply { status }
}

#[test]
fn a_value_can_be_a_failure() {
    let spans = capture(|| {
        assert_eq!(fetch(503).status, 503);
        fetch(200);
    });
    expect![[r#"

        execute_tool fetch [internal]
            error.type: "503"
            gen_ai.operation.name: "execute_tool"
            gen_ai.tool.name: "fetch"
            status: error ""
        execute_tool fetch [internal]
            gen_ai.operation.name: "execute_tool"
            gen_ai.tool.name: "fetch"
    "#]]
    .assert_eq(&spans.to_string());
}

#[tool(error_if = Option::is_none)]
async fn find(id: u8) -> Option<u8> {
    (id == 1).then_some(id)
}

#[tokio::test]
async fn none_is_a_failure_where_asked() {
    let spans = capture_async(async {
        find(1).await;
        find(2).await;
    })
    .await;
    let status: Vec<_> = spans.iter().map(|span| span.status.clone()).collect();
    assert_eq!(status, [Status::Unset, Status::error("")]);
}

#[tool(error_if = |found: &usize| *found > limit.len())]
fn count_of(words: Vec<String>, limit: String) -> usize {
    words.len()
}

#[tool(error_if = |found: &usize| *found > limit.len())]
async fn count_later(words: Vec<String>, limit: String) -> usize {
    tokio::task::yield_now().await;
    words.len()
}

#[tokio::test]
async fn a_verdict_borrows_a_parameter_that_the_body_leaves_alone() {
    let words = || vec!["a".to_owned(), "b".to_owned()];
    let spans = capture_async(async {
        count_of(words(), "limit".to_owned());
        count_later(words(), "1".to_owned()).await;
    })
    .await;
    let failed = spans
        .iter()
        .map(|span| matches!(span.status, Status::Error { .. }));
    assert_eq!(failed.collect::<Vec<_>>(), [false, true]);
}

#[tool(attributes("app.limit" = limit.len()), error_if = |found: &usize| *found > limit.len())]
fn count(limit: String) -> usize {
    3
}

#[test]
fn an_argument_and_a_verdict_may_name_what_the_body_does_not() {
    let spans = capture(|| {
        count("five!".to_owned());
        count("1".to_owned());
    });
    let status: Vec<_> = spans.iter().map(|span| span.status.clone()).collect();
    assert_eq!(status, [Status::Unset, Status::error("")]);
}

#[tool(error_if = |sum: &i32| *sum > ret + outcome)]
fn at_most(ret: i32, outcome: i32, sum: i32) -> i32 {
    sum.max(ret).max(outcome)
}

#[memory(operation = "search_memory", record_count, ok_if = |_| ret.is_empty())]
async fn recall(ret: &str) -> Result<Vec<u8>, Stop> {
    tokio::task::yield_now().await;
    Err(Stop::Overloaded)
}

#[tokio::test]
async fn a_verdict_sees_parameters_whatever_they_are_called() {
    let spans = capture_async(async {
        at_most(1, 1, 2);
        at_most(1, 1, 3);
        recall("").await.unwrap_err();
        recall("order").await.unwrap_err();
    })
    .await;
    let failed: Vec<_> = spans
        .iter()
        .map(|span| span.status != Status::Unset)
        .collect();
    assert_eq!(failed, [false, true, false, true]);
}

#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error("a person has to approve this")]
    ApprovalRequired,
    #[error("the model is overloaded")]
    Overloaded,
}

#[tool(ok_if = |ret| matches!(ret, Err(Stop::ApprovalRequired)))]
fn refund(amount: u32) -> Result<u32, Stop> {
    if amount > 100 {
        Err(Stop::ApprovalRequired)
    } else {
        Err(Stop::Overloaded)
    }
}

#[test]
fn control_flow_is_no_failure() {
    let spans = capture(|| assert!(refund(500).is_err() && refund(5).is_err()));
    let status: Vec<_> = spans.iter().map(|span| span.status.clone()).collect();
    assert_eq!(
        status,
        [Status::Unset, Status::error("the model is overloaded")]
    );
}

#[llm_call(provider = "openai", model = "gpt-4o")]
async fn complete() -> Result<Usage, Stop> {
    let usage = retry(
        3,
        async |attempt| {
            if attempt < 3 {
                Err(Stop::Overloaded)
            } else {
                Ok(Usage::new(9, 1))
            }
        },
        |_, attempt| Some(Duration::from_secs(u64::from(attempt))),
        async |_| {},
    )
    .await?;
    current().fallback("gpt-4o", "gpt-4o-mini");
    Ok(usage)
}

#[tokio::test]
async fn each_attempt_of_one_call_is_seen() {
    let spans = capture_async(complete()).await;
    expect![[r#"

        chat gpt-4o [client]
            agent_otel.retry.count: 2
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.request.model: "gpt-4o"
            gen_ai.response.model: "gpt-4o-mini"
            gen_ai.usage.input_tokens: 9
            gen_ai.usage.output_tokens: 1
            event agent_otel.retry
                agent_otel.retry.attempt: 1
                agent_otel.retry.delay: 1
                agent_otel.retry.reason: "the model is overloaded"
            event agent_otel.retry
                agent_otel.retry.attempt: 2
                agent_otel.retry.delay: 2
                agent_otel.retry.reason: "the model is overloaded"
            event agent_otel.fallback
                agent_otel.fallback.from: "gpt-4o"
                agent_otel.fallback.to: "gpt-4o-mini"
    "#]]
    .assert_eq(&spans.to_string());
}

#[tokio::test]
async fn the_last_attempt_is_the_error() {
    let (mut attempts, mut waits) = (Vec::new(), Vec::new());
    let result: Result<(), Stop> = retry(
        2,
        |attempt| {
            attempts.push(attempt);
            std::future::ready(Err(Stop::Overloaded))
        },
        |_, attempt| Some(Duration::from_secs(u64::from(attempt))),
        |wait| {
            waits.push(wait);
            std::future::ready(())
        },
    )
    .await;
    assert!(matches!(result, Err(Stop::Overloaded)));
    assert_eq!(attempts, [1, 2]);
    assert_eq!(waits, [Duration::from_secs(1)]);
}

struct Client(AtomicU32);

impl Client {
    async fn send(&self, prompt: &str) -> Result<Usage, Stop> {
        tokio::task::yield_now().await;
        match self.0.fetch_add(1, Ordering::Relaxed) {
            0 => Err(Stop::Overloaded),
            _ => Ok(Usage::new(prompt.len() as u64, 1)),
        }
    }
}

#[llm_call(provider = "openai", model = "gpt-4o")]
async fn complete_by(client: &Client, prompt: String) -> Result<Usage, Stop> {
    retry(
        2,
        async |_| client.send(&prompt).await,
        |_, _| Some(Duration::ZERO),
        async |_| {},
    )
    .await
}

/// What a server of many threads does: the attempts borrow from the function, and its future goes from thread to thread.
#[tokio::test(flavor = "multi_thread")]
async fn attempts_may_borrow_in_a_task_that_is_spawned() {
    let client = Client(AtomicU32::new(0));
    let task = async move { complete_by(&client, "hello".to_owned()).await };
    let spans = capture_async(async {
        let usage = tokio::spawn(in_context(task)).await.unwrap().unwrap();
        assert_eq!(usage.input_tokens, Some(5));
    })
    .await;
    assert_eq!(spans[0].events.len(), 1, "{spans}");
}

struct Shop;

#[tools(kind = datastore)]
impl Shop {
    const NAME: &str = "shop";

    /// Looks an order up.
    fn order(&self, id: u8) -> Option<u8> {
        self.find(id)
    }

    #[tool(skip)]
    fn find(&self, id: u8) -> Option<u8> {
        Some(id)
    }

    #[tool(name = "renamed")]
    async fn stock() -> &'static str {
        Self::NAME
    }

    #[cfg_attr(not(windows), tool(name = "configured"))]
    fn restock() {}
}

#[tools]
mod toolbox {
    pub(super) struct Kept;

    pub(super) fn open() -> Kept {
        Kept
    }
}

#[tokio::test]
async fn every_method_is_a_tool() {
    let spans = capture_async(async {
        Shop.order(1);
        Shop::stock().await;
        Shop::restock();
        let toolbox::Kept = toolbox::open();
    })
    .await;
    assert_eq!(
        spans.tree(),
        "execute_tool order\nexecute_tool renamed\nexecute_tool configured\nexecute_tool open\n"
    );
    assert!(
        spans
            .to_string()
            .contains("gen_ai.tool.type: \"datastore\"")
    );
}
