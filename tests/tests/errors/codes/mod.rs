//! Codes of the errors of other crates: alone, boxed, and as causes.

#![expect(
    clippy::result_large_err,
    reason = "errors are as large as these crates make them"
)]

/// The label of an error, which is the same through everything that may stand around it.
macro_rules! code {
    ($ty:ty, $error:expr) => {{
        use crate::codes::{AnyError, Step};
        use crate::label;

        let plain = label!($ty, $error);
        assert_eq!(label!(Box<$ty>, Box::new($error)), plain);
        assert_eq!(label!(AnyError, $error.into()), plain);
        let contexts = || anyhow::Error::from($error).context("Alice").context("Bob");
        assert_eq!(label!(anyhow::Error, contexts()), plain);
        if !plain.contains("::") {
            assert_eq!(label!(Step, Step($error.into())), plain);
        }
        plain
    }};
}

mod libraries;
mod models;
mod protocols;

use std::error::Error;

use agent_otel::testing::capture;
use agent_otel::tool;
use anyhow::Context as _;
use http::StatusCode;
use protocols::response;

type AnyError = Box<dyn Error + Send + Sync>;

#[derive(Debug, thiserror::Error)]
#[error("the step failed")]
struct Step(#[source] AnyError);

/// As an agent sees it whose model answers no more: the same label on every span on the way.
#[test]
fn a_code_is_the_same_on_every_span_on_the_way() {
    use agent_otel::{Usage, agent, llm_call};
    #[derive(Debug, thiserror::Error)]
    #[error("the model is busy")]
    struct Busy(#[from] reqwest::Error);
    #[llm_call(provider = "openai", model = "gpt-4o")]
    fn complete() -> Result<Usage, reqwest::Error> {
        Err(response(StatusCode::TOO_MANY_REQUESTS))
    }
    #[tool]
    fn summarize() -> Result<Usage, Busy> {
        Ok(complete()?)
    }
    #[agent]
    fn answer() -> anyhow::Result<Usage> {
        summarize().context("no summary for Alice")
    }
    let spans = capture(|| assert!(answer().is_err()));
    let labels: Vec<_> = spans
        .iter()
        .flat_map(|span| &span.attributes)
        .filter(|attribute| attribute.key.as_str() == "error.type")
        .map(|attribute| attribute.value.to_string())
        .collect();
    assert_eq!(labels, ["429", "429", "429"]);
}
