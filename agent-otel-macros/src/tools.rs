//! `#[tools]`: every function of an `impl` block or a module is a tool.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Item, Meta, Token, Visibility, parse_quote};

use crate::error::spelled;
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

/// The mark of a function that is to be a tool. Whichever attribute of ours expands a function takes it off.
pub(crate) const UNLESS_TRACED: &str = "tool_unless_traced";

/// A function with its mark: `#[tool(skip)]` leaves it alone, and an attribute of ours counts for more.
fn function(args: &TokenStream, mut function: Function) -> TokenStream {
    let runtime = runtime::of_arguments(args);
    let skipped = function
        .attributes
        .iter()
        .position(|attribute| is_skip(attribute, &runtime));
    if let Some(skipped) = skipped {
        function.attributes.remove(skipped);
    }
    let bodiless = matches!(function.body, Body::None(_));
    if skipped.is_some() || bodiless || function.signature.constness.is_some() {
        return function.to_token_stream();
    }
    let unless_traced = Ident::new(UNLESS_TRACED, Span::call_site());
    let mark = parse_quote!(#[#runtime::__private::#unless_traced(#args)]);
    // What a name means is not known here: `#[tool]` may be that of `rmcp`. So it expands first. If it is ours, it takes
    // the mark off; what it leaves the mark on becomes a tool.
    let place = if function.attributes.iter().any(may_be_ours) {
        function.attributes.len()
    } else {
        0
    };
    function.attributes.insert(place, mark);
    function.to_token_stream()
}

/// Whether the attribute is called like one of ours, or may become one that is.
fn may_be_ours(attribute: &Attribute) -> bool {
    if attribute.path().is_ident("cfg_attr") {
        return matches!(&attribute.meta, Meta::List(list) if names_ours(list.tokens.clone()));
    }
    let last = attribute.path().segments.last();
    last.is_some_and(|last| is_name_of_ours(&last.ident))
}

fn names_ours(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => is_name_of_ours(&ident),
        TokenTree::Group(group) => names_ours(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn is_name_of_ours(name: &Ident) -> bool {
    crate::FAMILY.iter().any(|ours| name == ours.name)
}

/// `#[tool(skip)]`, by no path or by that of this crate.
fn is_skip(attribute: &Attribute, runtime: &TokenStream) -> bool {
    let Meta::List(list) = &attribute.meta else {
        return false;
    };
    let mut path = list.path.clone();
    let is_tool = path.segments.pop().is_some_and(|last| last.ident == "tool");
    let place = spelled(&path);
    let ours = [runtime.clone(), runtime::default()].map(spelled);
    let is_ours = path.segments.is_empty()
        || ours
            .iter()
            .any(|ours| place.trim_matches(':') == ours.trim_matches(':'));
    is_tool && is_ours && list.tokens.to_string() == "skip"
}
