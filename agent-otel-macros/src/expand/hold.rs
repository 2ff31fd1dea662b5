//! What the wrapped body captures, so that parameters drop as those of the plain function do.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::Attribute;

use crate::error::plain;
use crate::function::{Function, Parameter};
use crate::model::Model;

/// `let _ = (&last, &first);` captures the parameters whole and in an order that drops them as the plain function does,
/// without a copy of their own. With what describes the operation `within`, that captures as well.
pub(super) fn hold(model: &Model, function: &Function, within: bool) -> Option<TokenStream> {
    let parameters = function.parameters();
    let is_captured = |name: &Ident| function.mentions(name) || within && model.describes(name);
    let mut held = Vec::new();
    let mut unused = Vec::new();
    if function.owns_self() {
        let this = function
            .signature
            .receiver()
            .map(|this| this.self_token.span);
        let this = Ident::new("self", this.unwrap_or_else(Span::call_site));
        if is_captured(&this) {
            held.push(Held {
                name: this,
                cfgs: &[],
            });
        }
    }
    for Parameter {
        name,
        may_drop,
        cfgs,
        is_allowed,
        ..
    } in &parameters
    {
        let used = is_captured(name) || is_ignored(name);
        // What comes before the first parameter that is captured stays outside, and so drops after it; and what a verdict
        // is still to borrow.
        if !may_drop || !used && (held.is_empty() || model.judges(name)) {
            continue;
        }
        held.push(Held {
            name: name.clone(),
            cfgs,
        });
        if !used && !model.mentions(name) && !is_allowed && is_binding(name) {
            // The capture is a use: the lint for a parameter without one has to find another.
            unused.push(quote!(#(#cfgs)* let #name = ();));
        }
    }
    held.reverse();
    let unused = (!unused.is_empty()).then(|| quote!(if false { #(#unused)* }));
    let held = match held.as_slice() {
        [] => return None,
        // A list cannot leave out what is configured away.
        held if held.len() == 1 || held.iter().any(|one| !one.cfgs.is_empty()) => {
            let held = held.iter().map(|one @ Held { name, cfgs }| {
                let allow = one.is_ignored().then(allow);
                quote!(#(#cfgs)* #allow let _ = &#name;)
            });
            quote!(#(#held)*)
        }
        held => {
            let allow = held.iter().any(Held::is_ignored).then(allow);
            let held = held.iter().map(|one| &one.name);
            quote!(#allow let _ = (#(&#held),*);)
        }
    };
    Some(quote!(#unused #held))
}

/// A parameter that is captured.
struct Held<'a> {
    name: Ident,
    cfgs: &'a [Attribute],
}

impl Held<'_> {
    fn is_ignored(&self) -> bool {
        is_ignored(&self.name)
    }
}

/// Whether the name is one that a pattern binds, and not that of a unit struct.
fn is_binding(name: &Ident) -> bool {
    !plain(name).starts_with(char::is_uppercase)
}

/// Whether the parameter is meant for nobody.
fn is_ignored(name: &Ident) -> bool {
    name.to_string().starts_with('_')
}

/// The lint is about names in the code of the user, and this one the expansion writes.
fn allow() -> TokenStream {
    quote!(#[allow(clippy::used_underscore_binding)])
}
