//! `#[tools]`: every function of an `impl` block or a module is a tool.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Item, Meta, Token, Visibility};

use crate::function::{Body, Function};
use crate::runtime;

/// Puts `#[tool(args)]` on each function between the braces. Bodies stay tokens, finished or not.
pub(crate) fn expand(args: &TokenStream, item: &TokenStream) -> TokenStream {
    match marked(args, item.clone()) {
        Ok(marked) => marked,
        Err(error) => {
            let error = error.to_compile_error();
            quote!(#error #item)
        }
    }
}

fn marked(args: &TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    check(&item)?;
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    let Some(TokenTree::Group(block)) = tokens.pop() else {
        let message =
            "`#[tools]` needs what it goes on whole; write the functions between braces behind it";
        return Err(syn::Error::new_spanned(tokens.pop(), message));
    };
    let items = (|input: ParseStream<'_>| items(args, input)).parse2(block.stream())?;
    let mut marked = proc_macro2::Group::new(block.delimiter(), items);
    marked.set_span(block.span());
    Ok(quote!(#(#tokens)* #marked))
}

/// Whether the item holds functions; if not, the word that says what it is, is underlined.
fn check(item: &TokenStream) -> syn::Result<()> {
    let check = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        input.parse::<Option<Token![unsafe]>>()?;
        let holds_functions =
            input.peek(Token![impl]) || input.peek(Token![mod]) || input.peek(Token![trait]);
        let first = input.span();
        let rest: TokenStream = input.parse()?;
        if holds_functions {
            return Ok(());
        }
        let is_function = is_function(rest.clone());
        let message = match rest.into_iter().next() {
            Some(TokenTree::Ident(_)) if is_function => {
                "`#[tools]` goes on an `impl` block or a module; on one function write `#[tool]`"
                    .to_owned()
            }
            Some(TokenTree::Ident(word)) => {
                format!("`#[tools]` goes on an `impl` block or a module, not on `{word}`")
            }
            _ => "`#[tools]` goes on an `impl` block or a module, and this is none".to_owned(),
        };
        Err(syn::Error::new(first, message))
    };
    check.parse2(item.clone())
}

/// Whether an item without attributes and visibility is a function: `async fn`, `extern "C" fn`.
fn is_function(item: TokenStream) -> bool {
    let mut words = item
        .into_iter()
        .take_while(|token| matches!(token, TokenTree::Ident(_) | TokenTree::Literal(_)));
    words.any(|token| matches!(token, TokenTree::Ident(word) if word == "fn"))
}

fn items(args: &TokenStream, input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut items = input
        .call(Attribute::parse_inner)?
        .iter()
        .map(ToTokens::to_token_stream)
        .collect::<TokenStream>();
    while !input.is_empty() {
        let ahead = input.fork();
        if ahead.parse::<Function>().is_ok() {
            items.extend(function(args, input.parse()?));
        } else if let Ok(item) = input.fork().parse::<Item>() {
            input.parse::<Item>()?;
            item.to_tokens(&mut items);
        } else {
            input.parse::<syn::ImplItem>()?.to_tokens(&mut items);
        }
    }
    Ok(items)
}

/// A function with its mark: `#[tool(skip)]` leaves it alone, and an attribute of its own counts for more.
fn function(args: &TokenStream, mut function: Function) -> TokenStream {
    let skipped = function.attributes.iter().position(is_skip);
    if let Some(skipped) = skipped {
        function.attributes.remove(skipped);
    }
    let traced = function.attributes.iter().any(|attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|last| crate::FAMILY.iter().any(|ours| last.ident == ours.name))
    });
    let bodiless = matches!(function.body, Body::None(_));
    if skipped.is_some() || traced || bodiless || function.signature.constness.is_some() {
        return function.to_token_stream();
    }
    let runtime = runtime::of_arguments(args);
    quote!(#[#runtime::tool(#args)] #function)
}

fn is_skip(attribute: &Attribute) -> bool {
    let is_tool = attribute
        .path()
        .segments
        .last()
        .is_some_and(|last| last.ident == "tool");
    matches!(&attribute.meta, Meta::List(list) if is_tool && list.tokens.to_string() == "skip")
}
