//! The shared grammar of the attributes: `key`, `key = expression` and `key(…)`, separated by commas.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, LitStr, Token};

use crate::error::spelled;

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
    /// The key as it was written.
    pub(crate) written: TokenStream,
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
    let key = Ident::parse_any(input).map_err(|error| {
        let message = "expected the name of an argument; write `key = …`";
        syn::Error::new(error.span(), message)
    })?;
    let value = if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        Value::Expr(expr(input, &key)?)
    } else if input.peek(syn::token::Paren) {
        Value::List(input.parse()?)
    } else if input.is_empty() || input.peek(Token![,]) {
        Value::Word
    } else if input.peek(syn::token::Bracket) || input.peek(syn::token::Brace) {
        let message = format!("expected `=` or parentheses; write `{key} = …` or `{key}(…)`");
        return Err(syn::Error::new(input.span(), message));
    } else {
        let message = format!("expected `=`; write `{key} = …`");
        return Err(syn::Error::new(input.span(), message));
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
        let (key, written) = if input.peek(LitStr) {
            let key: LitStr = input.parse()?;
            let written = key.to_token_stream();
            (key, written)
        } else {
            dotted(input)?
        };
        if !input.peek(Token![=]) {
            let message = format!("expected `=`; write `\"{}\" = value`", key.value());
            // At the end of the list there is no token to underline but the key.
            return Err(if input.is_empty() {
                syn::Error::new_spanned(written, message)
            } else {
                syn::Error::new(input.span(), message)
            });
        }
        input.parse::<Token![=]>()?;
        if input.is_empty() || input.peek(Token![,]) {
            let message = format!(
                "expected an expression; write `\"{}\" = value`",
                key.value()
            );
            return Err(syn::Error::new_spanned(written, message));
        }
        Ok(Pair {
            key,
            written,
            value: input.parse()?,
        })
    }
}

/// `user.id` as the literal `"user.id"`, and as it was written.
fn dotted(input: ParseStream<'_>) -> syn::Result<(LitStr, TokenStream)> {
    let first = Ident::parse_any(input).map_err(|error| {
        syn::Error::new(
            error.span(),
            "expected an attribute key: `\"app.tier\"` or `app.tier`",
        )
    })?;
    let mut key = crate::error::plain(&first);
    let mut written = first.to_token_stream();
    while input.peek(Token![.]) {
        input.parse::<Token![.]>()?.to_tokens(&mut written);
        let word = Ident::parse_any(input)?;
        key.push('.');
        key.push_str(&crate::error::plain(&word));
        word.to_tokens(&mut written);
    }
    Ok((LitStr::new(&key, first.span()), written))
}

/// Reads `(a, b)` as names.
pub(crate) fn names(tokens: TokenStream) -> syn::Result<Vec<Ident>> {
    let name = |expr: Expr| match &expr {
        Expr::Path(path) if path.path.get_ident().is_some_and(|name| name != "self") => {
            path.path.require_ident().cloned()
        }
        _ => {
            let written = spelled(&expr);
            let message = if written == "self" {
                "`arguments` names parameters, and `self` is none; remove it".to_owned()
            } else {
                format!(
                    "`{written}` is not the name of a parameter; record it by `attributes(\"key\" = {written})`"
                )
            };
            Err(syn::Error::new_spanned(expr, message))
        }
    };
    exprs(tokens)?.into_iter().map(name).collect()
}

/// Reads `(a, b)` as expressions.
pub(crate) fn exprs(tokens: TokenStream) -> syn::Result<Vec<Expr>> {
    Punctuated::<Expr, Token![,]>::parse_terminated
        .parse2(tokens)
        .map(|exprs| exprs.into_iter().collect())
}
