//! All rules. Each error underlines the token to change and says what to write instead.

mod form;
mod given;
mod names;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Type};

use crate::error::{Errors, plain, spelled};
use crate::function::{Body, Function, Shape};
use crate::lower;
use crate::words::{Attribute, Reads, Target};

pub(crate) use given::{Given, arguments};
use names::root;
pub(crate) use names::{keys, names, pairs, value};

/// The item is no function.
pub(crate) fn not_a_function(
    attribute: &Attribute,
    item: &TokenStream,
    error: syn::Error,
) -> syn::Error {
    let name = attribute.name;
    let mut words = item.clone().into_iter().filter_map(|token| match token {
        TokenTree::Ident(ident) => Some(ident),
        _ => None,
    });
    let kind = words.find(|ident| *ident == "let" || ITEMS.contains(&ident.to_string().as_str()));
    let Some(kind) = kind else {
        let message = format!("`#[{name}]` goes on a function, and this is none");
        return syn::Error::new_spanned(item.clone().into_iter().next(), message);
    };
    // Half-typed code: what the parser says is closer to the point.
    if kind == "fn" || kind == "const" && words.any(|ident| ident == "fn") {
        return error;
    }
    let advice = match kind.to_string().as_str() {
        "impl" | "mod" if name == "tool" => {
            "; write `#[tools]` for all functions inside, or put it on some of them"
        }
        "impl" | "trait" | "mod" | "extern" => "; put it on the functions inside",
        _ => "",
    };
    let message = format!("`#[{name}]` goes on a function, not on `{kind}`{advice}");
    syn::Error::new(kind.span(), message)
}

/// The words that tell what an item is.
pub(crate) const ITEMS: &[&str] = &[
    "const",
    "enum",
    "extern",
    "fn",
    "impl",
    "macro_rules",
    "mod",
    "static",
    "struct",
    "trait",
    "type",
    "union",
    "use",
];

/// Functions that cannot have a span.
pub(crate) fn function(attribute: &Attribute, function: &Function, errors: &mut Errors) {
    let name = attribute.name;
    if let Some(token) = &function.signature.constness {
        errors.at(
            token,
            format!("`#[{name}]` cannot trace a `const fn`, since spans exist at run time only; remove `const`"),
        );
    }
    if let Body::None(semicolon) = &function.body {
        errors.at(
            semicolon,
            format!("`#[{name}]` traces a body, and this function has none; put it on the implementation"),
        );
    }
}

/// What only the whole shows.
pub(crate) fn model(given: &Given, function: &Function, errors: &mut Errors) {
    // What is missing belongs into the attribute, so all of it is underlined, as the user's own text.
    let here = Span::call_site().resolved_at(function.signature.ident.span());
    let operation = given.operation;
    for required in operation.required {
        if given.lacks(required.name) {
            let message = format!(
                "{}; write `{} = {}`",
                required.why, required.name, required.example
            );
            errors.push(syn::Error::new(here, message));
        }
    }
    if let Some(first) = given.first_word() {
        if let (Target::OfOperation(_), Some(target)) =
            (&operation.target, operation.target.argument(&first))
        {
            if given.lacks(target) {
                let message =
                    format!("`{first}` has to name its {target}; write `{target} = \"…\"`");
                errors.push(syn::Error::new(here, message));
            }
        }
    }
    if let Some(carrier) = operation.carrier.as_ref().filter(|_| given.lacks("inject")) {
        let message = format!(
            "no trace context travels through this call; write `inject = {}` with {}, or `inject = client` where the \
             client's middleware writes them",
            carrier.name, carrier.what
        );
        errors.push(syn::Error::new(here, message));
    }
    if let Some(expr) = given.expr("inject") {
        writable(expr, function, errors);
    }
    if let (Some(_), Some(link)) = (given.get("extract"), given.get("link")) {
        errors.at(
            &link.key,
            "`extract` continues the caller's trace and `link` begins a new one; keep one of them",
        );
    }
    if let (Some(_), Some(model)) = (given.get("request"), given.get("model")) {
        errors.at(
            &model.key,
            "`request` tells the model already; remove `model`",
        );
    }
    vendors(given, errors);
    if operation.reads == Reads::Usage && given.lacks("usage") {
        opaque_response(function, errors);
    }
}

/// Arguments that exist for one provider only (GenAI conventions, "Provider refinements").
const VENDORS: &[(&str, &str)] = &[
    ("service_tier", "openai"),
    ("api_type", "openai"),
    ("guardrail_id", "aws.bedrock"),
    ("knowledge_base_id", "aws.bedrock"),
];

/// What exists for one provider is not told of another.
fn vendors(given: &Given, errors: &mut Errors) {
    let Some(provider) = given.expr("provider").and_then(lower::literal) else {
        return;
    };
    for (name, vendor) in VENDORS {
        if let Some(arg) = given.get(name).filter(|_| provider.value() != *vendor) {
            let message =
                format!("`{name}` is a matter of `provider = \"{vendor}\"` only; remove it");
            errors.at(&arg.key, message);
        }
    }
}

/// A carrier that is a parameter, or a field of one, has to be writable.
fn writable(expr: &Expr, function: &Function, errors: &mut Errors) {
    let Some(root) = place(expr) else {
        return;
    };
    let carrier = spelled(expr);
    if root == "self" {
        let advice = match function.signature.receiver() {
            Some(this) => match (&this.kind, this.mutability) {
                (syn::ReceiverKind::Reference(_, _, None), _) => "shared; take `&mut self`",
                (syn::ReceiverKind::Value, None) => "not mutable; take `mut self`",
                _ => return,
            },
            None => return,
        };
        let message = format!("`inject` writes into `{carrier}`, and `self` is {advice}");
        errors.at(expr, message);
        return;
    }
    let parameters = function.parameters();
    let Some(parameter) = parameters.iter().find(|parameter| parameter.name == *root) else {
        return;
    };
    let name = plain(&parameter.name);
    match &parameter.ty {
        Some(Type::Reference(ty)) if ty.mutability.is_none() => {
            let ty = spelled(&ty.elem);
            errors.at(
                expr,
                format!("`inject` writes into `{carrier}`, and `{name}` is shared; take `{name}: &mut {ty}`"),
            );
        }
        Some(Type::Reference(_)) => {}
        Some(_) if !parameter.mutable => {
            errors.at(
                expr,
                format!("`inject` writes into `{carrier}`, and `{name}` is not mutable; take `mut {name}`"),
            );
        }
        _ => {}
    }
}

/// The name that `name` or `name.field` begins with.
fn place(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(_) => root(expr).filter(|root| *root != "client"),
        Expr::Field(field) => place(&field.base),
        Expr::Paren(paren) => place(&paren.expr),
        Expr::Group(group) => place(&group.expr),
        _ => None,
    }
}

/// Nothing can be read from `impl Trait` that the trait does not tell.
fn opaque_response(function: &Function, errors: &mut Errors) {
    let Some(Type::ImplTrait(ty)) = function.output() else {
        return;
    };
    if function.stream().is_some() {
        return;
    }
    if function.shape() == Shape::Future
        || !ty
            .bounds
            .to_token_stream()
            .to_string()
            .contains("LlmResponse")
    {
        let message = format!(
            "`{}` does not tell the token usage of a model call; return a type that implements \
             `agent_otel::LlmResponse`, or write `usage = manual` and report the usage with \
             `agent_otel::current().usage(…)`",
            spelled(ty)
        );
        errors.at(ty, message);
    }
}
