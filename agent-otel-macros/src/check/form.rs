//! What follows the word of an argument.

use syn::Expr;

use super::names::{expression, is_parameter, root};
use crate::args::{Arg, Value};
use crate::error::{Errors, list, plain, suggestion};
use crate::function::Function;
use crate::lower;
use crate::runtime::{RELATIVE, is_absolute};
use crate::words::{Argument, Form};

/// Whether the argument has the form that the grammar says; if not, the right form is told.
pub(super) fn form(
    argument: &Argument,
    arg: &Arg,
    function: &Function,
    errors: &mut Errors,
) -> bool {
    let key = argument.name;
    let fits = match (&argument.form, &arg.value) {
        (Form::Known(words) | Form::Method(words), Value::Expr(expr)) => {
            return spelling(key, words, expr, errors)
                && expression(expr, argument, function, errors);
        }
        (
            Form::Value
            | Form::ValueOrReturned
            | Form::ValueOrCounted
            | Form::StreamOrValue
            | Form::Parent
            | Form::Inject,
            Value::Expr(expr),
        ) => {
            return expression(expr, argument, function, errors);
        }
        (Form::OneOf(words), Value::Expr(expr)) => {
            return is_value(expr, function) || one_of(key, words, expr, errors);
        }
        (Form::Operation(words), Value::Expr(expr)) => {
            return one_of(key, words, expr, errors);
        }
        (Form::Usage, Value::Expr(expr)) => return one_of(key, &["manual"], expr, errors),
        (Form::Runtime, Value::Expr(expr)) => return runtime(expr, errors),
        (
            Form::Returned
            | Form::ValueOrReturned
            | Form::ValueOrCounted
            | Form::Stream
            | Form::StreamOrValue
            | Form::Side,
            Value::Word,
        )
        | (Form::Parameters, Value::Word | Value::List(_))
        | (Form::Values(_) | Form::Pairs(_), Value::List(_))
        | (Form::Verdict, Value::Expr(_)) => true,
        _ => false,
    };
    if !fits {
        let right = match &argument.form {
            Form::Value | Form::Known(_) => format!("{key} = expression"),
            Form::Method(_) => format!("{key} = \"…\""),
            Form::ValueOrReturned | Form::ValueOrCounted => {
                format!("{key}` or `{key} = expression")
            }
            Form::StreamOrValue => format!("{key}` or `{key} = true"),
            Form::OneOf(words) => format!("{key} = {}", words.join(" | ")),
            Form::Operation(words) => format!("{key} = \"{}\"", words.join("\" | \"")),
            Form::Returned | Form::Stream | Form::Side => key.to_owned(),
            Form::Parameters => format!("{key}` or `{key}(a, b)"),
            Form::Values(words) => format!("{key}({})", words.join(", ")),
            Form::Pairs("attribute") => format!("{key}(\"app.tier\" = value, user.id = value)"),
            Form::Pairs(_) => format!("{key}(\"name\" = value)"),
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

/// Whether this is no word, but an expression that gives one.
fn is_value(expr: &Expr, function: &Function) -> bool {
    match expr {
        Expr::Group(group) => is_value(&group.expr, function),
        Expr::Lit(_) => false,
        // A constant is written in capitals, and no word is.
        _ => root(expr).is_none_or(|root| {
            is_parameter(root, function) || !plain(root).contains(char::is_lowercase)
        }),
    }
}

fn one_of(key: &str, words: &[&str], expr: &Expr, errors: &mut Errors) -> bool {
    let word = lower::word(expr);
    let fits = words.contains(&word.as_str());
    if !fits {
        let mut near = suggestion(&word, words.iter().copied());
        let mut longer = words.iter().filter(|known| known.starts_with(&word));
        if let (true, Some(only), None) = (near.is_empty(), longer.next(), longer.next()) {
            near = format!("; did you mean `{only}`?");
        }
        let known = list(words.iter().copied());
        let message = match words {
            [_] => format!("`{key}` takes {known} only"),
            _ => format!("`{key}` takes one of {known}{near}"),
        };
        errors.at(expr, message);
    }
    fits
}

/// A literal is not one of the known ones in another spelling. What is far from all of them is somebody's own.
fn spelling(key: &str, known: &[&str], expr: &Expr, errors: &mut Errors) -> bool {
    let Some(written) = lower::literal(expr).map(syn::LitStr::value) else {
        return true;
    };
    let letters = |word: &str| -> String {
        let letters = word.chars().filter(|char| char.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let is_near = |word: &str| {
        letters(word) == letters(&written)
            || written.len() > 8 && strsim::damerau_levenshtein(word, &written) == 1
    };
    let near = known.iter().find(|word| is_near(word));
    let near = near.filter(|_| !known.contains(&written.as_str()));
    if let Some(near) = near {
        let message =
            format!("`{key}` is spelled `{near}` by the conventions; write `{key} = \"{near}\"`");
        errors.at(expr, message);
    }
    near.is_none()
}

fn runtime(expr: &Expr, errors: &mut Errors) -> bool {
    let fits = is_absolute(expr);
    if !fits {
        errors.at(expr, RELATIVE);
    }
    fits
}
