//! From what was written to the model: the road that all attributes share. What is special to one stands in its file.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, ExprLit, Lit, LitStr};

use crate::args::{self, Arg, Value};
use crate::check;
use crate::error::{Errors, plain};
use crate::expand;
use crate::function::{Function, StreamForm};
use crate::model::{Call, Model, Operand};

/// One attribute of the family: its words, and what each becomes.
pub(crate) struct Attribute {
    /// `tool` of `#[tool]`; the runtime's constructor has the same name.
    pub(crate) name: &'static str,
    /// First word of the span's name.
    pub(crate) operation: &'static str,
    /// The argument whose value is the rest of the span's name.
    pub(crate) target: Target,
    /// The arguments beyond [`SHARED`].
    pub(crate) arguments: &'static [Argument],
    /// A client span through which the trace context has to travel.
    pub(crate) carries_context: bool,
    /// A model call, whose return value has to tell the token usage.
    pub(crate) reads_usage: bool,
}

/// Where the rest of the span's name comes from.
pub(crate) enum Target {
    /// The argument, or the function's name where it is left out.
    OrFunction(&'static str),
    /// The argument, which has to be given.
    Required(&'static str),
    /// The argument, or nothing.
    Optional(&'static str),
}

impl Target {
    fn argument(&self) -> &'static str {
        match self {
            Target::OrFunction(name) | Target::Required(name) | Target::Optional(name) => name,
        }
    }
}

/// One word of the grammar.
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    pub(crate) form: Form,
}

/// What may follow the word, and what becomes of it.
pub(crate) enum Form {
    /// `key = expression`: recorded when the operation begins.
    Value,
    /// `key = word`: one of a few, recorded as its text.
    OneOf(&'static [&'static str]),
    /// `key`: the return value is read in one more way.
    Returned,
    /// `key` for all parameters or `key(a, b)` for some.
    Parameters,
    /// `key("name", "version")`.
    Values(&'static [&'static str]),
    /// `key("a" = value, b.c = value)`.
    Pairs,
    /// `key = carrier`, read before the operation begins.
    Parent,
    /// `key = carrier` or `key = client`, written once the operation has begun.
    Inject,
    /// `key = |ret| …`: judges the outcome by the return value.
    Verdict,
    /// `key`: the return type holds a stream under a name of its own.
    Stream,
    /// `key = manual`.
    Usage,
    /// `key = "literal"` out of a list: the first word of the span's name.
    Operation(&'static [&'static str]),
    /// `crate = path`.
    Runtime,
}

/// The arguments that every attribute takes.
pub(crate) const SHARED: &[Argument] = &[
    Argument {
        name: "attributes",
        form: Form::Pairs,
    },
    Argument {
        name: "conversation_id",
        form: Form::Value,
    },
    Argument {
        name: "crate",
        form: Form::Runtime,
    },
    Argument {
        name: "error_if",
        form: Form::Verdict,
    },
    Argument {
        name: "ok_if",
        form: Form::Verdict,
    },
    Argument {
        name: "stream",
        form: Form::Stream,
    },
];

impl Attribute {
    /// All words this attribute knows, its own first.
    pub(crate) fn words(&self) -> impl Iterator<Item = &'static Argument> {
        self.arguments.iter().chain(SHARED)
    }
}

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
    check::function(attribute, &function, &mut errors);
    let given = check::arguments(attribute, args::parse(args), &function, &mut errors);
    let model = lower(attribute, &given.args, &function, &mut errors);
    check::model(attribute, &given, &function, &mut errors);
    if let Some(errors) = errors.into_compile_errors() {
        // The user's function stays, so that nothing that calls it turns red as well.
        return quote!(#errors #function);
    }
    function.name_ignored();
    expand::function(&model, &function)
}

/// Reads the checked arguments.
fn lower(
    attribute: &Attribute,
    args: &[(&'static Argument, Arg)],
    function: &Function,
    errors: &mut Errors,
) -> Model {
    let mut lowering = Lowering {
        attribute,
        function,
        errors,
        operation: attribute.operation.to_owned(),
        target: match attribute.target {
            Target::OrFunction(_) => Some(function.name()),
            Target::Required(_) | Target::Optional(_) => None,
        },
        model: Model {
            runtime: quote!(::agent_otel),
            constructor: Ident::new(attribute.name, Span::call_site()),
            span_name: LitStr::new(attribute.operation, Span::call_site()),
            parent: None,
            describe: Vec::new(),
            inject: None,
            returned: Vec::new(),
            verdicts: Vec::new(),
            stream: function.stream().map(|(form, _)| form),
            checks_usage: attribute.reads_usage,
        },
    };
    let given = |name| args.iter().any(|(argument, _)| argument.name == name);
    // A function that is the agent or the tool is described by its own comment; one that calls an agent is not.
    if matches!(attribute.target, Target::OrFunction(_)) && !given("description") {
        lowering.doc_comment();
    }
    for (argument, arg) in args {
        lowering.argument(argument, arg);
    }
    lowering.finish()
}

/// A model that grows argument by argument.
struct Lowering<'a> {
    attribute: &'a Attribute,
    function: &'a Function,
    errors: &'a mut Errors,
    /// First word of the span's name.
    operation: String,
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

    fn argument(&mut self, argument: &Argument, Arg { key, value }: &Arg) {
        let method = Ident::new(&plain(key), key.span());
        match (&argument.form, value) {
            (Form::Value, Value::Expr(expr))
                if argument.name == self.attribute.target.argument() =>
            {
                self.target = literal(expr).map(LitStr::value);
                if self.target.is_none() {
                    self.describe(method, vec![operand(expr)]);
                }
            }
            (Form::Value, Value::Expr(expr)) => self.describe(method, vec![operand(expr)]),
            (Form::OneOf(_), Value::Expr(expr)) => {
                let text = LitStr::new(&word(expr), Span::call_site());
                self.describe(method, vec![Operand::Literal(text)]);
            }
            (Form::Returned, Value::Word) => self.model.returned.push(method),
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
                        check::value(expr, &[], self.function, self.errors);
                    }
                    self.describe(method, exprs.iter().map(operand).collect());
                }
                Ok(_) => self
                    .errors
                    .at(key, format!("write `{key}({})`", words.join(", "))),
                Err(error) => self.errors.push(error),
            },
            (Form::Pairs, Value::List(list)) => self.pairs(list),
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
            (Form::Stream, _) => {
                self.model.stream.get_or_insert(StreamForm::Held);
            }
            (Form::Usage, _) => self.model.checks_usage = false,
            (Form::Operation(_), Value::Expr(expr)) => self.operation = word(expr),
            (Form::Runtime, Value::Expr(expr)) => self.model.runtime = expr.to_token_stream(),
            _ => {}
        }
    }

    fn pairs(&mut self, list: &proc_macro2::Group) {
        match args::pairs(list.stream()) {
            Ok(pairs) => {
                check::pairs(&pairs, self.function, self.errors);
                for pair in pairs {
                    let method = Ident::new("attribute", pair.key.span());
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
        let reading = if model.checks_usage && model.stream.is_none() {
            "response"
        } else {
            "outcome"
        };
        model.returned.push(Ident::new(reading, Span::call_site()));
        let name = match self.target {
            Some(target) => format!("{} {target}", self.operation),
            None => self.operation,
        };
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
        (None, _) => String::new(),
    }
}

/// Whether an expression is just this bare word.
pub(crate) fn is_word(expr: &Expr, expected: &str) -> bool {
    matches!(expr, Expr::Path(path) if path.path.is_ident(expected))
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
