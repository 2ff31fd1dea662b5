//! `#[derive(LlmResponse)]`, `#[derive(LlmChunk)]` and `#[derive(LlmRequest)]`: fields with a mark, each read by its word.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, Data, DeriveInput, Field, Member, Type};

use crate::error::{Errors, list, plain, suggestion};
use crate::runtime;
use crate::types::ends;

/// One of the three traits.
struct Derive {
    name: &'static str,
    /// The type that gathers what is told.
    collector: &'static str,
    /// Words that name a method of the collector.
    words: &'static [&'static [&'static str]],
    /// The word for a field that implements the trait itself.
    nested: &'static str,
    /// How a field with one of `words` is told.
    tell: fn(runtime: &TokenStream, word: &Ident, field: &TokenStream) -> TokenStream,
}

/// The counts of tokens.
const COUNTS: &[&str] = &[
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_write_input_tokens",
    "reasoning_output_tokens",
    "text_input_tokens",
    "text_output_tokens",
    "text_cache_read_input_tokens",
    "image_input_tokens",
    "image_output_tokens",
    "image_cache_read_input_tokens",
    "audio_input_tokens",
    "audio_output_tokens",
    "audio_cache_read_input_tokens",
];

pub(crate) fn llm_response(item: TokenStream) -> TokenStream {
    let response = Derive {
        name: "LlmResponse",
        collector: "Response",
        words: &[
            &["id", "model", "finish_reason", "status", "output"],
            COUNTS,
            &[
                "dimension_count",
                "compacted",
                "openai_api_type",
                "openai_service_tier",
                "openai_system_fingerprint",
            ],
        ],
        nested: "response",
        tell: |runtime, word, field| {
            // Content is written as its type writes itself, and everything else is read as an attribute.
            if word == "output" {
                return quote!(#runtime::Response::#word(told, #field););
            }
            tell(runtime, word, field)
        },
    };
    expand(&response, item)
}

pub(crate) fn llm_chunk(item: TokenStream) -> TokenStream {
    let chunk = Derive {
        name: "LlmChunk",
        collector: "Response",
        words: &[
            &["id", "model", "finish_reason", "output_text"],
            COUNTS,
            &["openai_service_tier", "openai_system_fingerprint"],
        ],
        nested: "chunk",
        tell: |runtime, word, field| match plain(word).as_str() {
            // Only what is captured is copied.
            "output_text" => quote!(#runtime::__private::tell_output_text(told, #field);),
            // One that is told again is not that of another choice.
            "finish_reason" => {
                quote!(#runtime::__private::tell_chunk_finish_reason(told, #runtime::__private::read(#field));)
            }
            _ => tell(runtime, word, field),
        },
    };
    expand(&chunk, item)
}

/// Tells `field` as an attribute, or as a count.
fn tell(runtime: &TokenStream, word: &Ident, field: &TokenStream) -> TokenStream {
    let method = Ident::new(&format!("tell_{word}"), word.span());
    quote!(#runtime::__private::#method(told, #runtime::__private::read(#field));)
}

pub(crate) fn llm_request(item: TokenStream) -> TokenStream {
    let request = Derive {
        name: "LlmRequest",
        collector: "Request",
        words: &[&[
            "model",
            "temperature",
            "top_p",
            "top_k",
            "max_tokens",
            "seed",
            "stop_sequences",
            "frequency_penalty",
            "presence_penalty",
            "choice_count",
            "reasoning_level",
            "output_type",
            "stream",
            "previous_response_id",
            "conversation_id",
            "compacted",
            "prompt_name",
            "prompt_version",
            "encoding_formats",
            "dimension_count",
            "openai_api_type",
            "openai_service_tier",
            "aws_bedrock_guardrail_id",
            "aws_bedrock_knowledge_base_id",
            "input",
            "system",
            "tools",
        ]],
        nested: "request",
        tell: |runtime, word, field| quote!(#runtime::Request::#word(told, #field);),
    };
    expand(&request, item)
}

fn expand(derive: &Derive, item: TokenStream) -> TokenStream {
    let mut input = match syn::parse2::<DeriveInput>(item) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let runtime = runtime::of_type("llm", &mut input.attrs, &mut errors);
    for attribute in marks_of(&input.attrs) {
        errors.at(
            attribute,
            "a mark stands on a field; move this to the field that it is for",
        );
    }
    let told = if let Data::Struct(data) = &input.data {
        fields(derive, &runtime, &data.fields, &mut errors)
    } else {
        let message = format!(
            "`{}` is derived for structs; implement it by hand for this type",
            derive.name
        );
        errors.at(&input.ident, message);
        TokenStream::new()
    };
    if told.is_empty() && errors.is_empty() {
        let message = format!(
            "no field tells anything; mark those that do: `#[llm({})]`\nknown marks: {}",
            words(derive).next().unwrap_or_default(),
            list(marks(derive))
        );
        errors.at(&input.ident, message);
    }
    let errors = errors.into_compile_errors();
    let name = &input.ident;
    let (generics, arguments, clause) = input.generics.split_for_impl();
    let trait_name = Ident::new(derive.name, Span::call_site());
    let collector = Ident::new(derive.collector, Span::call_site());
    quote! {
        #errors
        #[automatically_derived]
        impl #generics #runtime::#trait_name for #name #arguments #clause {
            fn describe(&self, told: &mut #runtime::#collector) {
                #told
            }
        }
    }
}

fn marks(derive: &Derive) -> impl Iterator<Item = &'static str> {
    words(derive).chain([derive.nested])
}

fn words(derive: &Derive) -> impl Iterator<Item = &'static str> {
    derive.words.iter().copied().flatten().copied()
}

fn marks_of(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("llm"))
}

fn fields(
    derive: &Derive,
    runtime: &TokenStream,
    fields: &syn::Fields,
    errors: &mut Errors,
) -> TokenStream {
    let mut told = TokenStream::new();
    for (field, member) in fields.iter().zip(fields.members()) {
        for attribute in marks_of(&field.attrs) {
            match attribute.parse_args::<Ident>() {
                Ok(word) => {
                    told.extend(field_told(derive, runtime, &word, (field, &member), errors));
                }
                Err(_) => {
                    errors.at(
                        attribute,
                        format!("write `#[llm(mark)]` with one of {}", list(marks(derive))),
                    );
                }
            }
        }
    }
    told
}

/// `&self.field`, such that an error about it underlines the type of the field, which is what has to change.
fn underlining(ty: &Type, member: &Member) -> TokenStream {
    let (first, last) = ends(ty);
    let last = Span::call_site().located_at(last);
    let mut member = member.clone();
    match &mut member {
        Member::Named(name) => name.set_span(last),
        Member::Unnamed(index) => index.span = last,
    }
    let this = quote_spanned!(Span::call_site().located_at(first)=> &self.);
    quote!(#this #member)
}

/// The mark for what others call by this word.
fn other_word(derive: &Derive, word: &str) -> Option<&'static str> {
    Some(match word {
        "usage" => derive.nested,
        "prompt_tokens" | "prompt_token_count" => "input_tokens",
        "completion_tokens" | "candidates_token_count" => "output_tokens",
        "text" | "content" | "delta" => "output_text",
        "finish" | "stop_reason" | "done_reason" => "finish_reason",
        _ => return None,
    })
}

fn field_told(
    derive: &Derive,
    runtime: &TokenStream,
    word: &Ident,
    (field, member): (&Field, &Member),
    errors: &mut Errors,
) -> TokenStream {
    let value = underlining(&field.ty, member);
    let name = plain(word);
    if name == derive.nested {
        let trait_name = Ident::new(derive.name, word.span());
        return quote!(#runtime::#trait_name::describe(#value, told););
    }
    if !words(derive).any(|word| word == name) {
        let meant =
            other_word(derive, &name).filter(|word| marks(derive).any(|mark| mark == *word));
        let near = meant.map_or_else(
            || suggestion(&name, marks(derive)),
            |word| format!("; did you mean `{word}`?"),
        );
        errors.at(
            word,
            format!(
                "unknown mark `{name}`{near}\nexpected one of: {}",
                list(marks(derive))
            ),
        );
        return TokenStream::new();
    }
    (derive.tell)(runtime, word, &value)
}
