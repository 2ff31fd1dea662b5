//! The attributes of [`agent-otel`](https://docs.rs/agent-otel). Use them through that crate, which documents them.
//!
//! Every attribute goes the same way: its text and the function are **parsed** (`args`, `function`), **lowered** into
//! plain data (`model`), **checked** (`check`) and **expanded** (`expand`) into one expression that says which operation
//! runs. The words of each attribute are a table in its file (`words`, `tool`, `agent`, …). What an operation does is the
//! business of the runtime crate.

// Not `doc(hidden)`: that hides the macros where they are re-exported as well.
#![allow(
    missing_docs,
    reason = "the runtime crate documents the attributes where it re-exports them"
)]

mod a2a_call;
mod agent;
mod args;
mod check;
mod derive;
mod embeddings;
mod error;
mod error_type;
mod expand;
mod function;
mod llm_call;
mod lower;
mod mcp_call;
mod memory;
mod model;
mod plan;
mod retrieval;
mod runtime;
#[cfg(test)]
mod tests;
mod tool;
mod tools;
mod types;
mod words;
mod workflow;

use proc_macro::TokenStream;
use words::Attribute;

/// All attributes that go on a function.
const FAMILY: [&Attribute; 10] = [
    &agent::ATTRIBUTE,
    &tool::ATTRIBUTE,
    &llm_call::ATTRIBUTE,
    &a2a_call::ATTRIBUTE,
    &mcp_call::ATTRIBUTE,
    &workflow::ATTRIBUTE,
    &plan::ATTRIBUTE,
    &embeddings::ATTRIBUTE,
    &retrieval::ATTRIBUTE,
    &memory::ATTRIBUTE,
];

#[proc_macro_attribute]
pub fn agent(args: TokenStream, item: TokenStream) -> TokenStream {
    lower::attribute(&agent::ATTRIBUTE, args.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn tool(args: TokenStream, item: TokenStream) -> TokenStream {
    lower::attribute(&tool::ATTRIBUTE, args.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn llm_call(args: TokenStream, item: TokenStream) -> TokenStream {
    lower::attribute(&llm_call::ATTRIBUTE, args.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn a2a_call(args: TokenStream, item: TokenStream) -> TokenStream {
    lower::attribute(&a2a_call::ATTRIBUTE, args.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn workflow(args: TokenStream, item: TokenStream) -> TokenStream {
    lower::attribute(&workflow::ATTRIBUTE, args.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn plan(args: TokenStream, item: TokenStream) -> TokenStream {
    lower::attribute(&plan::ATTRIBUTE, args.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn retrieval(args: TokenStream, item: TokenStream) -> TokenStream {
    lower::attribute(&retrieval::ATTRIBUTE, args.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn embeddings(args: TokenStream, item: TokenStream) -> TokenStream {
    lower::attribute(&embeddings::ATTRIBUTE, args.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn memory(args: TokenStream, item: TokenStream) -> TokenStream {
    lower::attribute(&memory::ATTRIBUTE, args.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn mcp_call(args: TokenStream, item: TokenStream) -> TokenStream {
    lower::attribute(&mcp_call::ATTRIBUTE, args.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn tools(args: TokenStream, item: TokenStream) -> TokenStream {
    tools::expand(&args.into(), &item.into()).into()
}

/// What `#[tools]` puts on a function: `#[tool]`, by a name that nobody else has.
#[proc_macro_attribute]
pub fn tool_unless_traced(args: TokenStream, item: TokenStream) -> TokenStream {
    lower::attribute(&tool::ATTRIBUTE, args.into(), &item.into()).into()
}

#[proc_macro_derive(LlmResponse, attributes(llm))]
pub fn derive_llm_response(item: TokenStream) -> TokenStream {
    derive::llm_response(item.into()).into()
}

#[proc_macro_derive(LlmChunk, attributes(llm))]
pub fn derive_llm_chunk(item: TokenStream) -> TokenStream {
    derive::llm_chunk(item.into()).into()
}

#[proc_macro_derive(LlmRequest, attributes(llm))]
pub fn derive_llm_request(item: TokenStream) -> TokenStream {
    derive::llm_request(item.into()).into()
}

#[proc_macro_derive(ErrorType, attributes(error_type))]
pub fn derive_error_type(item: TokenStream) -> TokenStream {
    error_type::expand(item.into()).into()
}
