//! `#[derive(ErrorType)]`: one label a variant, or that of the error inside.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Fields, LitStr, Member};

use crate::error::{Errors, plain, suggestion};
use crate::runtime;

/// The longest label that the runtime takes, in bytes.
const LIMIT: usize = 64;

/// The one word that is no label.
const TRANSPARENT: &str = "transparent";

/// What one `#[error_type(…)]` says.
enum Mark {
    Label(LitStr),
    /// The label is that of the error inside.
    Transparent(Ident),
}

pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut input = match syn::parse2::<DeriveInput>(item) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let runtime = runtime::of_type("error_type", &mut input.attrs, &mut errors);
    let label = match &input.data {
        Data::Struct(data) => {
            let arm = arm(
                &runtime,
                &input.ident,
                &input.attrs,
                &data.fields,
                &mut errors,
            );
            let (pattern, label) = arm;
            quote!(let Self #pattern = *self; #label)
        }
        Data::Enum(data) => {
            for attribute in marks(&input.attrs) {
                errors.at(
                    attribute,
                    "a label stands on a variant; move this to the variants it is for",
                );
            }
            let arms = data.variants.iter().map(|variant| {
                let name = &variant.ident;
                let (pattern, label) =
                    arm(&runtime, name, &variant.attrs, &variant.fields, &mut errors);
                quote!(Self::#name #pattern => #label,)
            });
            let arms: TokenStream = arms.collect();
            // A reference to an enumeration without variants is not empty.
            quote!(match *self { #arms })
        }
        Data::Union(_) => {
            let message =
                "`ErrorType` is derived for enums and structs; implement it by hand for this type";
            errors.at(&input.ident, message);
            quote!(::std::borrow::Cow::Borrowed(""))
        }
    };
    let errors = errors.into_compile_errors();
    let name = &input.ident;
    let (generics, arguments, clause) = input.generics.split_for_impl();
    quote! {
        #errors
        #[automatically_derived]
        impl #generics #runtime::ErrorType for #name #arguments #clause {
            fn error_type(&self) -> ::std::borrow::Cow<'static, str> {
                #label
            }
        }
    }
}

/// The pattern behind the name of a variant, and its label.
fn arm(
    runtime: &TokenStream,
    name: &Ident,
    attributes: &[Attribute],
    fields: &Fields,
    errors: &mut Errors,
) -> (TokenStream, TokenStream) {
    let on_fields = fields.iter().zip(fields.members());
    let mut inside: Vec<(Ident, Member)> = Vec::new();
    for (field, member) in on_fields {
        match mark(&field.attrs, errors) {
            Some(Mark::Transparent(word)) => inside.push((word, member)),
            Some(Mark::Label(label)) => errors.at(
                label,
                "a label stands on the variant; a field is marked `#[error_type(transparent)]`",
            ),
            None => {}
        }
    }
    let own = mark(attributes, errors);
    if let [_, (second, _), ..] = inside.as_slice() {
        errors.at(
            second,
            "one error has one cause to look through; keep one mark",
        );
    }
    let label = match (own, inside.into_iter().next()) {
        (None, Some((_, member))) => return through(runtime, &member),
        (Some(Mark::Label(label)), Some((word, _))) => {
            errors.at(word, "there is a label already; keep one of the two");
            label
        }
        (Some(Mark::Transparent(word)), _) => {
            let members: Vec<_> = fields.members().collect();
            if let [member] = members.as_slice() {
                return through(runtime, member);
            }
            let message = if members.is_empty() {
                "there is no error inside to look through; write a label: `#[error_type(\"…\")]`"
            } else {
                "which field is the error inside? mark that field with `#[error_type(transparent)]`"
            };
            errors.at(word, message);
            LitStr::new("", Span::call_site())
        }
        (Some(Mark::Label(label)), None) => {
            check(&label, &label, errors);
            label
        }
        (None, None) => {
            let label = LitStr::new(&snake_case(&plain(name)), name.span());
            check(&label, name, errors);
            label
        }
    };
    (quote!({ .. }), quote!(::std::borrow::Cow::Borrowed(#label)))
}

/// The label of the error in a field.
fn through(runtime: &TokenStream, member: &Member) -> (TokenStream, TokenStream) {
    let cause = Ident::new("cause", Span::mixed_site());
    (
        quote!({ #member: ref #cause, .. }),
        quote!(#runtime::__private::cause(#cause).label()),
    )
}

fn marks(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("error_type"))
}

/// The mark of a variant, a struct or a field.
fn mark(attributes: &[Attribute], errors: &mut Errors) -> Option<Mark> {
    let mut found = None;
    for attribute in marks(attributes) {
        if let Ok(label) = attribute.parse_args::<LitStr>() {
            found = Some(keep(found, Mark::Label(label), attribute, errors));
            continue;
        }
        match attribute.parse_args::<Ident>() {
            Ok(word) if word == TRANSPARENT => {
                found = Some(keep(found, Mark::Transparent(word), attribute, errors));
            }
            Ok(word) => {
                let name = plain(&word);
                let near = suggestion(&name, [TRANSPARENT]);
                errors.at(
                    word,
                    format!(
                        "unknown mark `{name}`{near}\nwrite a label, `#[error_type(\"{name}\")]`, or \
                         `#[error_type(transparent)]`"
                    ),
                );
            }
            Err(_) => errors.at(
                attribute,
                "write `#[error_type(\"label\")]`, or `#[error_type(transparent)]` for the label of the error inside",
            ),
        }
    }
    found
}

/// The first of two marks.
fn keep(first: Option<Mark>, mark: Mark, attribute: &Attribute, errors: &mut Errors) -> Mark {
    match first {
        Some(first) => {
            errors.at(attribute, "there is a mark already; keep one of them");
            first
        }
        None => mark,
    }
}

/// What the runtime would not take as a label.
fn check(label: &LitStr, tokens: &impl quote::ToTokens, errors: &mut Errors) {
    let text = label.value();
    if text.is_empty() {
        errors.at(tokens, "a label is not empty");
    } else if text.len() > LIMIT {
        let message = format!(
            "this label is {} bytes long, and {LIMIT} is the limit; write a shorter one: `#[error_type(\"…\")]`",
            text.len()
        );
        errors.at(tokens, message);
    } else if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        let words: Vec<_> = text.split_whitespace().collect();
        let message = format!("a label is one word; write `\"{}\"`", words.join("_"));
        errors.at(tokens, message);
    }
}

/// `OrderNotFound` is `order_not_found`, and `HTTPError` `http_error`.
fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut text = String::with_capacity(name.len() + 4);
    for (index, char) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| chars.get(index));
        let after = chars.get(index + 1);
        let begins = char.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_numeric()
                    || before.is_uppercase() && after.is_some_and(|after| after.is_lowercase())
            });
        if begins {
            text.push('_');
        }
        text.extend(char.to_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn a_name_becomes_a_word() {
        for (name, word) in [
            ("OrderNotFound", "order_not_found"),
            ("HTTPError", "http_error"),
            ("Http2Failed", "http2_failed"),
            ("IO", "io"),
            ("Db", "db"),
            ("Snake_Case", "snake_case"),
            ("E", "e"),
        ] {
            assert_eq!(snake_case(name), word, "{name}");
        }
    }
}
