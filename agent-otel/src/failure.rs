//! Why an operation failed: what each form of error tells.

use std::any::type_name;
use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Display};
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};

use crate::error_type::{self, Answer, DynError, ErrorType, Pointer};
use crate::{content, semconv};

/// Why an operation failed.
pub(crate) struct Failure {
    /// `error.type`: of low cardinality.
    pub(crate) error_type: Cow<'static, str>,
    /// `exception.type`: the path of the error's type.
    pub(crate) exception_type: Cow<'static, str>,
    /// The message as it may leave the process; empty until it is [`shown`](Self::show).
    pub(crate) message: String,
    /// What the error says, unmasked: to know it again where it comes from below.
    pub(crate) said: String,
    /// What the errors say that this one wraps, unmasked as well.
    pub(crate) sources: Vec<String>,
}

/// Without what is unmasked.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("error_type", &self.error_type)
            .field("exception_type", &self.exception_type)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

impl Failure {
    /// A failure of which only the label is known: nothing was thrown, so there is no exception.
    pub(crate) fn told(error_type: Cow<'static, str>) -> Self {
        Self {
            error_type,
            exception_type: Cow::Borrowed(""),
            message: String::new(),
            said: String::new(),
            sources: Vec::new(),
        }
    }

    /// A panic, with what its payload says.
    pub(crate) fn panicked(said: String) -> Self {
        Self {
            exception_type: "panic".into(),
            said,
            ..Self::told("panic".into())
        }
    }

    /// Says something else, if that is anything.
    pub(crate) fn says(&mut self, message: &str) {
        if !message.is_empty() {
            self.said = content::raw(message);
        }
    }

    /// Makes the message that may leave the process: masked, and shown to redactors, which is waited for. `known` is the
    /// message of the same error where it was shown before.
    pub(crate) fn show(&mut self, known: impl FnOnce(&Self) -> Option<String>) {
        if !self.said.is_empty() && content::is_allowed(semconv::EXCEPTION_MESSAGE) {
            let known = known(self);
            self.message = known.unwrap_or_else(|| content::error_message(&self.said));
        }
    }

    /// An error with causes and a label of its own.
    pub(crate) fn with_label<E: ErrorType + Error>(error: &E) -> Self {
        Self {
            error_type: error_type::of_labeled(error),
            ..Self::with_causes(error)
        }
    }

    /// What can be displayed and has a label of its own.
    pub(crate) fn of_worded<E: ErrorType + Display>(error: &E) -> Self {
        Self {
            error_type: error_type::of_labeled(error),
            ..Self::of_displayed(error)
        }
    }

    /// What a handler answers: its label is the code, and its message the body.
    pub(crate) fn of_answer<E: Answer>(answer: &E) -> Self {
        Self {
            said: content::raw(answer.body()),
            ..Self::of_labeled(answer)
        }
    }

    /// What has a label of its own.
    pub(crate) fn of_labeled<E: ErrorType>(error: &E) -> Self {
        Self {
            error_type: error_type::of_labeled(error),
            ..Self::of_any(error)
        }
    }

    /// A pointer to an error of any type.
    #[track_caller]
    pub(crate) fn of_any_error<E: Deref<Target: DynError>>(error: &E) -> Self {
        let error = error.as_dyn();
        let found = error_type::of_dyn(error, Location::caller());
        let sources = sources(error);
        Self {
            error_type: found.label,
            exception_type: found.path.unwrap_or(type_name::<E>().into()),
            message: String::new(),
            said: said(error, &sources),
            sources,
        }
    }

    /// A pointer to an error of one type.
    pub(crate) fn of_pointee<E: Pointer<Pointee: Error>>(error: &E) -> Self {
        Self::of_error(error.pointee())
    }

    /// An error with causes.
    pub(crate) fn of_error<E: Error>(error: &E) -> Self {
        Self {
            error_type: error_type::of_error(error),
            ..Self::with_causes(error)
        }
    }

    /// What can be displayed.
    pub(crate) fn of_displayed<E: Display>(error: &E) -> Self {
        Self::of::<E>(content::raw(error), Vec::new())
    }

    /// What has a type.
    pub(crate) fn of_any<E>(_: &E) -> Self {
        Self::of::<E>(String::new(), Vec::new())
    }

    /// The result of a tool that says that the tool has failed.
    ///
    /// MCP conventions, `error.type`.
    #[cfg(feature = "rmcp")]
    pub(crate) fn of_tool(result: &rmcp::model::CallToolResult) -> Option<Self> {
        (result.is_error == Some(true)).then(|| Self::told("tool_error".into()))
    }

    /// All but the label.
    fn with_causes<E: Error>(error: &E) -> Self {
        let sources = sources(error);
        Self::of::<E>(said(error, &sources), sources)
    }

    fn of<E>(said: String, sources: Vec<String>) -> Self {
        let path = type_name::<E>();
        Self {
            error_type: error_type::of_path(path),
            exception_type: error_type::pointee(path).into(),
            message: String::new(),
            said,
            sources,
        }
    }
}

/// The message with those of its causes, as far as it does not tell them itself: "the call failed: connection refused".
fn said(error: &(impl Display + ?Sized), causes: &[String]) -> String {
    let mut said = content::raw(error);
    for cause in causes {
        if !said.contains(cause.as_str()) {
            said.push_str(": ");
            said.push_str(cause);
        }
    }
    content::raw(&said)
}

/// What all errors below `error` say. Bounded, since a chain may be a ring.
fn sources<E: Error + ?Sized>(error: &E) -> Vec<String> {
    // `source` is code of the user.
    let messages = catch_unwind(AssertUnwindSafe(|| {
        std::iter::successors(error.source(), |&error| error.source())
            .take(16)
            .map(content::raw)
            .collect()
    }));
    messages.unwrap_or_default()
}
