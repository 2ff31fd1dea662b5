//! When the operation of a function begins.

use proc_macro2::{Ident, Span};

use crate::function::{Function, Shape};
use crate::model::Model;

/// When an operation begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    /// In the body, which may move what the arguments of the attribute borrow.
    Within,
    /// Where the function is called, or its future is polled first.
    AtOnce,
    /// Once a carrier is evaluated, which is an expression of the user's; where the future that a function returns is
    /// polled; with its stream.
    Later,
}

impl Begins {
    pub(super) fn of(model: &Model, function: &Function) -> Self {
        let is_later = model.stream.is_some() || model.inject.is_some();
        match function.shape() {
            Shape::Sync | Shape::Async if is_later => Self::Later,
            Shape::Sync if model.parent.is_none() && !judges_again(model, function) => Self::Within,
            Shape::Sync | Shape::Async => Self::AtOnce,
            Shape::Future | Shape::Boxed => Self::Later,
        }
    }

    /// Below the current span, the constructor alone begins what begins within, and what is polled.
    pub(super) fn needs_start(self, shape: Shape) -> bool {
        match self {
            Self::Within => false,
            Self::AtOnce => shape != Shape::Async,
            Self::Later => true,
        }
    }

    /// The method that takes the arguments of the attribute.
    pub(super) fn method(self) -> &'static str {
        match self {
            Self::Within | Self::AtOnce => "begin",
            Self::Later => "describe",
        }
    }
}

/// Whether a verdict borrows once more what nothing but the arguments of the attribute would move into the body.
fn judges_again(model: &Model, function: &Function) -> bool {
    let parameters = function.parameters().into_iter().map(|one| one.name);
    let this = Ident::new("self", Span::call_site());
    parameters
        .chain([this])
        .any(|name| !function.mentions(&name) && model.describes(&name) && model.judges(&name))
}
