//! Which names an argument may begin with: those of the parameters.

use proc_macro2::Ident;
use syn::Expr;

use crate::args::Pair;
use crate::error::{Errors, list, plain, suggestion};
use crate::function::Function;
use crate::lower;
use crate::words::{Argument, Form};

/// The expression begins with a name; a name that looks like a parameter has to be one.
pub(super) fn expression(
    expr: &Expr,
    argument: &Argument,
    function: &Function,
    errors: &mut Errors,
) -> bool {
    let is_word = matches!(argument.form, Form::Inject) && lower::is_word(expr, "client");
    let or = match argument.form {
        Form::Inject => Or::Word("client"),
        Form::Parent => Or::Nothing,
        _ => Or::Text,
    };
    is_word || begins(expr, or, function, errors)
}

/// As [`expression`], for a value that may as well be a text.
pub(crate) fn value(expr: &Expr, function: &Function, errors: &mut Errors) -> bool {
    begins(expr, Or::Text, function, errors)
}

/// `name` is a parameter.
pub(crate) fn parameter(name: &Ident, function: &Function, errors: &mut Errors) -> bool {
    known(name, Or::Nothing, function, errors)
}

/// What a name that is no parameter may have been meant to be.
#[derive(Clone, Copy)]
enum Or {
    Nothing,
    /// This word.
    Word(&'static str),
    /// A text, without its quotes.
    Text,
}

fn begins(expr: &Expr, or: Or, function: &Function, errors: &mut Errors) -> bool {
    let Some(root) = root(expr) else {
        return true;
    };
    let looks_like_parameter = plain(root).starts_with(|first: char| first.is_lowercase());
    let is_alone = matches!(expr, Expr::Path(_)) && root != "self";
    let or = if is_alone { or } else { Or::Nothing };
    !looks_like_parameter || known(root, or, function, errors)
}

pub(super) fn is_parameter(name: &Ident, function: &Function) -> bool {
    let mut parameters = function.parameters().into_iter();
    name == "self" || parameters.any(|parameter| plain(&parameter.name) == plain(name))
}

/// `name` is a parameter; if not, those that exist are told.
fn known(name: &Ident, or: Or, function: &Function, errors: &mut Errors) -> bool {
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
        let other = match or {
            Or::Word(word) => Some(word),
            Or::Nothing | Or::Text => None,
        };
        let mut advice = suggestion(&word, names().chain(other));
        if matches!(or, Or::Text) && advice.is_empty() {
            advice = format!("; if this is a text, write `\"{word}\"`");
        }
        errors.at(
            name,
            format!(
                "`{word}` is not a parameter of `{}`; {existing}{advice}",
                function.name()
            ),
        );
    }
    exists
}

/// What to write instead of this key, where an operation of this constructor tells it in a way of its own.
fn remedy(constructor: &str, key: &str) -> Option<&'static str> {
    Some(match (key, constructor) {
        ("gen_ai.operation.name", name) if !name.starts_with("mcp") => {
            "this attribute tells it; remove it"
        }
        ("error.type", _) => {
            "it is read from the error; derive `ErrorType` for that, or write `error_if = …`"
        }
        ("gen_ai.conversation.id", _) => "write `conversation_id = …`",
        ("gen_ai.tool.name", "tool")
        | ("gen_ai.agent.name", "agent")
        | ("gen_ai.workflow.name", "workflow") => "write `name = …`",
        ("gen_ai.provider.name", "llm_call" | "embeddings") => "write `provider = …`",
        ("gen_ai.request.model", "llm_call" | "embeddings") => "write `model = …`",
        _ => return None,
    })
}

/// The keys of `attributes(…)`, of which none may be one that the operation tells already.
pub(crate) fn keys(pairs: &[Pair], constructor: &str, errors: &mut Errors) {
    for pair in pairs {
        let key = pair.key.value();
        if let Some(remedy) = remedy(constructor, &key) {
            errors.at(&pair.written, format!("`{key}` is not told here; {remedy}"));
        }
    }
}

/// The values and keys of a list such as `attributes(…)`.
pub(crate) fn pairs(pairs: &[Pair], function: &Function, errors: &mut Errors) {
    for (index, pair) in pairs.iter().enumerate() {
        value(&pair.value, function, errors);
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
pub(super) fn root(expr: &Expr) -> Option<&Ident> {
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
