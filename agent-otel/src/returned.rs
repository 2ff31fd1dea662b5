//! What a return value means, found by its type and never by its name: an alias of `Result` is a `Result`.
//!
//! Each tier below has what it reads for one more reference to a [`Returned`] than the next one. Method look-up takes one
//! reference away after the other, and so finds the first tier that fits: what a handler answers, an error that tells its
//! own label, a pointer to an error, an error with a source chain, one that can be displayed, any error, anything else. It
//! does not see lifetimes, so no tier asks for `'static` but that of pointers to any error, which cannot be looked into
//! otherwise.

use std::error::Error;
use std::fmt::Display;
use std::ops::Deref;

use http::StatusCode;
use serde::Serialize;

use crate::chunk::LlmChunk;
use crate::content;
use crate::error_type::{DynError, ErrorType, Pointer};
use crate::failure::Failure;
use crate::llm_response::LlmResponse;
use crate::outcome::Outcome;
use crate::semconv;

/// A return value, or an item of a stream.
#[derive(Debug)]
pub struct Returned<'a, T: ?Sized>(Anything<'a, T>);

/// One that need not be a `Result`.
#[derive(Debug)]
pub struct Anything<'a, T: ?Sized> {
    value: &'a T,
}

/// Begins to read a return value.
pub fn returned<T: ?Sized>(value: &T) -> Returned<'_, T> {
    Returned(Anything { value })
}

/// What is read of a function that never returns: nothing.
pub fn diverges<T: ?Sized>(_: &T, _: &mut Outcome) {}

impl<T: ?Sized> Clone for Returned<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Returned<'_, T> {}

impl<T: ?Sized> Clone for Anything<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Anything<'_, T> {}

impl<'a, T: ?Sized> Deref for Returned<'a, T> {
    type Target = Anything<'a, T>;

    fn deref(&self) -> &Anything<'a, T> {
        &self.0
    }
}

/// Whether the operation failed.
pub trait ReadOutcome {
    /// Tells the failure, if there is one.
    fn read_outcome(self, outcome: &mut Outcome) -> &mut Outcome;
}

/// Whether the operation failed, and what the model's response tells.
pub trait ReadResponse {
    /// Tells the failure, or the response.
    fn read_response(self, outcome: &mut Outcome) -> &mut Outcome;
}

/// Whether an item of a stream is an error, and what it tells otherwise.
pub trait ReadChunk {
    /// Tells the failure, or the chunk.
    fn read_chunk(self, outcome: &mut Outcome) -> &mut Outcome;
}

/// What one tier reads. Behind a pointer to any error nothing is known but where it was met, which is where these are called.
macro_rules! errors {
    ([$($references:tt)*] $error:ident: [$($bound:tt)*], $failure:expr) => {
        errors!([$($references)*] $error [$error: $($bound)*], $failure);
    };
    ([$($references:tt)*] $error:ty [$($generics:tt)*], $failure:expr) => {
        impl<T, $($generics)*> ReadOutcome for $($references)* Returned<'_, Result<T, $error>> {
            #[track_caller]
            fn read_outcome(self, outcome: &mut Outcome) -> &mut Outcome {
                if let Err(error) = self.value {
                    outcome.failed($failure(error));
                }
                outcome
            }
        }

        impl<T: LlmResponse, $($generics)*> ReadResponse for $($references)* Returned<'_, Result<T, $error>> {
            #[track_caller]
            fn read_response(self, outcome: &mut Outcome) -> &mut Outcome {
                match self.value {
                    Ok(response) => outcome.responded(response),
                    Err(error) => outcome.failed($failure(error)),
                }
                outcome
            }
        }

        impl<T: LlmChunk, $($generics)*> ReadChunk for $($references)* Returned<'_, Result<T, $error>> {
            #[track_caller]
            fn read_chunk(self, outcome: &mut Outcome) -> &mut Outcome {
                match self.value {
                    Ok(chunk) => chunk.describe(&mut outcome.response),
                    Err(error) => outcome.failed($failure(error)),
                }
                outcome
            }
        }
    };
}

// What handlers of web frameworks return, with a text.
errors!([&&&&&&&&&&&] (StatusCode, B) [B: Display], Failure::of_answer);
errors!([&&&&&&&&&&&] (StatusCode, H, B) [H, B: Display], Failure::of_answer);

/// The result of a tool over MCP, which tells failure inside of success.
#[cfg(feature = "rmcp")]
impl<E: ErrorType + Error> ReadOutcome
    for &&&&&&&&&&Returned<'_, Result<rmcp::model::CallToolResult, E>>
{
    fn read_outcome(self, outcome: &mut Outcome) -> &mut Outcome {
        outcome.failure = match self.value {
            Ok(result) => Failure::of_tool(result).map(Box::new),
            Err(error) => Some(Box::new(Failure::with_label(error))),
        };
        outcome
    }
}

// Errors that tell their own label, ...
errors!([&&&&&&&&&] E: [ErrorType + Error], Failure::with_label);
// ... and can be displayed, but are no errors,
errors!([&&&&&&&&] E: [ErrorType + Display], Failure::of_worded);
// ... and no more than that.
errors!([&&&&&&&] E: [ErrorType], Failure::of_labeled);
// Pointers to an error of any type: `Box<dyn Error>`, `anyhow::Error`, `eyre::Report`.
errors!([&&&&&&] E: [Deref<Target: DynError>], Failure::of_any_error);
// Pointers to an error of one type.
errors!([&&&&&] E: [Pointer<Pointee: Error>], Failure::of_pointee);
errors!([&&&&] E: [Error], Failure::of_error);
errors!([&&&] E: [Display], Failure::of_displayed);
// Errors about which nothing but their type is known.
errors!([&&] E: [Sized], Failure::of_any);

/// As the result of a tool that cannot fail otherwise.
#[cfg(feature = "rmcp")]
impl ReadOutcome for &Returned<'_, rmcp::model::CallToolResult> {
    fn read_outcome(self, outcome: &mut Outcome) -> &mut Outcome {
        outcome.failure = Failure::of_tool(self.value).map(Box::new);
        outcome
    }
}

impl<T: LlmResponse + ?Sized> ReadResponse for &Returned<'_, T> {
    fn read_response(self, outcome: &mut Outcome) -> &mut Outcome {
        outcome.responded(self.value);
        outcome
    }
}

impl<T: LlmChunk + ?Sized> ReadChunk for &Returned<'_, T> {
    fn read_chunk(self, outcome: &mut Outcome) -> &mut Outcome {
        self.value.describe(&mut outcome.response);
        outcome
    }
}

/// A value that cannot fail.
impl<T: ?Sized> ReadOutcome for Returned<'_, T> {
    fn read_outcome(self, outcome: &mut Outcome) -> &mut Outcome {
        outcome
    }
}

/// Never reached by code that compiles: the expansion demands `LlmResponse` in a place where the error reads well.
impl<T: ?Sized> ReadResponse for Returned<'_, T> {
    fn read_response(self, outcome: &mut Outcome) -> &mut Outcome {
        outcome
    }
}

/// As that of a response, for an item of a stream.
impl<T: ?Sized> ReadChunk for Returned<'_, T> {
    fn read_chunk(self, outcome: &mut Outcome) -> &mut Outcome {
        outcome
    }
}

impl<T: Serialize, E> Returned<'_, Result<T, E>> {
    /// Captures what a tool returned on success, as `gen_ai.tool.call.result`.
    pub fn result(self, outcome: &mut Outcome) {
        if let Ok(value) = self.value {
            outcome.capture(semconv::GEN_AI_TOOL_CALL_RESULT, content::value(value));
        }
    }

    /// Captures what was answered on success, as `gen_ai.output.messages`.
    pub fn output(self, outcome: &mut Outcome) {
        if let Ok(value) = self.value {
            let messages = content::messages(value, "assistant");
            outcome.capture(semconv::GEN_AI_OUTPUT_MESSAGES, messages);
        }
    }

    /// Captures what was retrieved on success, as `gen_ai.retrieval.documents`.
    pub fn documents(self, outcome: &mut Outcome) {
        if let Ok(value) = self.value {
            outcome.capture_documents(value);
        }
    }

    /// Captures what a memory has given on success, as `gen_ai.memory.records`.
    pub fn records(self, outcome: &mut Outcome) {
        if let Ok(value) = self.value {
            outcome.capture_records(value);
        }
    }
}

// The bound stands on the method and not on the impl, so that the compiler names the type that lacks it.
impl<T: ?Sized> Anything<'_, T> {
    /// Captures what a tool returned, as `gen_ai.tool.call.result`.
    pub fn result(self, outcome: &mut Outcome)
    where
        T: Serialize,
    {
        outcome.capture(semconv::GEN_AI_TOOL_CALL_RESULT, content::value(self.value));
    }

    /// Captures what was answered, as `gen_ai.output.messages`.
    pub fn output(self, outcome: &mut Outcome)
    where
        T: Serialize,
    {
        let messages = content::messages(self.value, "assistant");
        outcome.capture(semconv::GEN_AI_OUTPUT_MESSAGES, messages);
    }

    /// Captures what was retrieved, as `gen_ai.retrieval.documents`.
    pub fn documents(self, outcome: &mut Outcome)
    where
        T: Serialize,
    {
        outcome.capture_documents(self.value);
    }

    /// Captures what a memory has given, as `gen_ai.memory.records`.
    pub fn records(self, outcome: &mut Outcome)
    where
        T: Serialize,
    {
        outcome.capture_records(self.value);
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
            (&&&&&&&&&&&returned($value))
                .read_outcome(&mut Outcome::default())
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
            Some("agent_otel::returned::tests::Silent")
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
