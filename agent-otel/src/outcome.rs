//! What a return value means, found by its type and never by its name: an alias of `Result` is a `Result`.
//!
//! Each tier below has the methods for the values it knows and dereferences to the next, so that method look-up finds
//! the first that fits: an error with a source chain, an error that can be displayed, any error, anything else.

use std::borrow::Cow;
use std::cell::RefCell;
use std::error::Error;
use std::fmt::Display;
use std::ops::Deref;

use serde::Serialize;
use serde_json::Value;

use crate::chunk::LlmChunk;
use crate::content::Content;
use crate::response::{LlmResponse, Response};
use crate::stream::Timing;
use crate::{content, error_type, semconv};

/// How an operation ended, and what its return value told.
#[derive(Debug, Default)]
pub struct Outcome {
    pub(crate) failure: Option<Failure>,
    pub(crate) response: Option<Response>,
    /// What was captured of the return value.
    pub(crate) content: Content,
    /// Where the operation ended with a stream.
    pub(crate) timing: Option<Timing>,
}

/// Why an operation failed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// `error.type`: of low cardinality.
    pub(crate) error_type: Cow<'static, str>,
    /// `exception.type`: the path of the error's type.
    pub(crate) exception_type: Cow<'static, str>,
    pub(crate) message: String,
    /// The messages of the errors that this one wraps.
    pub(crate) sources: Vec<String>,
}

impl Failure {
    /// A failure of which only the label is known: nothing was thrown, so there is no exception.
    pub(crate) fn told(error_type: Cow<'static, str>) -> Self {
        Self {
            error_type,
            exception_type: Cow::Borrowed(""),
            message: String::new(),
            sources: Vec::new(),
        }
    }

    fn of<E>(message: String, sources: Vec<String>) -> Self {
        let path = std::any::type_name::<E>();
        Self {
            error_type: error_type::of_path(path),
            exception_type: path.into(),
            message,
            sources,
        }
    }
}

/// A return value, and what was captured of it so far.
#[derive(Debug)]
pub struct Returned<'a, T: ?Sized>(Boxed<'a, T>);

/// Tier of pointers to an error of any type: `Box<dyn Error>`, `anyhow::Error`, `eyre::Report`.
#[derive(Debug)]
pub struct Boxed<'a, T: ?Sized>(Displayed<'a, T>);

/// Tier of errors that implement `Display` only.
#[derive(Debug)]
pub struct Displayed<'a, T: ?Sized>(Opaque<'a, T>);

/// Tier of errors about which nothing but their type is known.
#[derive(Debug)]
pub struct Opaque<'a, T: ?Sized>(Told<'a, T>);

/// Tier of values that cannot fail and tell their token usage.
#[derive(Debug)]
pub struct Told<'a, T: ?Sized>(Anything<'a, T>);

/// Tier of everything else.
#[derive(Debug)]
pub struct Anything<'a, T: ?Sized> {
    value: &'a T,
    content: RefCell<Content>,
}

/// Begins to read a return value.
pub fn returned<T: ?Sized>(value: &T) -> Returned<'_, T> {
    Returned(Boxed(Displayed(Opaque(Told(Anything {
        value,
        content: RefCell::default(),
    })))))
}

/// What is read of a function that never returns: nothing.
pub fn diverges<T: ?Sized>(_: &T) -> Outcome {
    Outcome::default()
}

macro_rules! tiers {
    ($($tier:ident => $next:ident),*) => {$(
        impl<'a, T: ?Sized> Deref for $tier<'a, T> {
            type Target = $next<'a, T>;

            fn deref(&self) -> &$next<'a, T> {
                &self.0
            }
        }
    )*};
}

tiers!(Returned => Boxed, Boxed => Displayed, Displayed => Opaque, Opaque => Told, Told => Anything);

/// `outcome` and `response` of one tier of errors.
macro_rules! errors {
    ($tier:ident, $error:ident: [$($bound:tt)*], $failure:expr) => {
        impl<T, $error: $($bound)*> $tier<'_, Result<T, $error>> {
            /// Whether the operation failed.
            pub fn outcome(&self) -> Outcome {
                let failure: fn(&$error) -> Failure = $failure;
                self.ended(self.value.as_ref().err().map(failure), None)
            }
        }

        impl<T: LlmResponse, $error: $($bound)*> $tier<'_, Result<T, $error>> {
            /// Whether the operation failed, and what the model's response tells.
            pub fn response(&self) -> Outcome {
                let failure: fn(&$error) -> Failure = $failure;
                let response = self.value.as_ref().ok().map(Response::of);
                self.ended(self.value.as_ref().err().map(failure), response)
            }
        }

        impl<T: LlmChunk, $error: $($bound)*> $tier<'_, Result<T, $error>> {
            /// Whether this item of a stream is an error, and what it tells otherwise.
            pub fn chunk(&self, response: &mut Response) -> Outcome {
                let failure: fn(&$error) -> Failure = $failure;
                self.value.describe(response);
                self.ended(self.value.as_ref().err().map(failure), None)
            }
        }
    };
}

errors!(Returned, E: [Error + 'static], failure_of_error);
errors!(Boxed, E: [Deref<Target: DynError>], failure_of_pointer);
errors!(Displayed, E: [Display], failure_of_displayed);
errors!(Opaque, E: [Sized], failure_of_any);

/// The failure that an error with a source chain is.
fn failure_of_error<E: Error + 'static>(error: &E) -> Failure {
    let sources = sources(error);
    Failure {
        error_type: error_type::of_error(error),
        ..Failure::of::<E>(with_causes(content::display(error), &sources), sources)
    }
}

/// The failure behind a pointer to any error.
fn failure_of_pointer<E: Deref<Target: DynError>>(error: &E) -> Failure {
    let error = error.as_dyn();
    let name = error_type::of_dyn(error);
    let sources = sources(error);
    Failure {
        error_type: name
            .clone()
            .unwrap_or(semconv::ERROR_TYPE_OTHER.to_owned())
            .into(),
        exception_type: name.map_or(std::any::type_name::<E>().into(), Cow::Owned),
        message: with_causes(content::display(error), &sources),
        sources,
    }
}

/// The failure that can be displayed, and no more.
fn failure_of_displayed<E: Display>(error: &E) -> Failure {
    Failure::of::<E>(content::display(error), Vec::new())
}

/// The failure of which only the type is known.
fn failure_of_any<E>(_: &E) -> Failure {
    Failure::of::<E>(String::new(), Vec::new())
}

impl<T: LlmResponse + ?Sized> Told<'_, T> {
    /// What the model's response tells.
    pub fn response(&self) -> Outcome {
        self.ended(None, Some(Response::of(self.value)))
    }
}

impl<T: LlmChunk + ?Sized> Told<'_, T> {
    /// What this item of a stream tells.
    pub fn chunk(&self, response: &mut Response) -> Outcome {
        self.value.describe(response);
        self.ended(None, None)
    }
}

impl<T: ?Sized> Anything<'_, T> {
    /// A value that cannot fail.
    pub fn outcome(&self) -> Outcome {
        self.ended(None, None)
    }

    /// Never reached by code that compiles: the expansion demands `LlmResponse` in a place where the error reads well.
    pub fn response(&self) -> Outcome {
        self.ended(None, None)
    }

    /// As [`response`](Self::response), for an item of a stream.
    pub fn chunk(&self, _response: &mut Response) -> Outcome {
        self.ended(None, None)
    }

    fn ended(&self, failure: Option<Failure>, response: Option<Response>) -> Outcome {
        Outcome {
            failure,
            response,
            content: self.content.take(),
            timing: None,
        }
    }

    fn capture(&self, key: &'static str, value: Option<Value>) {
        if let Some(value) = value {
            self.content.borrow_mut().push(key, value);
        }
    }
}

impl<T: Serialize, E> Returned<'_, Result<T, E>> {
    /// Captures what a tool returned on success, as `gen_ai.tool.call.result`.
    pub fn result(&self) -> &Self {
        if let Ok(value) = self.value {
            self.capture(semconv::GEN_AI_TOOL_CALL_RESULT, content::value(value));
        }
        self
    }

    /// Captures what was answered on success, as `gen_ai.output.messages`.
    pub fn output(&self) -> &Self {
        if let Ok(value) = self.value {
            self.capture(
                semconv::GEN_AI_OUTPUT_MESSAGES,
                content::messages(value, "assistant"),
            );
        }
        self
    }
}

// The bound stands on the method and not on the impl, so that the compiler names the type that lacks it.
impl<T: ?Sized> Anything<'_, T> {
    /// Captures what a tool returned, as `gen_ai.tool.call.result`.
    pub fn result(&self) -> &Self
    where
        T: Serialize,
    {
        self.capture(semconv::GEN_AI_TOOL_CALL_RESULT, content::value(self.value));
        self
    }

    /// Captures what was answered, as `gen_ai.output.messages`.
    pub fn output(&self) -> &Self
    where
        T: Serialize,
    {
        self.capture(
            semconv::GEN_AI_OUTPUT_MESSAGES,
            content::messages(self.value, "assistant"),
        );
        self
    }
}

/// What the pointers of [`Boxed`] point to.
pub trait DynError {
    /// The error itself.
    fn as_dyn(&self) -> &(dyn Error + 'static);
}

macro_rules! dyn_errors {
    ($($error:ty),*) => {$(
        impl DynError for $error {
            fn as_dyn(&self) -> &(dyn Error + 'static) {
                self
            }
        }
    )*};
}

dyn_errors!(dyn Error, dyn Error + Send, dyn Error + Send + Sync);

/// The message with those of its causes, as far as it does not tell them itself: "the call failed: connection refused".
fn with_causes(mut message: String, causes: &[String]) -> String {
    for cause in causes {
        if !message.contains(cause.as_str()) {
            message.push_str(": ");
            message.push_str(cause);
        }
    }
    content::error_message(&message)
}

/// The messages of all errors below `error`. Bounded, since a chain may be a ring.
fn sources(error: &(dyn Error + 'static)) -> Vec<String> {
    std::iter::successors(error.source(), |&error| error.source())
        .take(16)
        .map(content::display)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Aliased<T> = Result<T, std::num::ParseIntError>;

    struct Silent;

    fn error_type(outcome: Outcome) -> Option<String> {
        outcome
            .failure
            .map(|failure| failure.error_type.into_owned())
    }

    #[test]
    fn an_alias_of_result_is_a_result() {
        let parsed: Aliased<u8> = "x".parse();
        let failure = returned(&parsed)
            .outcome()
            .failure
            .expect("the error is found");
        assert_eq!(failure.error_type, "core::num::error::ParseIntError");
        assert_eq!(failure.message, "invalid digit found in string");
    }

    #[test]
    fn an_error_needs_no_trait_at_all() {
        assert_eq!(
            error_type(returned(&Err::<(), _>(Silent)).outcome()).as_deref(),
            Some("agent_otel::outcome::tests::Silent")
        );
        let text: Result<(), &str> = Err("no such order");
        assert_eq!(
            returned(&text)
                .outcome()
                .failure
                .map(|failure| failure.message)
                .as_deref(),
            Some("no such order")
        );
    }

    #[test]
    fn a_generic_error_is_an_error() {
        fn generic<T, E>(result: &Result<T, E>) -> Outcome {
            returned(result).outcome()
        }
        assert!(generic(&Err::<(), _>(Silent)).failure.is_some());
        assert!(generic(&Ok::<_, Silent>(())).failure.is_none());
    }

    #[test]
    fn other_values_cannot_fail() {
        assert!(returned(&Some(1)).outcome().failure.is_none());
        assert!(returned("text").outcome().failure.is_none());
    }

    #[test]
    fn a_box_of_any_error_is_looked_through() {
        #[derive(Debug)]
        struct OrderNotFound;
        impl Display for OrderNotFound {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("no order 9999")
            }
        }
        impl Error for OrderNotFound {}
        let boxed: Result<(), Box<dyn Error + Send + Sync>> = Err(Box::new(OrderNotFound));
        let failure = returned(&boxed).outcome().failure.expect("failed");
        assert_eq!(failure.error_type, "OrderNotFound");
        assert_eq!(failure.message, "no order 9999");
        let text: Result<(), Box<dyn Error>> = Err("no order 9999".into());
        assert_eq!(
            error_type(returned(&text).outcome()).as_deref(),
            Some("_OTHER")
        );
    }

    #[test]
    fn the_chain_of_sources_is_told() {
        #[derive(Debug)]
        struct Outer(std::fmt::Error);
        impl Display for Outer {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("outer")
            }
        }
        impl Error for Outer {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(&self.0)
            }
        }
        let failure = returned(&Err::<(), _>(Outer(std::fmt::Error)))
            .outcome()
            .failure
            .expect("failed");
        assert_eq!(
            failure.sources,
            ["an error occurred when formatting an argument"]
        );
    }
}
