//! All rules. Each error underlines the token to change and says what to write instead.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Type};

use crate::args::{Arg, Pair, Value};
use crate::error::{Errors, list, nearest, plain, spelled, suggestion};
use crate::function::{Body, Function, Shape};
use crate::lower::{self, Argument, Attribute, Form, Target};

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
    let kind = words.find(|ident| ITEMS.contains(&ident.to_string().as_str()));
    let Some(kind) = kind else {
        let message = format!("`#[{name}]` goes on a function, and this is none");
        return syn::Error::new_spanned(item.clone().into_iter().next(), message);
    };
    // Half-typed code: what the parser says is closer to the point.
    if kind == "fn" || kind == "const" && words.any(|ident| ident == "fn") {
        return error;
    }
    let advice = match kind.to_string().as_str() {
        "impl" | "trait" | "mod" | "extern" => "; put it on the functions inside",
        _ => "",
    };
    let message = format!("`#[{name}]` goes on a function, not on `{kind}`{advice}");
    syn::Error::new(kind.span(), message)
}

/// The words that tell what an item is.
const ITEMS: &[&str] = &[
    "const",
    "enum",
    "extern",
    "fn",
    "impl",
    "let",
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

/// The arguments that were written.
pub(crate) struct Given {
    /// Those that are right, each with its entry in the grammar.
    pub(crate) args: Vec<(&'static Argument, Arg)>,
    /// Those that have an error already, and those that a misspelled one was probably meant to be.
    tried: Vec<&'static str>,
    /// A syntax error hides what follows it.
    complete: bool,
}

impl Given {
    fn get(&self, name: &str) -> Option<&Arg> {
        let mut args = self.args.iter();
        args.find(|(argument, _)| argument.name == name)
            .map(|(_, arg)| arg)
    }

    /// Not there, and not the victim of an error that is told already.
    fn lacks(&self, name: &str) -> bool {
        self.complete && self.get(name).is_none() && !self.tried.contains(&name)
    }
}

/// Unknown, doubled and ill-formed arguments.
pub(crate) fn arguments(
    attribute: &'static Attribute,
    (args, syntax): (Vec<Arg>, Option<syn::Error>),
    function: &Function,
    errors: &mut Errors,
) -> Given {
    let mut given = Given {
        args: Vec::new(),
        tried: Vec::new(),
        complete: syntax.is_none(),
    };
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
            given.tried.extend(nearest(&word, words()));
            continue;
        };
        if given.get(argument.name).is_some() {
            errors.at(&arg.key, format!("`{word}` is given twice; remove one"));
        } else if form(argument, &arg, function, errors) {
            given.args.push((argument, arg));
        } else {
            given.tried.push(argument.name);
        }
    }
    if let Some(error) = syntax {
        errors.push(error);
    }
    given
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
        (Form::Returned | Form::Stream, Value::Word)
        | (Form::Parameters, Value::Word | Value::List(_))
        | (Form::Values(_) | Form::Pairs, Value::List(_))
        | (Form::Verdict, Value::Expr(_)) => true,
        _ => false,
    };
    if !fits {
        let right = match &argument.form {
            Form::Value => format!("{key} = expression"),
            Form::OneOf(words) => format!("{key} = {}", words.join(" | ")),
            Form::Operation(words) => format!("{key} = \"{}\"", words.join("\" | \"")),
            Form::Returned | Form::Stream => key.to_owned(),
            Form::Parameters => format!("{key}` or `{key}(a, b)"),
            Form::Values(words) => format!("{key}({})", words.join(", ")),
            Form::Pairs => format!("{key}(\"app.tier\" = value, user.id = value)"),
            Form::Parent => format!("{key} = carrier"),
            Form::Inject => format!("{key} = carrier` or `{key} = client"),
            Form::Verdict => format!("{key} = |ret| …"),
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
        let known = list(words.iter().copied());
        let message = match words {
            [_] => format!("`{key}` takes {known} only"),
            _ => format!("`{key}` takes one of {known}{near}"),
        };
        errors.at(expr, message);
    }
    fits
}

fn runtime(expr: &Expr, errors: &mut Errors) -> bool {
    let fits = matches!(expr, Expr::Path(path) if path.path.leading_colon.is_some()
        || path.path.segments.first().is_some_and(|first| first.ident == "crate" || first.ident == "$crate"));
    if !fits {
        errors.at(expr, "`crate` takes a path that means the same everywhere; write `::facade::agent_otel` or `crate::…`");
    }
    fits
}

/// The expression begins with a name; a name that looks like a parameter has to be one.
fn expression(expr: &Expr, argument: &Argument, function: &Function, errors: &mut Errors) -> bool {
    let words: &[&str] = match argument.form {
        Form::Inject => &["client"],
        _ => &[],
    };
    value(expr, words, function, errors)
}

/// As [`expression`], where a few bare words are no parameters.
pub(crate) fn value(expr: &Expr, words: &[&str], function: &Function, errors: &mut Errors) -> bool {
    let Some(root) = root(expr) else {
        return true;
    };
    let looks_like_parameter = plain(root).starts_with(|first: char| first.is_lowercase());
    let is_word = words.iter().any(|word| lower::is_word(expr, word));
    !looks_like_parameter || is_word || known(root, words, function, errors)
}

/// `name` is a parameter.
pub(crate) fn parameter(name: &Ident, function: &Function, errors: &mut Errors) -> bool {
    known(name, &[], function, errors)
}

/// `name` is a parameter; if not, those that exist are told.
fn known(name: &Ident, words: &[&str], function: &Function, errors: &mut Errors) -> bool {
    let receiver = function.signature.receiver().map(|_| "self".to_owned());
    let names = function.parameters().into_iter();
    let names = names.map(|parameter| plain(&parameter.name));
    let parameters: Vec<_> = receiver.into_iter().chain(names).collect();
    let word = plain(name);
    let exists = parameters.contains(&word);
    if !exists {
        let names = || parameters.iter().map(String::as_str);
        let existing = match parameters.len() {
            0 => "it has none".to_owned(),
            1 => format!("its parameter is {}", list(names())),
            _ => format!("its parameters are {}", list(names())),
        };
        let near = suggestion(&word, names().chain(words.iter().copied()));
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
    for (index, pair) in pairs.iter().enumerate() {
        value(&pair.value, &[], function, errors);
        let key = pair.key.value();
        if key.is_empty() {
            errors.at(
                &pair.written,
                "an attribute needs a key; write `\"app.tier\"`",
            );
        }
        let mut earlier = pairs.iter().take(index);
        if earlier.any(|earlier| earlier.key.value() == key) {
            errors.at(&pair.written, format!("`{key}` is given twice; remove one"));
        }
    }
}

/// The names of `arguments(…)`.
pub(crate) fn names(names: &[Ident], function: &Function, errors: &mut Errors) {
    for (index, name) in names.iter().enumerate() {
        let mut earlier = names.iter().take(index);
        if earlier.any(|earlier| plain(earlier) == plain(name)) {
            errors.at(
                name,
                format!("`{}` is given twice; remove one", plain(name)),
            );
        } else {
            parameter(name, function, errors);
        }
    }
}

/// The name that `name`, `name.field`, `name.method()` or `&name` begins with.
fn root(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
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
    given: &Given,
    function: &Function,
    errors: &mut Errors,
) {
    let name = attribute.name;
    // What is missing belongs into the attribute, so all of it is underlined, as the user's own text.
    let here = Span::call_site().resolved_at(function.signature.ident.span());
    match attribute.target {
        Target::Required(target) if given.lacks(target) => errors.push(syn::Error::new(
            here,
            format!("`#[{name}]` has to name whom it calls; write `{target} = \"…\"`"),
        )),
        _ => {}
    }
    if attribute.carries_context && given.lacks("inject") {
        let message = "no trace context travels through this call; write `inject = headers` with the parameter that carries \
                       the headers, or `inject = client` where the client's middleware writes them";
        errors.push(syn::Error::new(here, message));
    }
    if let Some(Value::Expr(expr)) = given.get("inject").map(|arg| &arg.value) {
        writable(expr, function, errors);
    }
    if let (Some(_), Some(link)) = (given.get("extract"), given.get("link")) {
        errors.at(
            &link.key,
            "`extract` continues the caller's trace and `link` begins a new one; keep one of them",
        );
    }
    if attribute.reads_usage {
        if let (Some(_), Some(model)) = (given.get("request"), given.get("model")) {
            errors.at(
                &model.key,
                "`request` tells the model already; remove `model`",
            );
        }
        if given.lacks("provider") {
            let message = "a model call has to name its provider; write `provider = \"openai\"`";
            errors.push(syn::Error::new(here, message));
        }
        if given.lacks("usage") {
            opaque_response(function, errors);
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
