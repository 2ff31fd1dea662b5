//! Which arguments were written, and to which operation they belong.

use crate::args::{Arg, Value};
use crate::error::{Errors, list, nearest, plain, suggestion};
use crate::function::Function;
use crate::lower;
use crate::words::{Argument, Attribute, Chosen, Form, Operation};

use super::form::form;
use syn::Expr;

/// The arguments that were written.
pub(crate) struct Given {
    pub(crate) operation: &'static Operation,
    /// What has chosen it.
    chosen: Option<Chosen>,
    /// Those that are right, each with its entry in the grammar.
    pub(crate) args: Vec<(&'static Argument, Arg)>,
    /// All that could have been written.
    words: Vec<&'static Argument>,
    /// Those that have an error already, and those that a misspelled one was probably meant to be.
    tried: Vec<&'static str>,
    /// Nothing hides what may be there: a syntax error hides what follows it.
    complete: bool,
}

impl Given {
    pub(crate) fn get(&self, name: &str) -> Option<&Arg> {
        let mut args = self.args.iter();
        args.find(|(argument, _)| argument.name == name)
            .map(|(_, arg)| arg)
    }

    /// The value of `name = expression`.
    pub(super) fn expr(&self, name: &str) -> Option<&Expr> {
        match &self.get(name)?.value {
            Value::Expr(expr) => Some(expr),
            Value::Word | Value::List(_) => None,
        }
    }

    /// The operation takes an argument of this name.
    pub(crate) fn takes(&self, name: &str) -> bool {
        self.words.iter().any(|argument| argument.name == name)
    }

    /// Not there, and not the victim of an error that is told already.
    pub(super) fn lacks(&self, name: &str) -> bool {
        self.complete && self.get(name).is_none() && !self.tried.contains(&name)
    }

    /// First word of the span's name; `None` where it is known at run time only.
    pub(crate) fn first_word(&self) -> Option<String> {
        let args = self.args.iter();
        let mut written = args.filter_map(|(argument, arg)| match (argument.form, &arg.value) {
            (Form::Operation(_), Value::Expr(expr)) => Some(Some(lower::word(expr))),
            (Form::Method(_), Value::Expr(expr)) => {
                Some(lower::literal(expr).map(syn::LitStr::value))
            }
            _ => None,
        });
        let name = self.operation.name;
        written
            .next_back()
            .unwrap_or_else(|| (!name.is_empty()).then(|| name.to_owned()))
    }
}

/// The operation that the arguments choose, and what has chosen it. What is misspelled chooses what it was probably meant
/// to be, so that those that go with it are not misplaced on top of it.
fn choose(attribute: &'static Attribute, args: &[Arg]) -> (&'static Operation, Option<Chosen>) {
    let is_meant = |arg: &Arg, name: &str| {
        let words = attribute
            .operations()
            .flat_map(|operation| attribute.words(operation));
        nearest(&plain(&arg.key), words.map(|argument| argument.name)) == Some(name)
    };
    let operations = attribute
        .common
        .iter()
        .find_map(|argument| match argument.form {
            Form::Operation(words) => Some(words),
            _ => None,
        });
    let operations = || operations.unwrap_or_default().iter().copied();
    let is_operation = |arg: &Arg, name: &str| match &arg.value {
        Value::Expr(expr) => nearest(&lower::word(expr), operations()) == Some(name),
        Value::Word | Value::List(_) => false,
    };
    let is_chosen = |chosen: Chosen| {
        let mut args = args.iter();
        match chosen {
            Chosen::Operation(name) => {
                args.any(|arg| is_meant(arg, "operation") && is_operation(arg, name))
            }
            Chosen::Value(name) | Chosen::Word(name) => args.any(|arg| is_meant(arg, name)),
        }
    };
    let mut others = attribute.others.iter();
    match others.find(|(chosen, _)| is_chosen(*chosen)) {
        Some((chosen, operation)) => (operation, Some(*chosen)),
        None => (attribute.operation, None),
    }
}

/// Unknown, misplaced, doubled and ill-formed arguments.
pub(crate) fn arguments(
    attribute: &'static Attribute,
    (args, syntax): (Vec<Arg>, Option<syn::Error>),
    function: &Function,
    errors: &mut Errors,
) -> Given {
    let (operation, chosen) = choose(attribute, &args);
    let mut given = Given {
        operation,
        chosen,
        args: Vec::new(),
        words: attribute.words(operation).collect(),
        tried: Vec::new(),
        complete: syntax.is_none(),
    };
    for arg in args {
        let word = plain(&arg.key);
        let known = given.words.iter().copied();
        let Some(argument) = known.clone().find(|argument| argument.name == word) else {
            let message = if let Some(message) = misplaced(attribute, given.chosen, &word) {
                // What is missing depends on which operation is meant.
                given.complete = false;
                message
            } else if word == "skip" && attribute.name == "tool" {
                "`skip` is for a function under `#[tools]`; without it, remove this attribute"
                    .to_owned()
            } else {
                let words = || known.clone().map(|argument| argument.name);
                given.tried.extend(nearest(&word, words()));
                format!(
                    "unknown argument `{word}` for `#[{}]`{}\nexpected one of: {}",
                    attribute.name,
                    suggestion(&word, words()),
                    list(words())
                )
            };
            errors.at(&arg.key, message);
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

/// What to say of an argument that goes with other operations of the attribute only.
fn misplaced(attribute: &Attribute, chosen: Option<Chosen>, word: &str) -> Option<String> {
    let written = |chosen: Chosen| match chosen {
        Chosen::Operation(name) => format!("`operation = \"{name}\"`"),
        Chosen::Value(name) => format!("`{name} = …`"),
        Chosen::Word(name) => format!("`{name}`"),
    };
    let takes = |operation: &Operation| {
        let mut words = attribute.words(operation);
        words.any(|argument| argument.name == word)
    };
    if !attribute.operations().any(takes) {
        return None;
    }
    if let Some(chosen) = chosen {
        let chosen = written(chosen);
        return Some(format!(
            "`{word}` does not go with {chosen}; remove one of them"
        ));
    }
    let others = attribute.others.iter().rev();
    let others = others.filter(|(_, operation)| takes(operation));
    let others: Vec<_> = others.map(|(chosen, _)| written(*chosen)).collect();
    Some(format!(
        "`{word}` goes with {}; add that, or remove `{word}`",
        others.join(" or ")
    ))
}
