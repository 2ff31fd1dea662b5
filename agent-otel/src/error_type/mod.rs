//! `error.type`: a label of low cardinality for a failure.
//!
//! What counts is, in this order: the label that the error's type gives itself ([`ErrorType`]), the code that the error or
//! one of its causes carries ([`known`]), and the name of its type ([`path`]) with its variant ([`variant`]).

mod cause;
mod distinct;
mod known;
mod path;
mod through;
mod variant;

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use http::StatusCode;

pub use cause::cause;
pub(crate) use cause::{DynError, Pointer};
pub(crate) use path::{of_path, pointee};
pub(crate) use through::of_dyn;

use crate::semconv;
use distinct::Origin;

#[doc = include_str!("../../doc/error_type.md")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell its `error.type`",
    label = "gives no label",
    note = "derive or implement `agent_otel::ErrorType` for it"
)]
pub trait ErrorType {
    /// The label: a word or a code that is the same for all failures of a kind, and never tells anything of one of them.
    fn error_type(&self) -> Cow<'static, str>;
}

/// The longest label, in bytes.
const LIMIT: usize = 64;

/// The longest path of a type that is given as a label, in bytes.
const PATH_LIMIT: usize = 256;

/// Whether this is short, and one word.
fn is_label(label: &str) -> bool {
    let limit = if label.contains("::") {
        PATH_LIMIT
    } else {
        LIMIT
    };
    !label.is_empty()
        && label.len() <= limit
        && !label
            .chars()
            .any(|char| char.is_whitespace() || char.is_control())
}

/// A label that was made at run time, if it is one, and if there are not too many already of the same origin.
fn made(origin: impl Into<Origin>, label: impl Into<String>) -> Option<String> {
    let label = label.into();
    (is_label(&label) && distinct::admits(origin.into(), &label)).then_some(label)
}

/// The label as it may stand on a span, if it may.
fn checked(origin: impl Into<Origin>, label: Cow<'static, str>) -> Option<Cow<'static, str>> {
    match label {
        Cow::Borrowed(label) => is_label(label).then_some(Cow::Borrowed(label)),
        Cow::Owned(label) => made(origin, label).map(Cow::Owned),
    }
}

/// A code that somebody else has chosen, as a label.
pub(crate) fn of_code(origin: &'static str, code: Cow<'static, str>) -> Cow<'static, str> {
    checked(origin, code).unwrap_or(semconv::ERROR_TYPE_OTHER.into())
}

/// What a predicate of the type `F` gave as a label. The path of a closure names the function that it is written in.
pub(crate) fn of_verdict<F>(label: Cow<'static, str>) -> Cow<'static, str> {
    checked(std::any::type_name::<F>(), label).unwrap_or(semconv::ERROR_TYPE_OTHER.into())
}

/// The label that an error gives itself, or else the path of its type.
pub(crate) fn of_labeled<E: ErrorType + ?Sized>(error: &E) -> Cow<'static, str> {
    let path = std::any::type_name::<E>();
    // The label is code of the user.
    catch_unwind(AssertUnwindSafe(|| error.error_type()))
        .ok()
        .and_then(|label| checked(path, label))
        .unwrap_or_else(|| of_path(path))
}

/// The code that a cause of the error carries, or else the path of its type, with its variant if it is an enumeration:
/// `shop::Error::OrderNotFound`.
pub(crate) fn of_error<E: Error>(error: &E) -> Cow<'static, str> {
    through::code_of_causes(error)
        .unwrap_or_else(|| variant::with_variant(std::any::type_name::<E>(), error))
}

macro_rules! any_error {
    ($($error:ty),*) => {$(
        /// Looks through wrappers: the label of the first error that means something.
        impl ErrorType for $error {
            #[track_caller]
            fn error_type(&self) -> Cow<'static, str> {
                of_dyn(self, Location::caller()).label
            }
        }
    )*};
}

any_error!(dyn Error, dyn Error + Send, dyn Error + Send + Sync);

macro_rules! pointers {
    ($($pointer:ty),*) => {$(
        impl<E: ErrorType> ErrorType for $pointer {
            fn error_type(&self) -> Cow<'static, str> {
                (**self).error_type()
            }
        }
    )*};
}

pointers!(&E, Box<E>, Rc<E>, Arc<E>);

/// The code: `404`.
impl ErrorType for StatusCode {
    fn error_type(&self) -> Cow<'static, str> {
        self.as_str().to_owned().into()
    }
}

/// An answer that is an error, with a text as its body.
pub(crate) trait Answer: ErrorType {
    fn body(&self) -> &dyn Display;
}

impl<B: Display> Answer for (StatusCode, B) {
    fn body(&self) -> &dyn Display {
        &self.1
    }
}

impl<H, B: Display> Answer for (StatusCode, H, B) {
    fn body(&self) -> &dyn Display {
        &self.2
    }
}

/// What handlers of web frameworks return: the code.
impl<B> ErrorType for (StatusCode, B) {
    fn error_type(&self) -> Cow<'static, str> {
        self.0.error_type()
    }
}

/// What handlers of web frameworks return: the code.
impl<H, B> ErrorType for (StatusCode, H, B) {
    fn error_type(&self) -> Cow<'static, str> {
        self.0.error_type()
    }
}
