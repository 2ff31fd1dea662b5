//! Labels that a type gives itself.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Display};
use std::rc::Rc;
use std::sync::Arc;

use agent_otel::testing::{self, capture};
use agent_otel::{ErrorType, llm_call, tool};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use http::StatusCode;
use serde_json::Value;

use crate::names::NoCustomer;
use crate::{attribute, exported, label};

#[derive(Debug, thiserror::Error, ErrorType)]
enum Chosen {
    #[error("there is no order {0}")]
    OrderNotFound(u64),
    #[error("late by {by} s")]
    #[error_type("timeout")]
    Late { by: u64 },
    #[error("over")]
    HTTPGone,
    #[error("{0}")]
    #[error_type(transparent)]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    #[error_type(transparent)]
    Any(#[from] anyhow::Error),
    #[error("{0}")]
    #[error_type(transparent)]
    Boxed(Box<NoCustomer>),
    #[error("{0}")]
    #[error_type(transparent)]
    Inner(Box<Chosen>),
    #[error("{text}")]
    Upstream {
        text: String,
        #[error_type(transparent)]
        status: StatusCode,
    },
    #[error("{0}")]
    #[error_type(transparent)]
    Text(String),
}

#[test]
fn a_derived_label_is_a_word() {
    let shared = || anyhow::Error::from(NoCustomer("Alice".to_owned())).context("Alice");
    for (error, label) in [
        (Chosen::OrderNotFound(9999), "order_not_found"),
        (Chosen::Late { by: 9999 }, "timeout"),
        (Chosen::HTTPGone, "http_gone"),
        (
            Chosen::Io(std::io::ErrorKind::NotFound.into()),
            "std::io::error::Error::NotFound",
        ),
        (Chosen::Io(std::io::ErrorKind::TimedOut.into()), "timeout"),
        (Chosen::Any(shared()), "NoCustomer"),
        (
            Chosen::Boxed(Box::new(NoCustomer("Alice".to_owned()))),
            "errors::names::NoCustomer",
        ),
        (
            Chosen::Inner(Box::new(Chosen::Inner(Box::new(Chosen::HTTPGone)))),
            "http_gone",
        ),
        (
            Chosen::Upstream {
                text: "Alice".to_owned(),
                status: StatusCode::TOO_MANY_REQUESTS,
            },
            "429",
        ),
        // Text is no label, so that is the name of the type.
        (Chosen::Text("Alice".to_owned()), "_OTHER"),
    ] {
        assert_eq!(error.error_type(), label);
        assert_eq!(label!(Chosen, error), label);
    }
}

#[derive(Debug, thiserror::Error, ErrorType)]
#[error("{0:?}")]
#[error_type("locked")]
struct Locked<T: fmt::Debug>(T);

#[derive(Debug, thiserror::Error, ErrorType)]
#[error("no rows")]
struct NoRows;

#[derive(Debug, thiserror::Error, ErrorType)]
#[error("wrapped")]
#[error_type(transparent)]
struct Wrapped<E: Error + 'static>(#[source] E);

#[test]
fn structs_and_pointers_have_labels_too() {
    assert_eq!(label!(Locked<u8>, Locked(1)), "locked");
    assert_eq!(label!(NoRows, NoRows), "no_rows");
    assert_eq!(label!(Box<NoRows>, Box::new(NoRows)), "no_rows");
    assert_eq!(label!(Arc<NoRows>, Arc::new(NoRows)), "no_rows");
    assert_eq!(label!(Rc<NoRows>, Rc::new(NoRows)), "no_rows");
    assert_eq!(label!(&'static NoRows, &NoRows), "no_rows");
    // What is known of a generic field is what its bounds tell.
    assert_eq!(
        label!(Wrapped<fmt::Error>, Wrapped(fmt::Error)),
        "core::fmt::Error"
    );
}

/// A label of its own counts for more than a code of a cause.
#[test]
fn a_label_counts_for_more_than_a_code() {
    #[derive(Debug, thiserror::Error, ErrorType)]
    enum Own {
        #[error("the order was not paid")]
        Unpaid(#[source] std::io::Error),
    }
    let late = || std::io::Error::from(std::io::ErrorKind::TimedOut);
    assert_eq!(label!(Own, Own::Unpaid(late())), "unpaid");
}

/// By hand, on what is no error, and on what is not even displayed.
#[test]
fn any_type_can_have_a_label() {
    struct Silent(&'static str);
    impl ErrorType for Silent {
        fn error_type(&self) -> Cow<'static, str> {
            self.0.into()
        }
    }
    struct Worded(u16);
    impl Display for Worded {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "status {}", self.0)
        }
    }
    impl ErrorType for Worded {
        fn error_type(&self) -> Cow<'static, str> {
            self.0.to_string().into()
        }
    }
    assert_eq!(label!(Silent, Silent("declined")), "declined");
    assert_eq!(label!(Worded, Worded(503)), "503");
    #[tool]
    fn fails() -> Result<(), Worded> {
        Err(Worded(503))
    }
    let spans = capture(|| assert!(fails().is_err()));
    assert_eq!(
        spans[0].status,
        opentelemetry::trace::Status::error("status 503")
    );
}

/// What the label is, or a panic.
#[derive(Debug, Clone)]
struct Free(Option<Cow<'static, str>>);

impl Display for Free {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("free")
    }
}

impl Error for Free {}

impl ErrorType for Free {
    fn error_type(&self) -> Cow<'static, str> {
        self.0.clone().expect("no label")
    }
}

#[test]
fn a_label_that_is_none_becomes_the_name_of_the_type() {
    let free = |label: &str| label!(Free, Free(Some(label.to_owned().into())));
    let own = "errors::chosen::Free";
    assert_eq!(free("declined"), "declined");
    assert_eq!(free(&"x".repeat(64)), "x".repeat(64));
    assert_eq!(free(&"x".repeat(65)), own);
    assert_eq!(free(&"x".repeat(1_000_000)), own);
    assert_eq!(free(""), own);
    assert_eq!(free("no order 9999"), own);
    assert_eq!(free("tab\there"), own);
    assert_eq!(free("line\n"), own);
    assert_eq!(free("bell\u{7}"), own);
    assert_eq!(free("wide\u{a0}space"), own);
    assert_eq!(label!(Free, Free(None)), own);
    let constant = Cow::Borrowed("not one word");
    assert_eq!(label!(Free, Free(Some(constant))), own);
}

/// However many labels a type makes, few of them are exported.
#[test]
fn labels_without_end_become_the_name_of_the_type() {
    struct Flood(u32);
    impl ErrorType for Flood {
        fn error_type(&self) -> Cow<'static, str> {
            format!("order-{}", self.0).into()
        }
    }
    let labels: Vec<_> = (0..1000).map(|n| label!(Flood, Flood(n))).collect();
    let distinct: std::collections::HashSet<_> = labels.iter().collect();
    assert_eq!(distinct.len(), 65);
    assert_eq!(labels[0], "order-0");
    assert!(labels[999].ends_with("::Flood"), "{}", labels[999]);
    // A label that was there stays one.
    assert_eq!(label!(Flood, Flood(0)), "order-0");
}

#[test]
fn a_predicate_gives_labels_of_the_same_form() {
    #[tool(error_if = |ret: &String| Some(ret.clone()))]
    fn judged(label: String) -> String {
        label
    }
    let label = |text: &str| exported(&capture(|| judged(text.to_owned())));
    assert_eq!(label("declined"), "declined");
    assert_eq!(label("no order 9999"), "_OTHER");
    assert_eq!(label(&"x".repeat(65)), "_OTHER");
    assert_eq!(label(""), "_OTHER");
    #[tool(error_if = |ret: &StatusCode| (!ret.is_success()).then_some(*ret))]
    fn fetch(status: StatusCode) -> StatusCode {
        status
    }
    let spans = capture(|| fetch(StatusCode::NOT_FOUND));
    assert_eq!(exported(&spans), "404");
    let spans = capture(|| fetch(StatusCode::OK));
    assert_eq!(attribute(&spans, "error.type"), None);
}

/// In a future, and as an item of a stream.
#[test]
fn a_label_is_found_in_every_form() {
    #[tool]
    async fn later() -> Result<(), NoRows> {
        Err(NoRows)
    }
    #[llm_call(provider = "openai", model = "gpt-4o")]
    fn streams() -> BoxStream<'static, Result<Value, NoRows>> {
        stream::iter([Err(NoRows)]).boxed()
    }
    let spans = capture(|| assert!(futures::executor::block_on(later()).is_err()));
    assert_eq!(exported(&spans), "no_rows");
    let spans = capture(|| {
        assert!(futures::executor::block_on(streams().next()).is_some_and(|item| item.is_err()));
    });
    assert_eq!(exported(&spans), "no_rows");
}

/// The same value on the span and on what is measured of it.
#[test]
fn what_is_measured_has_the_label_of_the_span() {
    #[derive(Debug, thiserror::Error, ErrorType)]
    #[error("measured")]
    #[error_type("measured_once")]
    struct Measured;
    assert_eq!(label!(Measured, Measured), "measured_once");
    let metrics = testing::metrics();
    let measured = metrics.with("error.type", "measured_once");
    let names: Vec<_> = measured.iter().map(|point| point.name.as_str()).collect();
    assert_eq!(names, ["gen_ai.execute_tool.duration"]);
}

/// The label of what is behind a pointer, for code that asks by hand.
#[test]
fn any_error_can_be_asked() {
    let error = anyhow::Error::from(NoCustomer("Alice".to_owned())).context("Alice");
    assert_eq!(error.error_type(), "NoCustomer");
    let error: Box<dyn Error> = error.into();
    assert_eq!(error.error_type(), "NoCustomer");
}
