//! What the spelling of a type tells.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Token, Type};

/// Whether the drop of a value of this type can be observed. `true` where the spelling does not tell.
pub(crate) fn may_drop(ty: &Type) -> bool {
    match peeled(ty) {
        Type::Reference(_) | Type::Ptr(_) | Type::FnPtr(_) | Type::Never(_) => false,
        Type::Array(ty) => may_drop(&ty.elem),
        Type::Tuple(ty) => ty.elems.iter().any(may_drop),
        Type::Path(ty) => ty.path.get_ident().is_none_or(|ident| {
            !matches!(
                ident.to_string().as_str(),
                "bool"
                    | "char"
                    | "f32"
                    | "f64"
                    | "i8"
                    | "i16"
                    | "i32"
                    | "i64"
                    | "i128"
                    | "isize"
                    | "u8"
                    | "u16"
                    | "u32"
                    | "u64"
                    | "u128"
                    | "usize"
            )
        }),
        _ => true,
    }
}

/// The type without the parentheses and the invisible groups around it, which macros leave.
pub(crate) fn peeled(ty: &Type) -> &Type {
    match ty {
        Type::Paren(ty) => peeled(&ty.elem),
        Type::Group(ty) => peeled(&ty.elem),
        ty => ty,
    }
}

type Bounds = syn::punctuated::Punctuated<syn::TypeParamBound, Token![+]>;

/// The type that `Future<Output = T>` or `Stream<Item = T>` names among these bounds.
fn bound<'a>(bounds: &'a Bounds, trait_name: &str, assoc: &str) -> Option<&'a Type> {
    bounds.iter().find_map(|bound| {
        let syn::TypeParamBound::Trait(bound) = bound else {
            return None;
        };
        let last = bound.path.segments.last()?;
        let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
            return None;
        };
        let mut assocs = arguments.args.iter().filter_map(|argument| match argument {
            syn::GenericArgument::AssocType(ty) if ty.ident == assoc => Some(peeled(&ty.ty)),
            _ => None,
        });
        // `FusedFuture` and `FusedStream` name the output of what they stand on.
        let name = last.ident.to_string();
        let is_trait = name.strip_prefix("Fused").unwrap_or(&name) == trait_name;
        assocs.next().filter(|_| is_trait)
    })
}

/// The names of the traits among these bounds.
fn names(bounds: &Bounds) -> impl Iterator<Item = String> {
    bounds.iter().filter_map(|bound| match bound {
        syn::TypeParamBound::Trait(bound) => bound
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string()),
        _ => None,
    })
}

fn is_of_every_future(name: &str) -> bool {
    matches!(name, "Future" | "Send" | "Sync")
}

pub(crate) fn future_output(bounds: &Bounds) -> Option<&Type> {
    bound(bounds, "Future", "Output")
}

/// Whether a value of the type can be awaited, as far as its spelling tells.
pub(crate) fn is_awaitable(ty: &Type) -> bool {
    if let Type::ImplTrait(ty) = ty {
        return future_output(&ty.bounds).is_some();
    }
    let has_name = |last: &syn::PathSegment| {
        let name = last.ident.to_string();
        let known = ["JoinHandle", "Ready", "Receiver", "Shared", "Task"];
        name.ends_with("Future") || known.contains(&name.as_str())
    };
    let is_boxed = |last: &syn::PathSegment| {
        let inner = type_argument(last).filter(|_| last.ident == "Box");
        matches!(inner, Some(Type::TraitObject(object)) if future_output(&object.bounds).is_some())
    };
    boxed_future_output(ty).is_some()
        || last_segment(ty).is_some_and(|last| has_name(last) || is_boxed(last))
}

pub(crate) fn stream_item(bounds: &Bounds) -> Option<&Type> {
    bound(bounds, "Stream", "Item")
}

/// Whether this is `Pin<Box<dyn Stream<Item = T> + …>>`, `Box<dyn Stream<Item = T> + Unpin>`, `BoxStream<'_, T>` or `LocalBoxStream<'_, T>`.
pub(crate) fn is_boxed_stream(ty: &Type) -> bool {
    let is_alias = |last: &syn::PathSegment| {
        let name = last.ident.to_string();
        matches!(name.as_str(), "BoxStream" | "LocalBoxStream") && type_argument(last).is_some()
    };
    boxed_stream_item(ty).is_some() || last_segment(ty).is_some_and(is_alias)
}

/// The items of `Pin<Box<dyn Stream<Item = T> + …>>`, or of a `Box` alone. Those of an alias it alone knows: it may be the
/// user's.
pub(crate) fn boxed_stream_item(ty: &Type) -> Option<&Type> {
    let last = last_segment(ty)?;
    let is_pinned = last.ident == "Pin";
    let inner = if is_pinned {
        last_segment(type_argument(last)?)?
    } else {
        last
    };
    match type_argument(inner).filter(|_| inner.ident == "Box")? {
        // What is not `Unpin` is no stream in a box alone.
        Type::TraitObject(object)
            if is_pinned || names(&object.bounds).any(|name| name == "Unpin") =>
        {
            stream_item(&object.bounds)
        }
        _ => None,
    }
}

/// The output of `Pin<Box<dyn Future<Output = T> + …>>`, of `Pin<Box<impl Future<…>>>`, `BoxFuture<'_, T>` or `LocalBoxFuture<'_, T>`.
pub(crate) fn boxed_future_output(ty: &Type) -> Option<&Type> {
    let last = last_segment(ty)?;
    match last.ident.to_string().as_str() {
        "BoxFuture" | "LocalBoxFuture" => type_argument(last),
        "Pin" => {
            let inner = last_segment(type_argument(last)?)?;
            match type_argument(inner).filter(|_| inner.ident == "Box")? {
                Type::TraitObject(object) => future_output(&object.bounds),
                // The future that is made of it is nothing else.
                Type::ImplTrait(object)
                    if names(&object.bounds).all(|name| is_of_every_future(&name)) =>
                {
                    future_output(&object.bounds)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

pub(crate) fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match peeled(ty) {
        Type::Path(ty) => ty.path.segments.last(),
        _ => None,
    }
}

pub(crate) fn type_argument(segment: &syn::PathSegment) -> Option<&Type> {
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(peeled(ty)),
        _ => None,
    })
}

/// The type with every nested `impl Trait` left to inference, since it cannot be named.
pub(crate) fn erased(ty: &Type) -> Type {
    struct Erase;
    impl syn::visit_mut::VisitMut for Erase {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            if let Type::ImplTrait(_) = ty {
                *ty = syn::parse_quote!(_);
            }
            syn::visit_mut::visit_type_mut(self, ty);
        }
    }
    let mut ty = ty.clone();
    syn::visit_mut::VisitMut::visit_type_mut(&mut Erase, &mut ty);
    ty
}

/// Where tokens begin and end.
pub(crate) fn ends(tokens: &impl ToTokens) -> (Span, Span) {
    let mut spans = tokens
        .to_token_stream()
        .into_iter()
        .map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}
