//! What a return value means, found by its type and never by its name: an alias of `Result` is a `Result`.
//!
//! Each tier below has the methods for the values it knows and dereferences to the next, so that method look-up finds
//! the first that fits: an error that tells its own label, a pointer to an error, an error with a source chain, one that
//! can be displayed, any error, anything else. Method look-up does not see lifetimes, so no tier asks for `'static` but
//! that of pointers to any error, which cannot be looked into otherwise.

use std::error::Error;
use std::fmt::Display;
use std::ops::Deref;

use opentelemetry::KeyValue;
use serde::Serialize;
use serde_json::Value;

use crate::chunk::LlmChunk;
use crate::content::Content;
use crate::error_type::{DynError, ErrorType, Pointer};
use crate::failure::Failure;
use crate::llm_response::LlmResponse;
use crate::response::Response;
use crate::stream::Timing;
use crate::{content, records, semconv};

/// How an operation ended, and what its return value, or the items of its stream, told. Large, so it stays in one place
/// and each reads into it.
#[derive(Debug, Default)]
pub struct Outcome {
    pub(crate) failure: Option<Box<Failure>>,
    pub(crate) response: Response,
    /// There was a response to read.
    pub(crate) has_responded: bool,
    /// Where the operation ended with a stream.
    pub(crate) timing: Option<Timing>,
    rare: Option<Box<Rare>>,
}

/// What few operations tell.
#[derive(Debug, Default)]
struct Rare {
    /// What was captured of the return value.
    content: Content,
    /// Attributes that it told.
    attributes: Vec<KeyValue>,
}

/// A return value. Tier of values that tell a failure of their own.
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
}

/// Begins to read a return value.
pub fn returned<T: ?Sized>(value: &T) -> Returned<'_, T> {
    let errors = Pointing(Plain(Displayed(Opaque(Told(Anything { value })))));
    Returned(Telling(Worded(Labeled(Boxed(errors)))))
}

/// What is read of a function that never returns: nothing.
pub fn diverges<T: ?Sized>(_: &T, _: &mut Outcome) {}

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

/// `outcome` and `response` of one tier of errors. Behind a pointer to any error nothing is known but where it was met, which
/// is where these are called.
macro_rules! errors {
    ($tier:ident, $error:ident: [$($bound:tt)*], $failure:expr) => {
        impl<T, $error: $($bound)*> $tier<'_, Result<T, $error>> {
            /// Whether the operation failed.
            #[track_caller]
            pub fn outcome<'o>(&self, outcome: &'o mut Outcome) -> &'o mut Outcome {
                if let Err(error) = self.value {
                    outcome.failed($failure(error));
                }
                outcome
            }
        }

        impl<T: LlmResponse, $error: $($bound)*> $tier<'_, Result<T, $error>> {
            /// Whether the operation failed, and what the model's response tells.
            #[track_caller]
            pub fn response<'o>(&self, outcome: &'o mut Outcome) -> &'o mut Outcome {
                match self.value {
                    Ok(response) => outcome.responded(response),
                    Err(error) => outcome.failed($failure(error)),
                }
                outcome
            }
        }

        impl<T: LlmChunk, $error: $($bound)*> $tier<'_, Result<T, $error>> {
            /// Whether this item of a stream is an error, and what it tells otherwise.
            #[track_caller]
            pub fn chunk<'o>(&self, outcome: &'o mut Outcome) -> &'o mut Outcome {
                match self.value {
                    Ok(chunk) => chunk.describe(&mut outcome.response),
                    Err(error) => outcome.failed($failure(error)),
                }
                outcome
            }
        }
    };
}

errors!(Telling, E: [ErrorType + Error], Failure::with_label);
errors!(Worded, E: [ErrorType + Display], Failure::of_worded);
errors!(Labeled, E: [ErrorType], Failure::of_labeled);
errors!(Boxed, E: [Deref<Target: DynError>], Failure::of_any_error);
errors!(Pointing, E: [Pointer<Pointee: Error>], Failure::of_pointee);
errors!(Plain, E: [Error], Failure::of_error);
errors!(Displayed, E: [Display], Failure::of_displayed);
errors!(Opaque, E: [Sized], Failure::of_any);

/// The result of a tool over MCP, which tells failure inside of success.
#[cfg(feature = "rmcp")]
impl<E: ErrorType + Error> Returned<'_, Result<rmcp::model::CallToolResult, E>> {
    /// Whether the operation failed.
    pub fn outcome<'o>(&self, outcome: &'o mut Outcome) -> &'o mut Outcome {
        outcome.failure = match self.value {
            Ok(result) => Failure::of_tool(result).map(Box::new),
            Err(error) => Some(Box::new(Failure::with_label(error))),
        };
        outcome
    }
}

/// As the result of a tool that cannot fail otherwise.
#[cfg(feature = "rmcp")]
impl Returned<'_, rmcp::model::CallToolResult> {
    /// Whether the operation failed.
    pub fn outcome<'o>(&self, outcome: &'o mut Outcome) -> &'o mut Outcome {
        outcome.failure = Failure::of_tool(self.value).map(Box::new);
        outcome
    }
}

impl<T: LlmResponse + ?Sized> Told<'_, T> {
    /// What the model's response tells.
    pub fn response<'o>(&self, outcome: &'o mut Outcome) -> &'o mut Outcome {
        outcome.responded(self.value);
        outcome
    }
}

impl<T: LlmChunk + ?Sized> Told<'_, T> {
    /// What this item of a stream tells.
    pub fn chunk<'o>(&self, outcome: &'o mut Outcome) -> &'o mut Outcome {
        self.value.describe(&mut outcome.response);
        outcome
    }
}

#[expect(clippy::unused_self, reason = "other tiers read it")]
impl<T: ?Sized> Anything<'_, T> {
    /// A value that cannot fail.
    pub fn outcome<'o>(&self, outcome: &'o mut Outcome) -> &'o mut Outcome {
        outcome
    }

    /// Never reached by code that compiles: the expansion demands `LlmResponse` in a place where the error reads well.
    pub fn response<'o>(&self, outcome: &'o mut Outcome) -> &'o mut Outcome {
        outcome
    }

    /// As [`response`](Self::response), for an item of a stream.
    pub fn chunk<'o>(&self, outcome: &'o mut Outcome) -> &'o mut Outcome {
        outcome
    }
}

impl Outcome {
    /// Of a stream whose items will tell a response.
    pub(crate) fn of_stream() -> Self {
        Self {
            has_responded: true,
            ..Self::default()
        }
    }

    /// Tells why the operation failed.
    pub(crate) fn failed(&mut self, failure: Failure) {
        self.failure = Some(Box::new(failure));
    }

    /// Adds what a response tells.
    pub(crate) fn responded(&mut self, response: &(impl LlmResponse + ?Sized)) {
        self.response.read(response);
        self.has_responded = true;
    }

    /// Whether nothing is left that has to be dropped.
    #[inline]
    pub(crate) fn is_spent(&self) -> bool {
        self.failure.is_none() && self.rare.is_none() && self.response.is_spent()
    }

    /// Adds an attribute.
    pub(crate) fn attribute(&mut self, attribute: KeyValue) {
        self.rare.get_or_insert_default().attributes.push(attribute);
    }

    /// The attributes that were told so far.
    pub(crate) fn attributes(&self) -> &[KeyValue] {
        self.rare.as_ref().map_or(&[], |rare| &rare.attributes)
    }

    /// Gives the attributes away.
    pub(crate) fn take_attributes(&mut self) -> Vec<KeyValue> {
        let rare = self.rare.as_mut();
        rare.map_or_else(Vec::new, |rare| std::mem::take(&mut rare.attributes))
    }

    /// Gives away what was captured.
    pub(crate) fn take_content(&mut self) -> Content {
        let rare = self.rare.as_mut();
        rare.map_or_else(Content::default, |rare| std::mem::take(&mut rare.content))
    }

    fn capture(&mut self, key: &'static str, value: Option<Value>) {
        if let Some(value) = value {
            self.rare.get_or_insert_default().content.push(key, value);
        }
    }

    fn capture_documents(&mut self, documents: &(impl Serialize + ?Sized)) {
        let documents = content::value(documents).map(records::documents);
        self.capture(semconv::GEN_AI_RETRIEVAL_DOCUMENTS, documents);
    }

    fn capture_records(&mut self, records: &(impl Serialize + ?Sized)) {
        let records = content::value(records).map(records::of_memory);
        self.capture(semconv::GEN_AI_MEMORY_RECORDS, records);
    }
}

impl<T: Serialize, E> Returned<'_, Result<T, E>> {
    /// Captures what a tool returned on success, as `gen_ai.tool.call.result`.
    pub fn result(&self, outcome: &mut Outcome) -> &Self {
        if let Ok(value) = self.value {
            outcome.capture(semconv::GEN_AI_TOOL_CALL_RESULT, content::value(value));
        }
        self
    }

    /// Captures what was answered on success, as `gen_ai.output.messages`.
    pub fn output(&self, outcome: &mut Outcome) -> &Self {
        if let Ok(value) = self.value {
            let messages = content::messages(value, "assistant");
            outcome.capture(semconv::GEN_AI_OUTPUT_MESSAGES, messages);
        }
        self
    }

    /// Captures what was retrieved on success, as `gen_ai.retrieval.documents`.
    pub fn documents(&self, outcome: &mut Outcome) -> &Self {
        if let Ok(value) = self.value {
            outcome.capture_documents(value);
        }
        self
    }

    /// Captures what a memory has given on success, as `gen_ai.memory.records`.
    pub fn records(&self, outcome: &mut Outcome) -> &Self {
        if let Ok(value) = self.value {
            outcome.capture_records(value);
        }
        self
    }
}

// The bound stands on the method and not on the impl, so that the compiler names the type that lacks it.
impl<T: ?Sized> Anything<'_, T> {
    /// Captures what a tool returned, as `gen_ai.tool.call.result`.
    pub fn result(&self, outcome: &mut Outcome) -> &Self
    where
        T: Serialize,
    {
        outcome.capture(semconv::GEN_AI_TOOL_CALL_RESULT, content::value(self.value));
        self
    }

    /// Captures what was answered, as `gen_ai.output.messages`.
    pub fn output(&self, outcome: &mut Outcome) -> &Self
    where
        T: Serialize,
    {
        let messages = content::messages(self.value, "assistant");
        outcome.capture(semconv::GEN_AI_OUTPUT_MESSAGES, messages);
        self
    }

    /// Captures what was retrieved, as `gen_ai.retrieval.documents`.
    pub fn documents(&self, outcome: &mut Outcome) -> &Self
    where
        T: Serialize,
    {
        outcome.capture_documents(self.value);
        self
    }

    /// Captures what a memory has given, as `gen_ai.memory.records`.
    pub fn records(&self, outcome: &mut Outcome) -> &Self
    where
        T: Serialize,
    {
        outcome.capture_records(self.value);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Aliased<T> = Result<T, std::num::ParseIntError>;

    struct Silent;

    /// Method look-up is what is tested, so the type has to be known where the method is called.
    macro_rules! failure {
        ($value:expr) => {
            returned($value)
                .outcome(&mut Outcome::default())
                .failure
                .take()
        };
    }

    fn error_type(failure: Option<Box<Failure>>) -> Option<String> {
        failure.map(|failure| failure.error_type.into_owned())
    }

    #[test]
    fn an_alias_of_result_is_a_result() {
        let parsed: Aliased<u8> = "x".parse();
        let failure = failure!(&parsed).expect("the error is found");
        assert_eq!(failure.error_type, "core::num::error::ParseIntError");
        assert_eq!(failure.said, "invalid digit found in string");
    }

    #[test]
    fn an_error_needs_no_trait_at_all() {
        assert_eq!(
            error_type(failure!(&Err::<(), _>(Silent))).as_deref(),
            Some("agent_otel::outcome::tests::Silent")
        );
        let text: Result<(), &str> = Err("no such order");
        assert_eq!(
            failure!(&text).map(|failure| failure.said).as_deref(),
            Some("no such order")
        );
    }

    #[test]
    fn a_generic_error_is_an_error() {
        fn generic<T, E>(result: &Result<T, E>) -> bool {
            failure!(result).is_some()
        }
        assert!(generic(&Err::<(), _>(Silent)));
        assert!(!generic(&Ok::<_, Silent>(())));
    }

    #[test]
    fn other_values_cannot_fail() {
        assert!(failure!(&Some(1)).is_none());
        assert!(failure!("text").is_none());
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
        let failure = failure!(&boxed).expect("failed");
        assert_eq!(failure.error_type, "OrderNotFound");
        assert_eq!(failure.said, "no order 9999");
        let text: Result<(), Box<dyn Error>> = Err("no order 9999".into());
        assert_eq!(error_type(failure!(&text)).as_deref(), Some("_OTHER"));
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
        let failure = failure!(&Err::<(), _>(Outer(std::fmt::Error))).expect("failed");
        assert_eq!(
            failure.sources,
            ["an error occurred when formatting an argument"]
        );
    }
}
