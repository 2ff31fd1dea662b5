//! What the wrapped body captures, so that parameters drop as those of the plain function do.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Attribute;
use syn::spanned::Spanned;

use crate::function::{Function, Parameter};
use crate::model::Model;

/// `let _ = (&last, &first);` captures the parameters whole and in an order that drops them as the plain function does,
/// without a copy of their own. With what describes the operation `within`, that captures as well.
pub(super) fn hold(model: &Model, function: &Function, within: bool) -> Option<TokenStream> {
    let parameters = function.parameters();
    let is_captured = |name: &Ident| function.mentions(name) || within && model.describes(name);
    let mut held: Vec<(&[Attribute], TokenStream)> = Vec::new();
    let mut unused = Vec::new();
    if function.owns_self() {
        let this = Ident::new("self", function.signature.receiver().span());
        if is_captured(&this) {
            held.push((&[], quote!(&#this)));
        }
    }
    for Parameter {
        name,
        may_drop,
        cfgs,
        ..
    } in &parameters
    {
        let used = is_captured(name) || name.to_string().starts_with('_');
        // What comes before the first parameter that is captured stays outside, and so drops after it.
        if !may_drop || !used && held.is_empty() {
            continue;
        }
        held.push((cfgs.as_slice(), quote!(&#name)));
        if !used && !model.mentions(name) {
            // The capture is a use: the lint for a parameter without one has to find another.
            unused.push(quote!(#(#cfgs)* let #name = ();));
        }
    }
    held.reverse();
    let unused = (!unused.is_empty()).then(|| quote!(if false { #(#unused)* }));
    let held = match held.as_slice() {
        [] => return None,
        // A list cannot leave out what is configured away.
        held if held.len() == 1 || held.iter().any(|(cfgs, _)| !cfgs.is_empty()) => {
            let held = held
                .iter()
                .map(|(cfgs, held)| quote!(#(#cfgs)* let _ = #held;));
            quote!(#(#held)*)
        }
        held => {
            let held = held.iter().map(|(_, held)| held);
            quote!(let _ = (#(#held),*);)
        }
    };
    Some(quote!(#unused #held))
}
