//! What an annotated function says about itself: plain data between the grammar and the expansion.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Attribute, Expr, LitStr};

use crate::error::plain;
use crate::function::{StreamForm, mentions};
use crate::words::Reads;

/// Everything that the expansion of one function prints.
pub(crate) struct Model {
    /// Path of the runtime crate: `::agent_otel`, or what `crate = …` says.
    pub(crate) runtime: TokenStream,
    /// Function of the runtime that begins the operation.
    pub(crate) constructor: Ident,
    /// The span's name, or the operation alone where the rest is known at run time only.
    pub(crate) span_name: LitStr,
    /// `extract = carrier` or `link = carrier`.
    pub(crate) parent: Option<Call>,
    /// What is recorded when the operation begins.
    pub(crate) describe: Vec<Call>,
    /// `inject = carrier`.
    pub(crate) inject: Option<Call>,
    /// How the return value is read: `outcome`, `response`, and what else was asked for.
    pub(crate) returned: Vec<Ident>,
    /// What is counted in the return value, once the outcome is known.
    pub(crate) counted: Vec<Ident>,
    /// `error_if = …` and `ok_if = …`, in the order in which they were written.
    pub(crate) verdicts: Vec<Call>,
    /// The operation goes on until the stream ends that the function gives.
    pub(crate) stream: Option<StreamForm>,
    /// What else the return value tells, or the items of the stream do.
    pub(crate) reads: Reads,
}

/// One method call of the expansion.
pub(crate) struct Call {
    pub(crate) method: Ident,
    pub(crate) operands: Vec<Operand>,
    /// `#[cfg(…)]` of the parameter that the call names.
    pub(crate) cfgs: Vec<Attribute>,
}

/// One operand of a [`Call`].
pub(crate) enum Operand {
    /// A literal known at compile time.
    Literal(LitStr),
    /// An expression of the user, taken by reference.
    Borrowed(Expr),
    /// A parameter that is a `&mut` already, or an owned one.
    BorrowedMut(Expr),
    /// Passed as it is.
    Plain(Expr),
}

impl Call {
    pub(crate) fn new(method: Ident, operands: Vec<Operand>) -> Self {
        Self {
            method,
            operands,
            cfgs: Vec::new(),
        }
    }
}

impl Model {
    /// The return type, or the items of the stream, have to tell the token usage.
    pub(crate) fn checks_usage(&self) -> bool {
        self.reads == Reads::Usage
    }

    /// An argument of the attribute names the parameter.
    pub(crate) fn mentions(&self, name: &Ident) -> bool {
        let calls = self.parent.iter().chain(&self.describe).chain(&self.inject);
        are_about(calls, name)
    }

    /// What is recorded when the operation begins names the parameter.
    pub(crate) fn describes(&self, name: &Ident) -> bool {
        are_about(&self.describe, name)
    }

    /// A verdict names the parameter.
    pub(crate) fn judges(&self, name: &Ident) -> bool {
        are_about(&self.verdicts, name)
    }
}

/// An operand of these calls names the parameter.
fn are_about<'a>(calls: impl IntoIterator<Item = &'a Call>, name: &Ident) -> bool {
    let mut operands = calls.into_iter().flat_map(|call| &call.operands);
    operands.any(|operand| match operand {
        Operand::Literal(_) => false,
        Operand::Borrowed(expr) | Operand::BorrowedMut(expr) | Operand::Plain(expr) => {
            mentions(expr.to_token_stream(), &plain(name))
        }
    })
}
