//! All rules. Each error underlines the token to change and says what to write instead.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Expr, Type};

use crate::args::{Arg, Pair, Value};
use crate::error::{Errors, list, plain, suggestion};
use crate::function::{Body, Function, Shape};
use crate::lower::{self, Argument, Attribute, Form, Target};

/// The item is no function.
pub(crate) fn not_a_function(
    attribute: &Attribute,
    item: &TokenStream,
    error: syn::Error,
) -> syn::Error {
    let word = item
        .clone()
        .into_iter()
        .filter_map(|token| match token {
            proc_macro2::TokenTree::Ident(ident) => Some(ident),
            _ => None,
        })
        .find(|ident| {
            let items = [
                "struct",
                "enum",
                "union",
                "trait",
                "impl",
                "mod",
                "type",
                "static",
                "use",
                "fn",
                "macro_rules",
            ];
            items.contains(&ident.to_string().as_str())
        });
    match word {
        Some(word) if word != "fn" => syn::Error::new(
            word.span(),
            format!(
                "`#[{}]` goes on a function, and this is none; put it on the function itself",
                attribute.name
            ),
        ),
        // Half-typed code: what the parser says is closer to the point.
        _ => error,
    }
}

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

/// Unknown, doubled and ill-formed arguments; what passes is paired with its entry in the grammar.
pub(crate) fn arguments(
    attribute: &'static Attribute,
    args: Vec<Arg>,
    function: &Function,
    errors: &mut Errors,
) -> Vec<(&'static Argument, Arg)> {
    let mut known: Vec<(&'static Argument, Arg)> = Vec::new();
    for arg in args {
        let word = plain(&arg.key);
        let Some(argument) = attribute.words().find(|argument| argument.name == word) else {
            let words = || attribute.words().map(|argument| argument.name);
            let message = format!(
                "unknown argument `{word}` for `#[{}]`{}\nexpected one of: {}",
                attribute.name,
                suggestion(&word, words()),
                list(words())
            );
            errors.at(&arg.key, message);
            continue;
        };
        if known.iter().any(|(known, _)| known.name == argument.name) {
            errors.at(&arg.key, format!("`{word}` is given twice; remove one"));
            continue;
        }
        if form(argument, &arg, function, errors) {
            known.push((argument, arg));
        }
    }
    known
}

/// Whether the argument has the form that the grammar says; if not, the right form is told.
fn form(argument: &Argument, arg: &Arg, function: &Function, errors: &mut Errors) -> bool {
    let key = argument.name;
    let fits = match (&argument.form, &arg.value) {
        (Form::Value | Form::Parent | Form::Inject, Value::Expr(expr)) => {
            return expression(expr, argument, function, errors);
        }
        (Form::OneOf(words) | Form::Operation(words), Value::Expr(expr)) => {
            return one_of(key, words, expr, errors);
        }
        (Form::Usage, Value::Expr(expr)) => return one_of(key, &["manual"], expr, errors),
        (Form::Runtime, Value::Expr(expr)) => return runtime(expr, errors),
        (Form::Returned, Value::Word)
        | (Form::Parameters, Value::Word | Value::List(_))
        | (Form::Values(_) | Form::Pairs, Value::List(_)) => true,
        _ => false,
    };
    if !fits {
        let right = match &argument.form {
            Form::Value => format!("{key} = expression"),
            Form::OneOf(words) => format!("{key} = {}", words.join(" | ")),
            Form::Operation(words) => format!("{key} = \"{}\"", words.join("\" | \"")),
            Form::Returned => key.to_owned(),
            Form::Parameters => format!("{key}` or `{key}(a, b)"),
            Form::Values(words) => format!("{key}({})", words.join(", ")),
            Form::Pairs => format!("{key}(\"app.tier\" = value, user.id = value)"),
            Form::Parent => format!("{key} = carrier"),
            Form::Inject => format!("{key} = carrier` or `{key} = client"),
            Form::Usage => format!("{key} = manual"),
            Form::Runtime => format!("{key} = ::path::to::agent_otel"),
        };
        errors.at(
            &arg.key,
            format!("`{key}` does not have this form; write `{right}`"),
        );
    }
    fits
}

fn one_of(key: &str, words: &[&str], expr: &Expr, errors: &mut Errors) -> bool {
    let word = lower::word(expr);
    let fits = words.contains(&word.as_str());
    if !fits {
        let near = suggestion(&word, words.iter().copied());
        errors.at(
            expr,
            format!("`{key}` takes one of {}{near}", list(words.iter().copied())),
        );
    }
    fits
}

fn runtime(expr: &Expr, errors: &mut Errors) -> bool {
    let fits = matches!(expr, Expr::Path(path) if path.path.leading_colon.is_some()
        || path.path.segments.first().is_some_and(|first| first.ident == "crate"));
    if !fits {
        errors.at(expr, "`crate` takes a path that means the same everywhere; write `::facade::agent_otel` or `crate::…`");
    }
    fits
}

/// The expression begins with a name; a name that looks like a parameter has to be one.
fn expression(expr: &Expr, argument: &Argument, function: &Function, errors: &mut Errors) -> bool {
    if matches!(argument.form, Form::Inject) && lower::is_word(expr, "client") {
        return true;
    }
    let Some(root) = root(expr) else {
        return true;
    };
    let looks_like_parameter = plain(root).starts_with(|first: char| first.is_lowercase());
    !looks_like_parameter || parameter(root, function, errors)
}

/// `name` is a parameter; if not, those that exist are told.
pub(crate) fn parameter(name: &Ident, function: &Function, errors: &mut Errors) -> bool {
    let parameters: Vec<_> = function
        .parameters()
        .iter()
        .map(|parameter| plain(&parameter.name))
        .collect();
    let word = plain(name);
    let exists = parameters.contains(&word);
    if !exists {
        let names = || parameters.iter().map(String::as_str);
        let existing = match parameters.len() {
            0 => "it has none".to_owned(),
            _ => format!("its parameters are {}", list(names())),
        };
        let near = suggestion(&word, names());
        errors.at(
            name,
            format!(
                "`{word}` is not a parameter of `{}`; {existing}{near}",
                function.name()
            ),
        );
    }
    exists
}

/// The values and keys of `attributes(…)`.
pub(crate) fn pairs(pairs: &[Pair], function: &Function, errors: &mut Errors) {
    let argument = Argument {
        name: "attributes",
        form: Form::Value,
    };
    for (index, pair) in pairs.iter().enumerate() {
        expression(&pair.value, &argument, function, errors);
        if pair.key.value().is_empty() {
            errors.at(&pair.key, "an attribute needs a key; write `\"app.tier\"`");
        }
        if pairs
            .iter()
            .take(index)
            .any(|earlier| earlier.key.value() == pair.key.value())
        {
            errors.at(
                &pair.key,
                format!("`{}` is given twice; remove one", pair.key.value()),
            );
        }
    }
}

/// The name that `name`, `name.field`, `name.method()` or `&name` begins with, `self` aside.
fn root(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(path) if path.qself.is_none() => {
            path.path.get_ident().filter(|ident| *ident != "self")
        }
        Expr::Field(field) => root(&field.base),
        Expr::MethodCall(call) => root(&call.receiver),
        Expr::Reference(reference) => root(&reference.expr),
        Expr::Paren(paren) => root(&paren.expr),
        Expr::Group(group) => root(&group.expr),
        Expr::Index(index) => root(&index.expr),
        Expr::Unary(unary) => root(&unary.expr),
        _ => None,
    }
}

/// What only the whole shows.
pub(crate) fn model(
    attribute: &Attribute,
    args: &[(&'static Argument, Arg)],
    function: &Function,
    errors: &mut Errors,
) {
    let given = |name: &str| {
        args.iter()
            .find(|(argument, _)| argument.name == name)
            .map(|(_, arg)| arg)
    };
    let name = attribute.name;
    if let Target::Required(target) = attribute.target {
        if given(target).is_none() {
            let message = format!(
                "`#[{name}]` has to name whom it calls; write `#[{name}({target} = \"…\")]`"
            );
            errors.at(&function.signature.ident, message);
        }
    }
    if attribute.carries_context {
        match given("inject").map(|arg| &arg.value) {
            None => errors.at(
                &function.signature.ident,
                format!(
                    "no trace context travels through this call; write `#[{name}(inject = headers)]` with the parameter \
                     that carries the headers, or `inject = client` where the client's middleware writes them"
                ),
            ),
            Some(Value::Expr(expr)) => writable(expr, function, errors),
            Some(_) => {}
        }
    }
    if let (Some(_), Some(link)) = (given("extract"), given("link")) {
        errors.at(
            &link.key,
            "`extract` continues the caller's trace and `link` begins a new one; keep one of them",
        );
    }
    if let (Some(_), Some(model)) = (
        given("request"),
        given("model").filter(|_| attribute.reads_usage),
    ) {
        errors.at(
            &model.key,
            "`request` tells the model already; remove `model`",
        );
    }
    if attribute.reads_usage && given("provider").is_none() {
        let message =
            "a model call has to name its provider; write `#[llm_call(provider = \"openai\")]`";
        errors.at(&function.signature.ident, message);
    }
    if attribute.reads_usage && given("usage").is_none() {
        opaque_response(function, errors);
    }
}

/// A carrier that is a parameter has to be writable.
fn writable(expr: &Expr, function: &Function, errors: &mut Errors) {
    for parameter in function.parameters() {
        if !lower::is_word(expr, &parameter.name.to_string()) || lower::is_word(expr, "client") {
            continue;
        }
        let name = plain(&parameter.name);
        match &parameter.ty {
            Some(Type::Reference(ty)) if ty.mutability.is_none() => {
                let ty = &ty.elem.to_token_stream().to_string().replace(' ', "");
                errors.at(
                    expr,
                    format!(
                        "`inject` writes into `{name}`, which is shared; take `{name}: &mut {ty}`"
                    ),
                );
            }
            Some(Type::Reference(_)) => {}
            Some(_) if !parameter.mutable => {
                errors.at(
                    expr,
                    format!(
                        "`inject` writes into `{name}`, which is not mutable; take `mut {name}`"
                    ),
                );
            }
            _ => {}
        }
    }
}

/// Nothing can be read from `impl Trait` that the trait does not tell.
fn opaque_response(function: &Function, errors: &mut Errors) {
    let Some(Type::ImplTrait(ty)) = function.output() else {
        return;
    };
    if function.shape() == Shape::Future
        || !ty
            .bounds
            .to_token_stream()
            .to_string()
            .contains("LlmResponse")
    {
        errors.at(
            ty,
            "the token usage of this type cannot be read; return a type that implements `agent_otel::LlmResponse`, or \
             write `usage = manual` and report it with `agent_otel::current().usage(…)`",
        );
    }
}
