//! The shared grammar of the attributes: `key`, `key = expression` and `key(…)`, separated by commas.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, LitStr, Token};

/// One argument as it was written.
pub(crate) struct Arg {
    pub(crate) key: Ident,
    pub(crate) value: Value,
}

/// What follows the key.
pub(crate) enum Value {
    /// Nothing: `result`.
    Word,
    /// `= expression`.
    Expr(Expr),
    /// `(tokens)`.
    List(proc_macro2::Group),
}

/// One entry of `attributes("key" = value, dotted.key = value)`.
pub(crate) struct Pair {
    pub(crate) key: LitStr,
    pub(crate) value: Expr,
}

/// Reads the text between the parentheses of an attribute. What was read before a syntax error is kept.
pub(crate) fn parse(tokens: TokenStream) -> (Vec<Arg>, Option<syn::Error>) {
    let mut args = Vec::new();
    let error = (|input: ParseStream<'_>| {
        while !input.is_empty() {
            args.push(arg(input)?);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    })
    .parse2(tokens)
    .err();
    (args, error)
}

fn arg(input: ParseStream<'_>) -> syn::Result<Arg> {
    let key = Ident::parse_any(input)
        .map_err(|error| syn::Error::new(error.span(), "expected the name of an argument"))?;
    let value = if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        Value::Expr(expr(input, &key)?)
    } else if input.peek(syn::token::Paren) {
        Value::List(input.parse()?)
    } else {
        Value::Word
    };
    Ok(Arg { key, value })
}

fn expr(input: ParseStream<'_>, key: &Ident) -> syn::Result<Expr> {
    if input.is_empty() || input.peek(Token![,]) {
        let message = format!("expected an expression; write `{key} = …`");
        return Err(syn::Error::new_spanned(key, message));
    }
    input.parse()
}

/// Reads the entries of `attributes(…)`.
pub(crate) fn pairs(tokens: TokenStream) -> syn::Result<Vec<Pair>> {
    Punctuated::<Pair, Token![,]>::parse_terminated
        .parse2(tokens)
        .map(|pairs| pairs.into_iter().collect())
}

impl syn::parse::Parse for Pair {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key = if input.peek(LitStr) {
            input.parse()?
        } else {
            dotted(input)?
        };
        input.parse::<Token![=]>().map_err(|error| {
            let message = format!("expected `=`; write `\"{}\" = value`", key.value());
            syn::Error::new(error.span(), message)
        })?;
        Ok(Pair {
            key,
            value: input.parse()?,
        })
    }
}

/// `user.id` as the literal `"user.id"`, with the span of its first word.
fn dotted(input: ParseStream<'_>) -> syn::Result<LitStr> {
    let first = Ident::parse_any(input).map_err(|error| {
        syn::Error::new(
            error.span(),
            "expected an attribute key: `\"app.tier\"` or `app.tier`",
        )
    })?;
    let mut key = crate::error::plain(&first);
    while input.peek(Token![.]) {
        input.parse::<Token![.]>()?;
        key.push('.');
        key.push_str(&crate::error::plain(&Ident::parse_any(input)?));
    }
    Ok(LitStr::new(&key, first.span()))
}

/// Reads `(a, b)` as names.
pub(crate) fn names(tokens: TokenStream) -> syn::Result<Vec<Ident>> {
    Punctuated::<Ident, Token![,]>::parse_terminated
        .parse2(tokens)
        .map(|names| names.into_iter().collect())
}

/// Reads `(a, b)` as expressions.
pub(crate) fn exprs(tokens: TokenStream) -> syn::Result<Vec<Expr>> {
    Punctuated::<Expr, Token![,]>::parse_terminated
        .parse2(tokens)
        .map(|exprs| exprs.into_iter().collect())
}
