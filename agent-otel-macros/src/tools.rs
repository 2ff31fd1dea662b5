//! `#[tools]`: every function of an `impl` block or a module is a tool.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Item, Meta};

use crate::error::Errors;
use crate::function::{Body, Function};

/// Puts `#[tool(args)]` on each function between the braces. Bodies stay tokens, finished or not.
pub(crate) fn expand(args: &TokenStream, item: &TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    let is_block = tokens.iter().any(|token| {
        matches!(token, TokenTree::Ident(word) if word == "impl" || word == "mod" || word == "trait")
    });
    let Some(TokenTree::Group(block)) = tokens.pop().filter(|_| is_block) else {
        let mut errors = Errors::default();
        let first = item.clone().into_iter().next();
        errors.at(
            first,
            "`#[tools]` goes on an `impl` block or a module; on one function write `#[tool]`",
        );
        let errors = errors.into_compile_errors();
        return quote!(#errors #item);
    };
    match (|input: ParseStream<'_>| items(args, input)).parse2(block.stream()) {
        Ok(items) => {
            let mut marked = proc_macro2::Group::new(block.delimiter(), items);
            marked.set_span(block.span());
            quote!(#(#tokens)* #marked)
        }
        // Half-typed code: what the compiler says of it is closer to the point.
        Err(_) => item.clone(),
    }
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
    quote!(#[::agent_otel::tool(#args)] #function)
}

fn is_skip(attribute: &Attribute) -> bool {
    let is_tool = attribute
        .path()
        .segments
        .last()
        .is_some_and(|last| last.ident == "tool");
    matches!(&attribute.meta, Meta::List(list) if is_tool && list.tokens.to_string() == "skip")
}
