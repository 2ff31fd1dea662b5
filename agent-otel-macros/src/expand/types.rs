//! Types in the expansion: inside a closure or a block the declared return type is not seen, so it is told again.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

use super::with_spans;
use crate::function::{Function, Shape, span_of};
use crate::model::Model;
use crate::types::{ends, erased, is_awaitable};

/// Pins the type of the `async` block to the declared one, which is not seen inside it; for a model call, the same line
/// demands that the type tells its token usage.
pub(super) fn pin(model: &Model, function: &Function) -> Option<TokenStream> {
    let runtime = &model.runtime;
    let span = span_of(function.return_type(), function);
    let ty = match function.return_type() {
        Some(Type::Never(_) | Type::ImplTrait(_)) => return None,
        Some(ty) => erased(ty).to_token_stream(),
        None => quote_spanned!(span=> ()),
    };
    let pin = Ident::new(
        if checks_response(model) {
            "response"
        } else {
            "never"
        },
        Span::call_site(),
    );
    // "return type inferred to be `…` here" belongs under the declared type.
    let (first, last) = ends(&ty);
    let path = quote!(#runtime::__private::#pin::);
    let path = with_spans(path, |was| was.located_at(first));
    let call = quote_spanned!(Span::call_site().located_at(last)=> ());
    Some(quote!(if false { return #path<#ty>#call; }))
}

/// The return value has to tell the token usage itself.
fn checks_response(model: &Model) -> bool {
    model.checks_usage() && model.stream.is_none()
}

/// The demand of a model call where no line pins the type, or where it is a stream.
pub(super) fn usage_check(model: &Model, function: &Function) -> Option<TokenStream> {
    let pinned = checks_response(model) && function.shape() == Shape::Async;
    if !model.checks_usage() || pinned {
        return None;
    }
    let runtime = &model.runtime;
    if model.stream.is_some() {
        return Some(match (function.stream(), function.output()) {
            (Some((_, Some(item))), _) => {
                let item = erased(item);
                quote!(let _ = #runtime::__private::chunk::<#item>;)
            }
            (_, Some(ty)) => {
                let ty = erased(ty);
                quote!(let _ = #runtime::__private::chunks::<#ty>;)
            }
            (_, None) => return None,
        });
    }
    let ty = match function.output() {
        Some(Type::Never(_) | Type::ImplTrait(_)) => return None,
        Some(ty) => erased(ty).to_token_stream(),
        None => quote_spanned!(function.signature.ident.span()=> ()),
    };
    Some(quote!(let _ = #runtime::__private::response::<#ty>;))
}

/// The declared return type of a closure, so that mismatches are told as in the plain function.
pub(super) fn closure_output(function: &Function) -> TokenStream {
    match function.return_type() {
        Some(Type::ImplTrait(_)) => TokenStream::new(),
        Some(ty) => {
            let ty = erased(ty);
            quote!(-> #ty)
        }
        None => quote!(-> ()),
    }
}

/// For a function that gives what can be awaited: clippy takes an `async` block that does so for a mistake, such as the one
/// around the body, and not an `async fn`.
pub(super) fn allow_awaitable(function: &Function) -> Option<TokenStream> {
    let gives_future =
        function.shape() == Shape::Async && function.return_type().is_some_and(is_awaitable);
    gives_future.then(|| quote!(#[allow(clippy::async_yields_async)]))
}
