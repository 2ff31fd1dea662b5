//! What a return value means, found by its type and never by its name: an alias of `Result` is a `Result`.
//!
//! Each tier below has the methods for the values it knows and dereferences to the next, so that method look-up finds
//! the first that fits: an error that tells its own label, a pointer to an error, an error with a source chain, one that
//! can be displayed, any error, anything else. No tier asks for `'static`, which method look-up would not see.

use std::borrow::Cow;
use std::cell::RefCell;
use std::error::Error;
use std::fmt::Display;
use std::ops::Deref;

use opentelemetry::KeyValue;
use serde::Serialize;
use serde_json::Value;

use crate::chunk::LlmChunk;
use crate::content::Content;
use crate::error_type::{DynError, ErrorType, Pointer};
use crate::response::{LlmResponse, Response};
use crate::stream::Timing;
use crate::{content, error_type, records, semconv};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How an operation ended, and what its return value told.
#[derive(Debug, Default)]
pub struct Outcome {
    pub(crate) failure: Option<Failure>,
    pub(crate) response: Option<Response>,
    /// What was captured of the return value.
    pub(crate) content: Content,
    /// Attributes that it told.
    pub(crate) attributes: Vec<KeyValue>,
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
            exception_type: error_type::pointee(path).into(),
            message,
            sources,
        }
    }
}

/// A return value, and what was captured of it so far. Tier of values that tell a failure of their own.
#[derive(Debug)]
pub struct Returned<'a, T: ?Sized>(Telling<'a, T>);

/// Tier of errors that tell their own label.
#[derive(Debug)]
pub struct Telling<'a, T: ?Sized>(Worded<'a, T>);

/// Tier of what tells its own label and can be displayed, but is no error.
#[derive(Debug)]
pub struct Worded<'a, T: ?Sized>(Labeled<'a, T>);

/// Tier of what tells its own label, and no more.
#[derive(Debug)]
pub struct Labeled<'a, T: ?Sized>(Boxed<'a, T>);

/// Tier of pointers to an error of any type: `Box<dyn Error>`, `anyhow::Error`, `eyre::Report`.
#[derive(Debug)]
pub struct Boxed<'a, T: ?Sized>(Pointing<'a, T>);

/// Tier of pointers to an error of one type.
#[derive(Debug)]
pub struct Pointing<'a, T: ?Sized>(Plain<'a, T>);

/// Tier of errors.
#[derive(Debug)]
pub struct Plain<'a, T: ?Sized>(Displayed<'a, T>);

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
    let anything = Anything {
        value,
        content: RefCell::default(),
    };
    let errors = Pointing(Plain(Displayed(Opaque(Told(anything)))));
    Returned(Telling(Worded(Labeled(Boxed(errors)))))
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

tiers!(Returned => Telling, Telling => Worded, Worded => Labeled, Labeled => Boxed, Boxed => Pointing, Pointing => Plain, Plain => Displayed);
tiers!(Displayed => Opaque, Opaque => Told, Told => Anything);

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

errors!(Telling, E: [ErrorType + Error], failure_with_label);
errors!(Worded, E: [ErrorType + Display], failure_of_worded);
errors!(Labeled, E: [ErrorType], failure_of_labeled);
errors!(Boxed, E: [Deref<Target: DynError>], failure_of_any_error);
errors!(Pointing, E: [Pointer<Pointee: Error>], failure_of_pointee);
errors!(Plain, E: [Error], failure_of_error);
errors!(Displayed, E: [Display], failure_of_displayed);
errors!(Opaque, E: [Sized], failure_of_any);

/// The result of a tool over MCP, which tells failure inside of success.
#[cfg(feature = "rmcp")]
impl<E: ErrorType + Error> Returned<'_, Result<rmcp::model::CallToolResult, E>> {
    /// Whether the operation failed.
    pub fn outcome(&self) -> Outcome {
        match self.value {
            Ok(result) => self.ended(tool_error(result), None),
            Err(error) => self.ended(Some(failure_with_label(error)), None),
        }
    }
}

/// As the result of a tool that cannot fail otherwise.
#[cfg(feature = "rmcp")]
impl Returned<'_, rmcp::model::CallToolResult> {
    /// Whether the operation failed.
    pub fn outcome(&self) -> Outcome {
        self.ended(tool_error(self.value), None)
    }
}

/// MCP conventions, `error.type`.
#[cfg(feature = "rmcp")]
fn tool_error(result: &rmcp::model::CallToolResult) -> Option<Failure> {
    (result.is_error == Some(true)).then(|| Failure::told("tool_error".into()))
}

/// The failure that an error with a source chain and a label of its own is.
fn failure_with_label<E: ErrorType + Error>(error: &E) -> Failure {
    Failure {
        error_type: error_type::of_labeled(error),
        ..told_by(error)
    }
}

/// The failure that can be displayed, and that has a label of its own.
fn failure_of_worded<E: ErrorType + Display>(error: &E) -> Failure {
    Failure {
        error_type: error_type::of_labeled(error),
        ..failure_of_displayed(error)
    }
}

/// The failure of which the label is known, and its type.
fn failure_of_labeled<E: ErrorType>(error: &E) -> Failure {
    Failure {
        error_type: error_type::of_labeled(error),
        ..failure_of_any(error)
    }
}

/// The failure behind a pointer to any error.
fn failure_of_any_error<E: Deref<Target: DynError>>(error: &E) -> Failure {
    let error = error.as_dyn();
    let found = error_type::of_dyn(error);
    let sources = sources(error);
    Failure {
        error_type: found.label,
        exception_type: found.path.unwrap_or(std::any::type_name::<E>().into()),
        message: with_causes(content::display(error), &sources),
        sources,
    }
}

/// The failure behind a pointer to an error.
fn failure_of_pointee<E: Pointer<Pointee: Error>>(error: &E) -> Failure {
    failure_of_error(error.pointee())
}

/// The failure that an error with a source chain is.
fn failure_of_error<E: Error>(error: &E) -> Failure {
    Failure {
        error_type: error_type::of_error(error),
        ..told_by(error)
    }
}

/// What an error with a source chain tells, beside its label.
fn told_by<E: Error>(error: &E) -> Failure {
    let sources = sources(error);
    Failure::of::<E>(with_causes(content::display(error), &sources), sources)
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
            ..Outcome::default()
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

    /// Captures what was retrieved on success, as `gen_ai.retrieval.documents`.
    pub fn documents(&self) -> &Self {
        if let Ok(value) = self.value {
            self.capture_documents(value);
        }
        self
    }

    /// Captures what a memory has given on success, as `gen_ai.memory.records`.
    pub fn records(&self) -> &Self {
        if let Ok(value) = self.value {
            self.capture_records(value);
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

    /// Captures what was retrieved, as `gen_ai.retrieval.documents`.
    pub fn documents(&self) -> &Self
    where
        T: Serialize,
    {
        self.capture_documents(self.value);
        self
    }

    /// Captures what a memory has given, as `gen_ai.memory.records`.
    pub fn records(&self) -> &Self
    where
        T: Serialize,
    {
        self.capture_records(self.value);
        self
    }

    fn capture_documents(&self, documents: &(impl Serialize + ?Sized)) {
        let documents = content::value(documents).map(records::documents);
        self.capture(semconv::GEN_AI_RETRIEVAL_DOCUMENTS, documents);
    }

    fn capture_records(&self, records: &(impl Serialize + ?Sized)) {
        let records = content::value(records).map(records::of_memory);
        self.capture(semconv::GEN_AI_MEMORY_RECORDS, records);
    }
}

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
fn sources<E: Error + ?Sized>(error: &E) -> Vec<String> {
    // `source` is code of the user.
    let messages = catch_unwind(AssertUnwindSafe(|| {
        std::iter::successors(error.source(), |&error| error.source())
            .take(16)
            .map(content::display)
            .collect()
    }));
    messages.unwrap_or_default()
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
