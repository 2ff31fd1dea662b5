//! Why an operation failed: what each form of error tells.

use std::any::type_name;
use std::borrow::Cow;
use std::error::Error;
use std::fmt::Display;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::content;
use crate::error_type::{self, DynError, ErrorType, Pointer};

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

    /// What has a label of its own.
    pub(crate) fn of_labeled<E: ErrorType>(error: &E) -> Self {
        Self {
            error_type: error_type::of_labeled(error),
            ..Self::of_any(error)
        }
    }

    /// A pointer to an error of any type.
    pub(crate) fn of_any_error<E: Deref<Target: DynError>>(error: &E) -> Self {
        let error = error.as_dyn();
        let found = error_type::of_dyn(error);
        let sources = sources(error);
        Self {
            error_type: found.label,
            exception_type: found.path.unwrap_or(type_name::<E>().into()),
            message: message(error, &sources),
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
        Self::of::<E>(content::display(error), Vec::new())
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
        Self::of::<E>(message(error, &sources), sources)
    }

    fn of<E>(message: String, sources: Vec<String>) -> Self {
        let path = type_name::<E>();
        Self {
            error_type: error_type::of_path(path),
            exception_type: error_type::pointee(path).into(),
            message,
            sources,
        }
    }
}

/// The message with those of its causes, as far as it does not tell them itself: "the call failed: connection refused".
fn message(error: &(impl Display + ?Sized), causes: &[String]) -> String {
    let mut message = content::display(error);
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
