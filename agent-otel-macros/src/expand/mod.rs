//! From the model to tokens. Nothing is decided here, and nothing can fail.

mod begins;
mod hold;
mod types;

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Type};

use crate::check::ITEMS;
use crate::function::{Body, Function, Shape, StreamForm};
use crate::model::{Call, Model, Operand};
use crate::types::erased;
use crate::words::Reads;
use begins::Begins;

/// The function with its body wrapped into one expression.
pub(crate) fn function(model: &Model, function: &Function) -> TokenStream {
    let Body::Block(body) = &function.body else {
        return function.to_token_stream();
    };
    let Function {
        attributes,
        visibility,
        signature,
        ..
    } = function;
    let expression = expression(model, function, body);
    let mut block = Group::new(Delimiter::Brace, expression);
    block.set_span(body.span());
    let allow = types::allow_awaitable(function);
    quote!(#(#attributes)* #allow #visibility #signature #block)
}

fn expression(model: &Model, function: &Function, body: &Group) -> TokenStream {
    let Model {
        runtime,
        constructor,
        span_name,
        ..
    } = model;
    let shape = function.shape();
    let begins = Begins::of(model, function);
    let parent = match &model.parent {
        Some(parent) => Some(call(parent)),
        None => begins.needs_start(shape).then(|| quote!(.current())),
    };
    let described = describe(&model.describe, begins);
    let (within, before) = match begins {
        Begins::Within => (described, None),
        Begins::AtOnce | Begins::Later => (None, described),
    };
    // Where the operation ends and what it is done to begins.
    let name = span_name.value();
    let first = Literal::usize_unsuffixed(name.find(' ').unwrap_or(name.len()));
    let begun = quote!(#runtime::__private::#constructor(&(#span_name, #first)) #parent);
    // One statement a step: what an expression of the user's holds, such as the guard of a lock, is let go of before the next
    // one is evaluated and before the body runs.
    let start = Ident::new("start", Span::mixed_site());
    let steps = parent.is_some().then(|| {
        let before = before.as_ref().map(|before| quote!(#start #before;));
        let inject = model.inject.as_ref().map(call);
        let inject = inject.map(|inject| quote!(#start #inject;));
        // By reference, so that its methods come before those that a trait of the user's may have for every type.
        quote!(let #start = &mut #begun; #before #inject)
    });
    if shape == Shape::Async && model.stream.is_none() {
        // What describes the operation is gone by the time that the future is polled.
        let begun = match steps {
            Some(steps) => quote!({ #steps #start.begun() }),
            None if before.is_some() => quote!(#begun #before),
            None => quote!(#begun.begun()),
        };
        return polled(model, function, body, &begun);
    }
    let run = run(model, function, body, within.as_ref());
    match steps {
        Some(steps) if shape == Shape::Async => quote!({ #steps #start #run }.await),
        Some(steps) => quote!(#steps #start #run),
        None => quote!(#begun #before #run),
    }
}

/// The body of an `async fn`, polled inside an operation that has begun:
/// `let mut operation = …; let ret = run(&mut operation, async move { … }).await; end(&mut operation, |outcome| { … }); ret`
fn polled(model: &Model, function: &Function, body: &Group, begun: &TokenStream) -> TokenStream {
    let block = polled_block(model, function, body);
    let runtime = &model.runtime;
    // By path, where a trait of the user's may have a method of that name for every type.
    let run = |operation: TokenStream| quote!(#runtime::__private::run(&mut #operation, async move #block).await);
    if function.never_returns() {
        return run(begun.clone());
    }
    let operation = Ident::new("operation", Span::mixed_site());
    let run = run(quote!(#operation));
    let ret = ret(model);
    let outcome = outcome();
    let read = read_returned(model, &quote!(&#ret));
    quote! {
        let mut #operation = #begun;
        let #ret = #run;
        #runtime::__private::end(&mut #operation, |#outcome| { #read });
        #ret
    }
}

/// `.begin(|span| { span.description("…"); span.argument("id", &id); })`, and `.describe(…)` where the operation begins
/// later. One statement an argument, for what its expression holds.
fn describe(calls: &[Call], begins: Begins) -> Option<TokenStream> {
    if calls.is_empty() {
        return None;
    }
    let method = Ident::new(begins.method(), Span::call_site());
    // Mixed-site names cannot shadow a parameter of the user.
    let span = Ident::new("span", Span::mixed_site());
    let calls = calls.iter().map(|described| {
        let (cfgs, call) = (&described.cfgs, call(described));
        quote!(#(#cfgs)* #span #call;)
    });
    Some(quote!(.#method(|#span| { #(#calls)* })))
}

/// `.method(operands)`
fn call(call: &Call) -> TokenStream {
    let Call {
        method, operands, ..
    } = call;
    let operands = operands.iter().map(operand);
    quote!(.#method(#(#operands),*))
}

fn operand(operand: &Operand) -> TokenStream {
    match operand {
        Operand::Literal(text) => text.to_token_stream(),
        Operand::Plain(expr) => expr.to_token_stream(),
        Operand::Borrowed(expr) => {
            let expr = ungrouped(expr);
            borrowed(expr, &quote_spanned!(expr.span()=> &))
        }
        Operand::BorrowedMut(expr) => match ungrouped(expr) {
            // What is written into may be unsized.
            expr @ (Expr::Index(_) | Expr::Unary(_)) => quote_spanned!(expr.span()=> &mut #expr),
            expr => borrowed(expr, &quote_spanned!(expr.span()=> &mut)),
        },
    }
}

/// What a macro by example passes on as one, for which the compiler may take a `&` before it for one of its first part.
fn ungrouped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => ungrouped(&group.expr),
        expr => expr,
    }
}

fn borrowed(expr: &Expr, ampersand: &TokenStream) -> TokenStream {
    match expr {
        Expr::Path(_)
        | Expr::Field(_)
        | Expr::MethodCall(_)
        | Expr::Call(_)
        | Expr::Lit(_)
        | Expr::Macro(_)
        | Expr::Paren(_)
        | Expr::Reference(_) => quote!(#ampersand #expr),
        // A place may be unsized, and the runtime takes references to sized values.
        Expr::Index(_) | Expr::Unary(_) => quote!(#ampersand &#expr),
        _ => quote!(#ampersand (#expr)),
    }
}

/// `|ret, outcome| { ::agent_otel::__private::returned(ret).outcome(outcome); }`
fn returned(model: &Model, function: &Function) -> TokenStream {
    let runtime = &model.runtime;
    if function.never_returns() {
        // There is no value to read, and inference would not find its type.
        return quote!(#runtime::__private::diverges);
    }
    let (ret, outcome) = (ret(model), outcome());
    let ty = returned_type(model, function);
    let read = read_returned(model, &quote!(#ret));
    quote!(|#ret #ty, #outcome| { #read })
}

/// A return value.
fn ret(model: &Model) -> Ident {
    // With the names of the macro: the closure of a verdict may speak of a parameter that is called the same.
    let span = Span::mixed_site();
    // Errors about the type of the return value belong under the word that asks something of it.
    let asks = model.returned.first();
    let span = asks.map_or(span, |word| span.located_at(word.span()));
    Ident::new("ret", span)
}

/// `use …::ReadOutcome as _; (&&…::agent_otel::__private::returned(ret)).read_outcome(outcome);`, of a return value by reference.
fn read_returned(model: &Model, ret: &TokenStream) -> TokenStream {
    let runtime = &model.runtime;
    let Some((reading, captures)) = model.returned.split_last() else {
        return TokenStream::new();
    };
    let outcome = outcome();
    let captures = captures.iter().map(|capture| {
        // A type that cannot be captured is an error under the word that asks for it.
        let span = capture.span();
        let value = quote!(#runtime::__private::returned(#ret));
        let value = with_spans(value, |_| span);
        quote!(#value.#capture(#outcome);)
    });
    let captures = quote!(#(#captures)*);
    // Where a stream is returned, what is judged are its items.
    let verdicts = model.stream.is_none().then(|| verdicts(model, ret));
    let also = model.stream.is_none().then(|| also(model, ret));
    let counted = model.counted.iter().map(|method| {
        // A type that cannot be counted is an error under the word that asks for it.
        let ret = with_spans(ret.clone(), |was| was.located_at(method.span()));
        quote!(.#method(#ret))
    });
    let counted = quote!(#(#counted)*);
    let (reads, read) = read_by_type(model, reading, ret);
    quote!(#reads #captures #read #also #counted #verdicts;)
}

/// `use ::agent_otel::__private::ReadOutcome as _;` and `(&&…::agent_otel::__private::returned(ret)).read_outcome(outcome)`: one
/// reference for each tier of types among which the value is looked up.
fn read_by_type(model: &Model, reading: &Ident, value: &TokenStream) -> (TokenStream, TokenStream) {
    let runtime = &model.runtime;
    let reads = match reading.to_string().as_str() {
        "response" => "ReadResponse",
        "chunk" => "ReadChunk",
        _ => "ReadOutcome",
    };
    let reads = Ident::new(reads, Span::call_site());
    let read = Ident::new(&format!("read_{reading}"), reading.span());
    let outcome = outcome();
    (
        quote!(use #runtime::__private::#reads as _;),
        quote!((&&&&&&&&&&&#runtime::__private::returned(#value)).#read(#outcome)),
    )
}

/// What is told of a return value or an item, as the closures that read one name it.
fn outcome() -> Ident {
    Ident::new("outcome", Span::mixed_site())
}

/// `.told(::agent_otel::__private::told(ret).response())`
fn also(model: &Model, ret: &TokenStream) -> Option<TokenStream> {
    let runtime = &model.runtime;
    match model.reads {
        Reads::Outcome | Reads::Usage => None,
        Reads::Response => Some(quote!(.told(#runtime::__private::told(#ret).response()))),
        Reads::Reply => Some(quote!(.replied(#runtime::__private::replied(#ret).fault()))),
    }
}

/// `: &T`, where nothing but the closure would tell the compiler what a returned future or stream gives.
fn returned_type(model: &Model, function: &Function) -> Option<TokenStream> {
    let is_inferred =
        function.shape() == Shape::Future || model.stream == Some(StreamForm::OpaqueResult);
    let ty = function
        .output()
        .filter(|ty| is_inferred && !matches!(ty, Type::ImplTrait(_)))?;
    let ty = erased(ty);
    Some(quote!(: &#ty))
}

/// `.error_if(ret, |ret| …)`
fn verdicts(model: &Model, ret: &TokenStream) -> TokenStream {
    let verdicts = model.verdicts.iter().map(
        |Call {
             method, operands, ..
         }| {
            let operands = operands.iter().map(operand);
            quote!(.#method(#ret, #(#operands),*))
        },
    );
    quote!(#(#verdicts)*)
}

/// The tokens with other spans, except for `$crate`, which means a crate by its span.
fn with_spans(tokens: TokenStream, span: impl Fn(Span) -> Span) -> TokenStream {
    let tokens = tokens.into_iter().map(|mut token| {
        if token.to_string() != "$crate" {
            token.set_span(span(token.span()));
        }
        token
    });
    tokens.collect()
}

fn run(
    model: &Model,
    function: &Function,
    body: &Group,
    within: Option<&TokenStream>,
) -> TokenStream {
    let shape = function.shape();
    let returned = returned(model, function);
    let stream = model.stream.map(|form| read(model, function, form));
    let run = match (shape, &stream) {
        (Shape::Async, _) => "run_stream",
        (Shape::Future, None) => "run_future",
        (Shape::Future, Some(_)) => "run_future_stream",
        (Shape::Boxed, None) => "run_boxed",
        (Shape::Boxed, Some(_)) => "run_boxed_stream",
        (Shape::Sync, None) if within.is_some() => "run_sync_with",
        (Shape::Sync, None) => "run_sync",
        (Shape::Sync, Some(_)) => "run_sync_stream",
    };
    let run = Ident::new(run, Span::call_site());
    let (form, read) = stream.unzip();
    let (form, read) = (form.into_iter(), read.into_iter());
    if shape == Shape::Async {
        let block = polled_block(model, function, body);
        quote!(.#run(async move #block, #(#form,)* #returned #(, #read)*))
    } else {
        let output = types::closure_output(function);
        let operation = Ident::new("operation", Span::mixed_site());
        let (begin, operation) = within
            .map(|within| (quote!(#operation #within;), operation))
            .unzip();
        let check = types::usage_check(model, function);
        let hold = hold::hold(model, function, within.is_some());
        let block = block(body, &quote!(#check #hold #begin));
        quote!(.#run(move |#operation| #output #block, #(#form,)* #returned #(, #read)*))
    }
}

/// The body of an `async fn`.
fn polled_block(model: &Model, function: &Function, body: &Group) -> Group {
    let pin = types::pin(model, function);
    let check = types::usage_check(model, function);
    let hold = hold::hold(model, function, false);
    block(body, &quote!(#pin #check #hold))
}

/// The body of the user, after statements of ours.
fn block(body: &Group, before: &TokenStream) -> Group {
    let braced = |statements| {
        let mut block = Group::new(Delimiter::Brace, statements);
        block.set_span(body.span());
        block
    };
    let statements = body.stream();
    if before.is_empty() || !may_have_items(&statements) {
        return braced(quote!(#before #statements));
    }
    // A block of their own: they come after statements of ours, and not of the user's.
    let inner = braced(statements);
    braced(quote!(#before #inner))
}

/// Whether there may be items among the statements of the user.
fn may_have_items(statements: &TokenStream) -> bool {
    statements.clone().into_iter().any(|token| {
        let word = token.to_string();
        matches!(token, TokenTree::Ident(_)) && ITEMS.contains(&word.as_str())
    })
}

/// Where the stream sits, and how its items are read.
fn read(model: &Model, function: &Function, form: StreamForm) -> (TokenStream, TokenStream) {
    let runtime = &model.runtime;
    let form = Ident::new(
        match form {
            StreamForm::Opaque => "Opaque",
            StreamForm::OpaqueResult => "OpaqueResult",
            StreamForm::Held => "Held",
        },
        Span::call_site(),
    );
    let item = Ident::new("item", Span::mixed_site());
    let outcome = outcome();
    let verdicts = verdicts(model, &quote!(#item));
    let ty = function.stream().and_then(|(_, ty)| ty).map(|ty| {
        let ty = erased(ty);
        quote!(: &#ty)
    });
    let reading = if model.checks_usage() {
        "chunk"
    } else {
        "outcome"
    };
    let reading = Ident::new(reading, Span::call_site());
    let (reads, read) = read_by_type(model, &reading, &quote!(#item));
    let read = quote!(|#item #ty, #outcome| { #reads #read #verdicts; });
    (quote!(#runtime::__private::#form), read)
}
