//! From what was written to the model: the road that all attributes share. What is special to one stands in its file.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, ExprLit, Lit, LitStr};

use crate::args::{self, Arg, Value};
use crate::check::{self, Given};
use crate::error::{Errors, plain};
use crate::expand;
use crate::function::{Function, StreamForm};
use crate::model::{Call, Model, Operand};
use crate::runtime;
use crate::tools::UNLESS_TRACED;
use crate::words::{Argument, Attribute, Form, Operation, Reads, Target};

/// Expands one attribute on one item.
pub(crate) fn attribute(
    attribute: &'static Attribute,
    args: TokenStream,
    item: &TokenStream,
) -> TokenStream {
    let mut errors = Errors::default();
    let mut function = match syn::parse2::<Function>(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            errors.push(check::not_a_function(attribute, item, error));
            let errors = errors.into_compile_errors();
            return quote!(#errors #item);
        }
    };
    // It is traced by this attribute.
    function.attributes.retain(|attribute| {
        let last = attribute.path().segments.last();
        last.is_none_or(|last| last.ident != UNLESS_TRACED)
    });
    check::function(attribute, &function, &mut errors);
    let given = check::arguments(attribute, args::parse(args), &function, &mut errors);
    let model = lower(&given, &function, &mut errors);
    check::model(&given, &function, &mut errors);
    if let Some(errors) = errors.into_compile_errors() {
        // The user's function stays, so that nothing that calls it turns red as well.
        return quote!(#errors #function);
    }
    function.name_ignored();
    expand::function(&model, &function)
}

/// Reads the checked arguments.
fn lower(given: &Given, function: &Function, errors: &mut Errors) -> Model {
    let operation = given.operation;
    let mut lowering = Lowering {
        operation,
        function,
        errors,
        first: given.first_word(),
        target: match operation.target {
            Target::OrFunction(_) => Some(function.name()),
            _ => None,
        },
        model: Model {
            runtime: runtime::default(),
            constructor: Ident::new(operation.constructor, Span::call_site()),
            span_name: LitStr::new(operation.name, Span::call_site()),
            parent: None,
            describe: Vec::new(),
            inject: None,
            returned: Vec::new(),
            counted: Vec::new(),
            verdicts: Vec::new(),
            stream: function.stream().map(|(form, _)| form),
            reads: operation.reads,
        },
    };
    // A function that is the agent or the tool is described by its own comment; one that calls an agent is not.
    if matches!(operation.target, Target::OrFunction(_))
        && given.takes("description")
        && given.get("description").is_none()
    {
        lowering.doc_comment();
    }
    for (argument, arg) in &given.args {
        lowering.argument(argument, arg);
    }
    lowering.finish()
}

/// A model that grows argument by argument.
struct Lowering<'a> {
    operation: &'static Operation,
    function: &'a Function,
    errors: &'a mut Errors,
    /// First word of the span's name, where it is known at compile time.
    first: Option<String>,
    /// The rest of the span's name, where it is known at compile time.
    target: Option<String>,
    model: Model,
}

impl Lowering<'_> {
    /// The doc comment is the description where no other is given.
    fn doc_comment(&mut self) {
        if let Some(text) = self.function.description() {
            let text = Operand::Literal(LitStr::new(&text, Span::call_site()));
            let method = Ident::new("description", Span::call_site());
            self.describe(method, vec![text]);
        }
    }

    /// Whether the argument tells the rest of the span's name.
    fn is_target(&self, argument: &Argument) -> bool {
        let first = self.first.as_deref();
        first.and_then(|first| self.operation.target.argument(first)) == Some(argument.name)
    }

    fn argument(&mut self, argument: &Argument, Arg { key, value }: &Arg) {
        let method = Ident::new(argument.method, key.span());
        match (&argument.form, value) {
            (Form::Value, Value::Expr(expr)) if self.is_target(argument) => {
                self.target = literal(expr).map(LitStr::value);
                if self.target.is_none() {
                    self.describe(method, vec![operand(expr)]);
                }
            }
            (
                Form::Value
                | Form::Known(_)
                | Form::ValueOrReturned
                | Form::ValueOrCounted
                | Form::StreamOrValue,
                Value::Expr(expr),
            ) => self.describe(method, vec![operand(expr)]),
            (Form::OneOf(words), Value::Expr(expr)) => {
                let word = word(expr);
                let operand = if words.contains(&word.as_str()) {
                    Operand::Literal(LitStr::new(&word, Span::call_site()))
                } else {
                    operand(expr)
                };
                self.describe(method, vec![operand]);
            }
            (Form::Returned | Form::ValueOrReturned, Value::Word) => {
                self.model.returned.push(method);
            }
            (Form::ValueOrCounted, Value::Word) => self.model.counted.push(method),
            (Form::Parameters, value) => {
                // `arguments(a, b)` is one `argument` after the other.
                let method = Ident::new(argument.name.trim_end_matches('s'), key.span());
                for (name, cfgs) in parameters(value, self.function, self.errors) {
                    let text = Operand::Literal(LitStr::new(&plain(&name), name.span()));
                    let value = Operand::Borrowed(syn::parse_quote!(#name));
                    let mut call = Call::new(method.clone(), vec![text, value]);
                    call.cfgs = cfgs;
                    self.model.describe.push(call);
                }
            }
            (Form::Values(words), Value::List(list)) => match args::exprs(list.stream()) {
                Ok(exprs) if exprs.len() == words.len() => {
                    for expr in &exprs {
                        check::value(expr, self.function, self.errors);
                    }
                    self.describe(method, exprs.iter().map(operand).collect());
                }
                Ok(_) => self
                    .errors
                    .at(key, format!("write `{key}({})`", words.join(", "))),
                Err(error) => self.errors.push(error),
            },
            (Form::Pairs(method), Value::List(list)) => self.pairs(method, list),
            (Form::Parent, Value::Expr(expr)) => {
                self.model.parent = Some(Call::new(method, vec![Operand::Borrowed(expr.clone())]));
            }
            (Form::Inject, Value::Expr(expr)) if !is_word(expr, "client") => {
                self.model.inject = Some(Call::new(method, vec![carrier(expr, self.function)]));
            }
            (Form::Verdict, Value::Expr(expr)) => {
                let verdict = Call::new(method, vec![Operand::Plain(expr.clone())]);
                self.model.verdicts.push(verdict);
            }
            (Form::Stream | Form::StreamOrValue, Value::Word) => {
                self.model.stream.get_or_insert(StreamForm::Held);
            }
            (Form::Usage, _) => self.model.reads = Reads::Outcome,
            (Form::Method(_), Value::Expr(expr)) if literal(expr).is_none() => {
                // Before what follows it in the span's name.
                let call = Call::new(method, vec![operand(expr)]);
                self.model.describe.insert(0, call);
            }
            (Form::Runtime, Value::Expr(expr)) => self.model.runtime = expr.to_token_stream(),
            _ => {}
        }
    }

    fn pairs(&mut self, method: &str, list: &proc_macro2::Group) {
        match args::pairs(list.stream()) {
            Ok(pairs) => {
                check::pairs(&pairs, self.function, self.errors);
                if method == "attribute" {
                    check::keys(&pairs, self.operation.constructor, self.errors);
                }
                for pair in pairs {
                    let method = Ident::new(method, pair.key.span());
                    let operands = vec![Operand::Literal(pair.key), operand(&pair.value)];
                    self.describe(method, operands);
                }
            }
            Err(error) => self.errors.push(error),
        }
    }

    fn describe(&mut self, method: Ident, operands: Vec<Operand>) {
        self.model.describe.push(Call::new(method, operands));
    }

    fn finish(self) -> Model {
        let mut model = self.model;
        // A stream is no response; its items are read one by one.
        let reading = if model.reads == Reads::Usage && model.stream.is_none() {
            "response"
        } else {
            "outcome"
        };
        model.returned.push(Ident::new(reading, Span::call_site()));
        let words = self.first.into_iter().chain(self.target);
        let name = words.collect::<Vec<_>>().join(" ");
        model.span_name = LitStr::new(&name, Span::call_site());
        model
    }
}

/// How an expression is handed to the runtime: literals as they are, everything else by reference.
fn operand(expr: &Expr) -> Operand {
    match literal(expr) {
        Some(text) => Operand::Literal(text.clone()),
        None => Operand::Borrowed(expr.clone()),
    }
}

/// The string literal that an expression is.
pub(crate) fn literal(expr: &Expr) -> Option<&LitStr> {
    match expr {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text),
        Expr::Group(group) => literal(&group.expr),
        _ => None,
    }
}

/// The text of a bare word or of a string literal.
pub(crate) fn word(expr: &Expr) -> String {
    match (literal(expr), expr) {
        (Some(text), _) => text.value(),
        (None, Expr::Path(path)) => path.path.get_ident().map(plain).unwrap_or_default(),
        (None, Expr::Group(group)) => word(&group.expr),
        (None, _) => String::new(),
    }
}

/// Whether an expression is just this bare word.
pub(crate) fn is_word(expr: &Expr, expected: &str) -> bool {
    match expr {
        Expr::Path(path) => path.path.is_ident(expected),
        Expr::Group(group) => is_word(&group.expr, expected),
        _ => false,
    }
}

/// The parameters that `arguments` or `arguments(a, b)` names, each with its `#[cfg(…)]`.
fn parameters(
    value: &Value,
    function: &Function,
    errors: &mut Errors,
) -> Vec<(Ident, Vec<syn::Attribute>)> {
    let all = function.parameters().into_iter();
    let all: Vec<_> = all
        .map(|parameter| (parameter.name, parameter.cfgs))
        .collect();
    let Value::List(list) = value else {
        return all;
    };
    match args::names(list.stream()) {
        Ok(names) => {
            check::names(&names, function, errors);
            let cfgs = |name: &Ident| {
                let same = all.iter().find(|(other, _)| plain(other) == plain(name));
                same.map(|(_, cfgs)| cfgs.clone()).unwrap_or_default()
            };
            names
                .into_iter()
                .map(|name| (name.clone(), cfgs(&name)))
                .collect()
        }
        Err(error) => {
            errors.push(error);
            Vec::new()
        }
    }
}

/// A carrier to write into: a parameter that is a `&mut` is passed on, everything else is borrowed.
fn carrier(expr: &Expr, function: &Function) -> Operand {
    let is_reference = function.parameters().iter().any(|parameter| {
        is_word(expr, &parameter.name.to_string())
            && matches!(parameter.ty, Some(syn::Type::Reference(_)))
    });
    if is_reference {
        Operand::Plain(expr.clone())
    } else {
        Operand::BorrowedMut(expr.clone())
    }
}
