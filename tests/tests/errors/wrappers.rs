//! Wrappers that mean nothing by themselves are looked through.

use std::error::Error;
use std::io;
use std::sync::Arc;

use agent_otel::testing::capture;
use agent_otel::tool;
use anyhow::Context as _;
use eyre::WrapErr as _;
use http::StatusCode;

use crate::names::{NoCustomer, Shop};
use crate::{attribute, exported, label};

fn missing() -> NoCustomer {
    NoCustomer("Alice".to_owned())
}

fn contexts(error: impl Into<anyhow::Error>) -> anyhow::Error {
    let result: anyhow::Result<()> = Err(error.into());
    result
        .context("no answer for Alice")
        .with_context(|| format!("question {}", 9999))
        .context("Alice")
        .unwrap_err()
}

fn wraps(error: impl Into<eyre::Report>) -> eyre::Report {
    let result: eyre::Result<()> = Err(error.into());
    result
        .wrap_err("no answer for Alice")
        .wrap_err_with(|| format!("question {}", 9999))
        .wrap_err("Alice")
        .unwrap_err()
}

#[test]
fn contexts_are_looked_through() {
    assert_eq!(label!(anyhow::Error, missing().into()), "NoCustomer");
    assert_eq!(label!(anyhow::Error, contexts(missing())), "NoCustomer");
    assert_eq!(label!(eyre::Report, missing().into()), "NoCustomer");
    assert_eq!(label!(eyre::Report, wraps(missing())), "NoCustomer");
    assert_eq!(
        label!(Box<dyn Error + Send + Sync>, contexts(missing()).into()),
        "NoCustomer"
    );
    let shop = || Shop::OrderNotFound("Alice".to_owned());
    assert_eq!(label!(anyhow::Error, contexts(shop())), "OrderNotFound");
}

#[test]
fn text_alone_is_no_name() {
    assert_eq!(label!(anyhow::Error, anyhow::anyhow!("NotFound")), "_OTHER");
    assert_eq!(
        label!(anyhow::Error, anyhow::anyhow!("Alice(gold)")),
        "_OTHER"
    );
    assert_eq!(
        label!(anyhow::Error, contexts(anyhow::anyhow!("Alice {{gold}}"))),
        "_OTHER"
    );
    assert_eq!(label!(eyre::Report, eyre::eyre!("NotFound")), "_OTHER");
    assert_eq!(
        label!(eyre::Report, wraps(eyre::eyre!("no {}", "Alice"))),
        "_OTHER"
    );
    let none: Option<()> = None;
    assert_eq!(
        label!(anyhow::Error, none.context("Alice").unwrap_err()),
        "_OTHER"
    );
}

/// The chain of causes stays in the message, and the type of the exception is that of the error inside.
#[test]
fn the_message_has_every_layer_and_the_type_is_that_inside() {
    #[tool]
    fn fails() -> anyhow::Result<()> {
        Err(contexts(io::Error::from(io::ErrorKind::NotFound)))
    }
    let spans = capture(|| assert!(fails().is_err()));
    assert_eq!(exported(&spans), "std::io::error::Error::NotFound");
    let exception: Vec<_> = spans[0].events[0]
        .attributes
        .iter()
        .map(|attribute| format!("{}={}", attribute.key, attribute.value))
        .collect();
    assert_eq!(
        exception,
        [
            "exception.type=std::io::error::Error",
            "exception.message=Alice: question 9999: no answer for Alice: entity not found"
        ]
    );
    assert_eq!(attribute(&spans, "exception.type"), None);
}

#[test]
fn an_error_that_was_only_put_into_an_io_error_is_looked_through() {
    assert_eq!(label!(io::Error, io::Error::other(missing())), "NoCustomer");
    assert_eq!(
        label!(io::Error, io::Error::other(io::Error::other(missing()))),
        "NoCustomer"
    );
    assert_eq!(
        label!(io::Error, io::Error::other("Alice")),
        "std::io::error::Error::Other"
    );
    let denied = || io::Error::new(io::ErrorKind::PermissionDenied, missing());
    assert_eq!(
        label!(io::Error, denied()),
        "std::io::error::Error::PermissionDenied"
    );
    assert_eq!(
        label!(anyhow::Error, contexts(denied())),
        "std::io::error::Error::PermissionDenied"
    );
    assert_eq!(
        label!(
            anyhow::Error,
            contexts(io::Error::other(contexts(missing())))
        ),
        "NoCustomer"
    );
}

#[test]
fn pointers_are_looked_through() {
    type Shared = Arc<dyn Error + Send + Sync>;
    let shared: Shared = Arc::new(missing());
    assert_eq!(label!(Shared, shared.clone()), "NoCustomer");
    assert_eq!(
        label!(Box<dyn Error>, Box::new(shared.clone())),
        "NoCustomer"
    );
    assert_eq!(
        label!(anyhow::Error, contexts(shared.clone())),
        "NoCustomer"
    );
    assert_eq!(
        label!(Arc<io::Error>, Arc::new(io::ErrorKind::NotFound.into())),
        "std::io::error::Error::NotFound"
    );
}

#[derive(Debug, thiserror::Error)]
#[error("the agent failed")]
struct AgentFailed(#[from] anyhow::Error);

#[derive(Debug, thiserror::Error)]
enum Step {
    #[error("the plan failed")]
    Plan(#[source] NoCustomer),
    #[error("the call failed")]
    Call(#[source] Box<dyn Error + Send + Sync>),
}

/// A type of somebody's own means something, so it is not looked through, unless a cause carries a code.
#[test]
fn an_error_of_ones_own_is_no_wrapper() {
    let own = "errors::wrappers::AgentFailed";
    assert_eq!(label!(AgentFailed, contexts(missing()).into()), own);
    assert_eq!(
        label!(Step, Step::Plan(missing())),
        "errors::wrappers::Step::Plan"
    );
    assert_eq!(
        label!(anyhow::Error, contexts(Step::Plan(missing()))),
        "Plan"
    );
    assert_eq!(
        label!(Step, Step::Call(missing().into())),
        "errors::wrappers::Step::Call"
    );
}

#[test]
fn a_code_in_the_chain_counts_for_more_than_the_names_around_it() {
    let response = || {
        let response = http::Response::builder().status(StatusCode::BAD_GATEWAY);
        let response = reqwest::Response::from(response.body("").unwrap());
        response.error_for_status().unwrap_err()
    };
    assert_eq!(label!(Step, Step::Call(response().into())), "502");
    assert_eq!(label!(AgentFailed, contexts(response()).into()), "502");
    assert_eq!(
        label!(anyhow::Error, contexts(Step::Call(response().into()))),
        "502"
    );
    assert_eq!(
        label!(
            Step,
            Step::Call(contexts(io::Error::other(response())).into())
        ),
        "502"
    );
    assert_eq!(
        label!(Box<Step>, Box::new(Step::Call(response().into()))),
        "502"
    );
}

/// Each of its causes is itself.
#[derive(Debug)]
struct Ring;

impl std::fmt::Display for Ring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("round and round")
    }
}

impl Error for Ring {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&Ring)
    }
}

/// Debugs like a layer of context, and is its own cause.
struct RingOfContext;

impl std::fmt::Debug for RingOfContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Error").field("context", &"Alice").finish()
    }
}

impl std::fmt::Display for RingOfContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Alice")
    }
}

impl Error for RingOfContext {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&RingOfContext)
    }
}

#[test]
fn a_chain_without_end_is_left() {
    assert_eq!(label!(Ring, Ring), "errors::wrappers::Ring");
    assert_eq!(label!(Box<dyn Error>, Ring.into()), "Ring");
    assert_eq!(label!(Box<dyn Error>, RingOfContext.into()), "_OTHER");
}
