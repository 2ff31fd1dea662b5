//! The annotated function. Its signature is read; its body stays the user's tokens, finished or not.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Pat, ReturnType, Signature, Token, Type, Visibility};

use crate::error::plain;
use crate::types::{
    boxed_future_output, boxed_stream_item, future_output, is_boxed_stream, last_segment, may_drop,
    peeled, stream_item, type_argument,
};

/// A function with a body of opaque tokens.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    pub(crate) body: Body,
}

/// What stands behind the signature.
pub(crate) enum Body {
    Block(Group),
    None(Token![;]),
}

/// One name that the parameters bring into scope.
pub(crate) struct Parameter {
    pub(crate) name: Ident,
    /// The declared type, where the pattern is just the name.
    pub(crate) ty: Option<Type>,
    pub(crate) mutable: bool,
    /// `#[cfg(…)]` and the like, which decide whether the name exists.
    pub(crate) cfgs: Vec<Attribute>,
    /// Whether dropping the value can be observed, as far as the type's spelling tells.
    pub(crate) may_drop: bool,
    /// `#[allow(…)]` or `#[expect(…)]` stands before it.
    pub(crate) is_allowed: bool,
}

/// How the body runs, told by `async` and the declared return type, never by the body.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `fn f() -> T`
    Sync,
    /// `async fn f() -> T`
    Async,
    /// `fn f() -> impl Future<Output = T>`
    Future,
    /// `fn f() -> Pin<Box<dyn Future<Output = T>>>`
    Boxed,
}

/// How a stream sits in what the operation gives; the names are those of the runtime.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum StreamForm {
    /// `impl Stream`
    Opaque,
    /// `Result<impl Stream, E>`
    OpaqueResult,
    /// `Pin<Box<dyn Stream>>`, a `Result` of one, or a type that holds one.
    Held,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let signature = input.parse()?;
        let body = if input.peek(Token![;]) {
            Body::None(input.parse()?)
        } else {
            let (inner, block) = body(input)?;
            attributes.extend(inner);
            Body::Block(block)
        };
        Ok(Function {
            attributes,
            visibility,
            signature,
            body,
        })
    }
}

/// The body, and its inner attributes as outer ones, since nothing may stand before them in a block.
fn body(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Group)> {
    let (span, stream) = input.step(|cursor| {
        // By way of the cursor, which looks through the invisible group around a `$body:block`.
        let Some((inside, span, rest)) = cursor.group(Delimiter::Brace) else {
            return Err(cursor.error("expected curly braces"));
        };
        Ok(((span.join(), inside.token_stream()), rest))
    })?;
    let split = |input: ParseStream<'_>| {
        let inner = input.call(Attribute::parse_inner)?;
        Ok((inner, input.parse::<TokenStream>()?))
    };
    let (mut inner, statements) = split.parse2(stream)?;
    for attribute in &mut inner {
        attribute.style = syn::AttrStyle::Outer;
    }
    let mut block = Group::new(Delimiter::Brace, statements);
    block.set_span(span);
    Ok((inner, block))
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attributes);
        self.visibility.to_tokens(tokens);
        self.signature.to_tokens(tokens);
        match &self.body {
            Body::Block(block) => block.to_tokens(tokens),
            Body::None(semicolon) => semicolon.to_tokens(tokens),
        }
    }
}

impl Function {
    /// The function's name without `r#`.
    pub(crate) fn name(&self) -> String {
        plain(&self.signature.ident)
    }

    /// The first paragraph of the doc comment.
    pub(crate) fn description(&self) -> Option<String> {
        let lines = self.attributes.iter().filter_map(|attribute| {
            let syn::Meta::NameValue(meta) = &attribute.meta else {
                return None;
            };
            match &meta.value {
                syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(line),
                    ..
                }) if meta.path.is_ident("doc") => Some(line.value()),
                _ => None,
            }
        });
        let lines: Vec<_> = lines.flat_map(|text| without_stars(&text)).collect();
        let paragraph = lines
            .split(|line| line.trim().is_empty())
            .find(|paragraph| !paragraph.is_empty())?;
        let words: Vec<_> = paragraph
            .iter()
            .flat_map(|line| line.split_whitespace())
            .collect();
        Some(words.join(" "))
    }

    /// Every name the parameters bind, in order. A receiver is not among them.
    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for input in &self.signature.inputs {
            let FnArg::Typed(input) = input else {
                continue;
            };
            let cfgs: Vec<_> = input.attrs.iter().filter_map(configures).collect();
            let is_allowed = input.attrs.iter().any(|attribute| {
                let path = attribute.path();
                path.is_ident("allow") || path.is_ident("expect")
            });
            match &*input.pat {
                Pat::Ident(pat) if pat.subpat.is_none() => parameters.push(Parameter {
                    name: pat.ident.clone(),
                    ty: Some(peeled(&input.ty).clone()),
                    mutable: pat.mutability.is_some(),
                    cfgs,
                    may_drop: pat.by_ref.is_none() && may_drop(&input.ty),
                    is_allowed,
                }),
                pat => {
                    let mut bound = Bound(Vec::new());
                    syn::visit::visit_pat(&mut bound, pat);
                    let may_drop = may_drop(&input.ty);
                    parameters.extend(bound.0.into_iter().map(|name| Parameter {
                        name,
                        ty: None,
                        mutable: false,
                        cfgs: cfgs.clone(),
                        may_drop,
                        is_allowed,
                    }));
                }
            }
        }
        parameters
    }

    /// Gives a name to each `_` that would drop after a parameter it stands behind, were it left outside of the body.
    pub(crate) fn name_ignored(&mut self) {
        let mut drops = self.owns_self();
        for (index, input) in self.signature.inputs.iter_mut().enumerate() {
            let FnArg::Typed(input) = input else {
                continue;
            };
            if !may_drop(&input.ty) {
                continue;
            }
            if let (Pat::Wild(ignored), true) = (&*input.pat, drops) {
                let span = Span::mixed_site().located_at(ignored.span());
                let name = Ident::new(&format!("_{index}"), span);
                *input.pat = syn::parse_quote!(#name);
            }
            drops = true;
        }
    }

    /// Whether there is a `self` that is moved into the function.
    pub(crate) fn owns_self(&self) -> bool {
        self.signature
            .receiver()
            .is_some_and(|receiver| match &receiver.kind {
                syn::ReceiverKind::Value => true,
                syn::ReceiverKind::Typed(_, ty) => may_drop(ty),
                _ => false,
            })
    }

    /// How the body runs.
    pub(crate) fn shape(&self) -> Shape {
        if self.signature.asyncness.is_some() {
            return Shape::Async;
        }
        match self.return_type() {
            Some(Type::ImplTrait(ty)) if future_output(&ty.bounds).is_some() => Shape::Future,
            Some(ty) if boxed_future_output(ty).is_some() => Shape::Boxed,
            _ => Shape::Sync,
        }
    }

    /// The declared return type; `None` for `()` left out.
    pub(crate) fn return_type(&self) -> Option<&Type> {
        match &self.signature.output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => Some(peeled(ty)),
        }
    }

    /// Whether it is declared to return `!`.
    pub(crate) fn never_returns(&self) -> bool {
        matches!(self.return_type(), Some(Type::Never(_)))
    }

    /// What the operation gives: the return type, or the output of the returned future.
    pub(crate) fn output(&self) -> Option<&Type> {
        let ty = self.return_type()?;
        match self.shape() {
            Shape::Sync | Shape::Async => Some(ty),
            Shape::Boxed => boxed_future_output(ty),
            Shape::Future => match ty {
                Type::ImplTrait(ty) => future_output(&ty.bounds),
                _ => None,
            },
        }
    }

    /// How a stream sits in the output, and the type of its items where the spelling tells it.
    pub(crate) fn stream(&self) -> Option<(StreamForm, Option<&Type>)> {
        let output = self.output()?;
        if let Type::ImplTrait(ty) = output {
            let item = stream_item(&ty.bounds)?;
            return Some((StreamForm::Opaque, Some(item)));
        }
        let held = |ty| is_boxed_stream(ty).then(|| (StreamForm::Held, boxed_stream_item(ty)));
        if let Some(held) = held(output) {
            return Some(held);
        }
        // `Result`, or an alias that is called so; any other type keeps its stream to itself.
        let outer = last_segment(output)?;
        let inner = type_argument(outer).filter(|_| outer.ident.to_string().ends_with("Result"))?;
        if let Type::ImplTrait(ty) = inner {
            let item = stream_item(&ty.bounds)?;
            return Some((StreamForm::OpaqueResult, Some(item)));
        }
        held(inner)
    }

    /// The body mentions `name`.
    pub(crate) fn mentions(&self, name: &Ident) -> bool {
        match &self.body {
            Body::Block(block) => mentions(block.stream(), &plain(name)),
            Body::None(_) => false,
        }
    }
}

/// The attribute as far as it decides whether what is below it exists.
fn configures(attribute: &Attribute) -> Option<Attribute> {
    if attribute.path().is_ident("cfg") {
        return Some(attribute.clone());
    }
    let syn::Meta::List(list) = &attribute.meta else {
        return None;
    };
    let list = Some(list).filter(|list| list.path.is_ident("cfg_attr"))?;
    let metas = Punctuated::<syn::Meta, Token![,]>::parse_terminated;
    let mut metas = metas.parse2(list.tokens.clone()).ok()?.into_iter();
    let condition = metas.next()?;
    let cfgs: Vec<_> = metas.filter(|meta| meta.path().is_ident("cfg")).collect();
    (!cfgs.is_empty()).then(|| syn::parse_quote!(#[cfg_attr(#condition, #(#cfgs),*)]))
}

/// The lines of a doc comment, without the stars before the lines of a block.
fn without_stars(text: &str) -> Vec<String> {
    let is_starred = |line: &str| line.trim_start().starts_with('*');
    let has_stars = text
        .lines()
        .skip(1)
        .all(|line| is_starred(line) || line.trim().is_empty());
    let line = |line: &str| match line.trim_start().strip_prefix('*') {
        Some(rest) if has_stars => rest.to_owned(),
        _ => line.to_owned(),
    };
    let mut lines = text.lines();
    // The first line stands behind what opens the block.
    let first = lines.next().unwrap_or_default().to_owned();
    std::iter::once(first).chain(lines.map(line)).collect()
}

struct Bound(Vec<Ident>);

impl<'ast> syn::visit::Visit<'ast> for Bound {
    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        self.0.push(pat.ident.clone());
        syn::visit::visit_pat_ident(self, pat);
    }
}

/// The tokens mention the variable `name`, if only in a format string.
pub(crate) fn mentions(tokens: TokenStream, name: &str) -> bool {
    // The punctuation before the token: a field, a method and the end of a path are no variables, the end of a range is.
    let mut before = String::new();
    tokens.into_iter().any(|token| {
        let qualified = before == "." || before == "::";
        let found = match &token {
            TokenTree::Ident(ident) => !qualified && plain(ident) == name,
            TokenTree::Group(group) => mentions(group.stream(), name),
            TokenTree::Literal(literal) => {
                let literal = literal.to_string();
                literal.contains('"') && formats(&literal, name)
            }
            TokenTree::Punct(punct) => {
                before.push(punct.as_char());
                return false;
            }
        };
        before.clear();
        found
    })
}

/// A format string mentions the variable `name`: `{name}`, `{name:?}`, as a width `{:name$}`, and `{name.field}` where a macro
/// has that.
fn formats(text: &str, name: &str) -> bool {
    let mut text = text.replace("{{", "");
    while let Some(start) = text.find(name) {
        let (before, found) = text.split_at(start);
        let after = found.get(name.len()..).unwrap_or_default();
        let begins = before.trim_end().ends_with('{');
        let ends = !after.starts_with(|next: char| next.is_alphanumeric() || next == '_');
        let is_whole = !before.ends_with(|last: char| last.is_alphanumeric() || last == '_');
        let is_width = after.starts_with('$') && is_whole;
        if begins && ends || is_width {
            return true;
        }
        text = after.to_owned();
    }
    false
}

/// Where a type was written.
pub(crate) fn span_of(ty: Option<&Type>, function: &Function) -> Span {
    ty.map_or_else(|| function.signature.ident.span(), Spanned::span)
}
