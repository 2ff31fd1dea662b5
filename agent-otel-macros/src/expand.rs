//! From the model to tokens. Nothing is decided here, and nothing can fail.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Type};

use crate::function::{Body, Function, Parameter, Shape, StreamForm, ends, erased, span_of};
use crate::model::{Call, Model, Operand};

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
    quote!(#(#attributes)* #visibility #signature #block)
}

fn expression(model: &Model, function: &Function, body: &Group) -> TokenStream {
    let Model {
        runtime,
        constructor,
        span_name,
        ..
    } = model;
    let parent = model.parent.as_ref().map(call);
    let describe = describe(&model.describe);
    let inject = model.inject.as_ref().map(call);
    let returned = returned(model, function);
    let run = run(model, function, body, &returned);
    quote!(#runtime::__private::#constructor(#span_name) #parent #describe #inject #run)
}

/// `.describe(|span| { span.description("…").argument("id", &id); })`
fn describe(calls: &[Call]) -> TokenStream {
    if calls.is_empty() {
        return TokenStream::new();
    }
    // Mixed-site names cannot shadow a parameter of the user.
    let span = Ident::new("span", Span::mixed_site());
    let (conditional, calls): (Vec<_>, Vec<_>) =
        calls.iter().partition(|call| !call.cfgs.is_empty());
    let conditional = conditional.into_iter().map(|conditional| {
        let (cfgs, call) = (&conditional.cfgs, call(conditional));
        quote!(#(#cfgs)* #span #call;)
    });
    let calls = calls.into_iter().map(call);
    let calls = (calls.len() > 0).then(|| quote!(#span #(#calls)*;));
    quote!(.describe(|#span| { #calls #(#conditional)* }))
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
        Operand::Borrowed(expr) => borrowed(expr, &quote_spanned!(expr.span()=> &)),
        Operand::BorrowedMut(expr) => borrowed(expr, &quote_spanned!(expr.span()=> &mut)),
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
        | Expr::Reference(_)
        | Expr::Group(_) => quote!(#ampersand #expr),
        // A place may be unsized, and the runtime takes references to sized values.
        Expr::Index(_) | Expr::Unary(_) => quote!(#ampersand &#expr),
        _ => quote!(#ampersand (#expr)),
    }
}

/// `|ret| ::agent_otel::__private::returned(ret).outcome()`
fn returned(model: &Model, function: &Function) -> TokenStream {
    let Model {
        runtime, returned, ..
    } = model;
    if matches!(function.return_type(), Some(Type::Never(_))) {
        // There is no value to read, and inference would not find its type.
        return quote!(#runtime::__private::diverges);
    }
    let [first, others @ ..] = returned.as_slice() else {
        return TokenStream::new();
    };
    // Errors about the type of the return value belong under the word that asks something of it.
    let span = first.span();
    let ret = Ident::new("ret", span);
    let mut value = quote!(#runtime::__private::returned(#ret));
    if !others.is_empty() {
        value = with_spans(value, |_| span);
    }
    quote!(|#ret| #value #(.#returned())*)
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

fn run(model: &Model, function: &Function, body: &Group, returned: &TokenStream) -> TokenStream {
    let shape = function.shape();
    let stream = model.stream.map(|form| read(model, form));
    let run = match (shape, &stream) {
        (Shape::Async, None) => "run",
        (Shape::Async, Some(_)) => "run_stream",
        (Shape::Future, None) => "run_future",
        (Shape::Future, Some(_)) => "run_future_stream",
        (Shape::Boxed, None) => "run_boxed",
        (Shape::Boxed, Some(_)) => "run_boxed_stream",
        (Shape::Sync, None) => "run_sync",
        (Shape::Sync, Some(_)) => "run_sync_stream",
    };
    let run = Ident::new(run, Span::call_site());
    let (form, read) = stream.unzip();
    let (form, read) = (form.into_iter(), read.into_iter());
    let check = usage_check(model, function);
    let hold = hold(model, function);
    let statements = body.stream();
    let block = |before: TokenStream| {
        let mut block = Group::new(Delimiter::Brace, quote!(#before #statements));
        block.set_span(body.span());
        block
    };
    if shape == Shape::Async {
        let pin = pin(model, function);
        let block = block(quote!(#pin #check #hold));
        quote!(.#run(async move #block, #(#form,)* #returned #(, #read)*).await)
    } else {
        let output = closure_output(function);
        let block = block(quote!(#check #hold));
        quote!(.#run(move || #output #block, #(#form,)* #returned #(, #read)*))
    }
}

/// Where the stream sits, and how its items are read.
fn read(model: &Model, form: StreamForm) -> (TokenStream, TokenStream) {
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
    let response = Ident::new("response", Span::mixed_site());
    let verdicts = verdicts(model, &item);
    let read = if model.checks_usage {
        quote!(|#item, #response| #runtime::__private::returned(#item).chunk(#response) #verdicts)
    } else {
        quote!(|#item, _| #runtime::__private::returned(#item).outcome() #verdicts)
    };
    (quote!(#runtime::__private::#form), read)
}

/// Pins the type of the `async` block to the declared one, which is not seen inside it; for a model call, the same line
/// demands that the type tells its token usage.
fn pin(model: &Model, function: &Function) -> Option<TokenStream> {
    let runtime = &model.runtime;
    let span = span_of(function.return_type(), function);
    let ty = match function.return_type() {
        Some(Type::Never(_) | Type::ImplTrait(_)) => return None,
        Some(ty) => erased(ty).to_token_stream(),
        None => quote_spanned!(span=> ()),
    };
    let pin = Ident::new(
        if checks_response(model) {
            "response"
        } else {
            "never"
        },
        Span::call_site(),
    );
    // "return type inferred to be `…` here" belongs under the declared type.
    let (first, last) = ends(&ty);
    let path = quote!(#runtime::__private::#pin::);
    let path = with_spans(path, |was| was.located_at(first));
    let call = quote_spanned!(Span::call_site().located_at(last)=> ());
    Some(quote!(if false { return #path<#ty>#call; }))
}

/// The return value has to tell the token usage itself.
fn checks_response(model: &Model) -> bool {
    model.checks_usage && model.stream.is_none()
}

/// The demand of a model call where no line pins the type, or where it is a stream.
fn usage_check(model: &Model, function: &Function) -> Option<TokenStream> {
    let pinned = checks_response(model) && function.shape() == Shape::Async;
    if !model.checks_usage || pinned {
        return None;
    }
    let runtime = &model.runtime;
    if model.stream.is_some() {
        return Some(match (function.stream(), function.output()) {
            (Some((_, item)), _) => {
                let item = erased(item);
                quote!(let _ = #runtime::__private::chunk::<#item>;)
            }
            (_, Some(ty)) => {
                let ty = erased(ty);
                quote!(let _ = #runtime::__private::chunks::<#ty>;)
            }
            (_, None) => return None,
        });
    }
    let ty = match function.output() {
        Some(Type::Never(_) | Type::ImplTrait(_)) => return None,
        Some(ty) => erased(ty).to_token_stream(),
        None => quote_spanned!(function.signature.ident.span()=> ()),
    };
    Some(quote!(let _ = #runtime::__private::response::<#ty>;))
}

/// The declared return type of a closure, so that mismatches are told as in the plain function.
fn closure_output(function: &Function) -> TokenStream {
    match function.return_type() {
        Some(Type::ImplTrait(_)) => TokenStream::new(),
        Some(ty) => {
            let ty = erased(ty);
            quote!(-> #ty)
        }
        None => quote!(-> ()),
    }
}

/// `let _ = (&last, &first);` captures the parameters whole and in an order that drops them as the plain function does,
/// without a copy of their own.
fn hold(model: &Model, function: &Function) -> Option<TokenStream> {
    let parameters = function.parameters();
    let mut held: Vec<(&[Attribute], TokenStream)> = Vec::new();
    let mut unused = Vec::new();
    if function.owns_self() {
        let this = Ident::new("self", function.signature.receiver().span());
        if function.mentions(&this) {
            held.push((&[], quote!(&#this)));
        }
    }
    for Parameter {
        name,
        may_drop,
        cfgs,
        ..
    } in &parameters
    {
        let used = function.mentions(name) || name.to_string().starts_with('_');
        // What comes before the first parameter that the body uses stays outside, and so drops after it.
        if !may_drop || !used && held.is_empty() {
            continue;
        }
        held.push((cfgs.as_slice(), quote!(&#name)));
        if !used && !model.mentions(name) {
            // The capture is a use: the lint for a parameter without one has to find another.
            unused.push(quote!(#(#cfgs)* let #name = ();));
        }
    }
    held.reverse();
    let unused = (!unused.is_empty()).then(|| quote!(if false { #(#unused)* }));
    let held = match held.as_slice() {
        [] => return None,
        // A list cannot leave out what is configured away.
        held if held.len() == 1 || held.iter().any(|(cfgs, _)| !cfgs.is_empty()) => {
            let held = held
                .iter()
                .map(|(cfgs, held)| quote!(#(#cfgs)* let _ = #held;));
            quote!(#(#held)*)
        }
        held => {
            let held = held.iter().map(|(_, held)| held);
            quote!(let _ = (#(#held),*);)
        }
    };
    Some(quote!(#unused #held))
}
