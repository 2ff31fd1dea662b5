//! Where the runtime crate is: `::agent_otel`, or what `crate = path` says.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Expr};

use crate::args::{self, Arg, Value};
use crate::error::{Errors, plain};

/// What to say of a path that means something else elsewhere.
pub(crate) const RELATIVE: &str = "`crate` takes a path that means the same everywhere; write `::facade::agent_otel` or `crate::…`";

/// Where it is if nothing is said.
pub(crate) fn default() -> TokenStream {
    quote!(::agent_otel)
}

/// Whether this is a path that means the same in every module.
pub(crate) fn is_absolute(expr: &Expr) -> bool {
    matches!(expr, Expr::Path(path) if path.path.leading_colon.is_some()
        || path.path.segments.first().is_some_and(|first| first.ident == "crate" || first.ident == "$crate"))
}

/// What `crate = path` among these arguments says. What is wrong with it, they say where they are read.
pub(crate) fn of_arguments(args: &TokenStream) -> TokenStream {
    let (args, _) = args::parse(args.clone());
    let path = args.iter().find_map(|arg| match &arg.value {
        Value::Expr(expr) if is_crate(arg) && is_absolute(expr) => Some(expr.to_token_stream()),
        _ => None,
    });
    path.unwrap_or_else(default)
}

/// Takes `#[name(crate = path)]` from the attributes of a type.
pub(crate) fn of_type(
    name: &str,
    attributes: &mut Vec<Attribute>,
    errors: &mut Errors,
) -> TokenStream {
    let mut found = None;
    attributes.retain(|attribute| {
        let (mut args, _) = match &attribute.meta {
            syn::Meta::List(list) if attribute.path().is_ident(name) => {
                args::parse(list.tokens.clone())
            }
            _ => return true,
        };
        let Some(arg) = args.pop().filter(is_crate) else {
            return true;
        };
        match arg.value {
            _ if !args.is_empty() => {
                errors.at(
                    &arg.key,
                    format!("`crate` stands alone; write `#[{name}(crate = …)]` beside the other one"),
                );
            }
            _ if found.is_some() => errors.at(&arg.key, "`crate` is given twice; remove one"),
            Value::Expr(expr) if is_absolute(&expr) => found = Some(expr.into_token_stream()),
            Value::Expr(expr) => errors.at(expr, RELATIVE),
            Value::Word | Value::List(_) => errors.at(
                &arg.key,
                format!("`crate` does not have this form; write `#[{name}(crate = ::path::to::agent_otel)]`"),
            ),
        }
        false
    });
    found.unwrap_or_else(default)
}

fn is_crate(arg: &Arg) -> bool {
    plain(&arg.key) == "crate"
}
