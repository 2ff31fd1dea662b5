//! Failure that is no `Err`, and `Err` that is no failure: `error_if` and `ok_if` of the attributes.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error_type::ErrorType;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::{error_type, semconv};

/// What an `error_if` predicate may give: `bool`, or `Some` label of low cardinality that becomes `error.type`.
///
/// # Examples
///
/// ```
/// use agent_otel::tool;
///
/// struct Reply { status: u16 }
///
/// #[tool(error_if = |reply: &Reply| (reply.status >= 500).then_some(reply.status))]
/// fn fetch(url: &str) -> Reply {
///     Reply { status: if url.is_empty() { 500 } else { 200 } }
/// }
/// # fetch("");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell whether the operation failed",
    label = "neither `bool` nor `Option` of a label",
    note = "give `true` for a failure, or `Some(\"label\")`, which becomes `error.type`"
)]
pub trait Verdict {
    /// `error.type` of the failure; `None` where there was none.
    fn error_type(self) -> Option<Cow<'static, str>>;
}

impl Verdict for bool {
    fn error_type(self) -> Option<Cow<'static, str>> {
        self.then_some(Cow::Borrowed(semconv::ERROR_TYPE_OTHER))
    }
}

macro_rules! labels {
    ($($label:ty),*) => {$(
        impl Verdict for Option<$label> {
            fn error_type(self) -> Option<Cow<'static, str>> {
                self.map(|label| label.to_string().into())
            }
        }
    )*};
}

labels!(&str, String, Cow<'static, str>, u16, i32, i64);

impl Verdict for Option<http::StatusCode> {
    fn error_type(self) -> Option<Cow<'static, str>> {
        self.map(|status| ErrorType::error_type(&status))
    }
}

impl Outcome {
    /// Makes a return value a failure that is none by its type.
    pub fn error_if<T: ?Sized, V: Verdict, F: FnOnce(&T) -> V>(
        &mut self,
        value: &T,
        failed: F,
    ) -> &mut Self {
        if self.failure.is_none() {
            // A predicate that panics has judged nothing.
            let verdict = catch_unwind(AssertUnwindSafe(|| failed(value).error_type()));
            let label = verdict.unwrap_or_default().map(error_type::of_verdict::<F>);
            self.failure = label.map(|label| Box::new(Failure::told(label)));
        }
        self
    }

    /// Makes an error no failure: control flow that happens to be an `Err`.
    pub fn ok_if<T: ?Sized>(&mut self, value: &T, succeeded: impl FnOnce(&T) -> bool) -> &mut Self {
        if self.failure.is_some() {
            let verdict = catch_unwind(AssertUnwindSafe(|| succeeded(value)));
            if verdict.unwrap_or_default() {
                self.failure = None;
            }
        }
        self
    }
}
