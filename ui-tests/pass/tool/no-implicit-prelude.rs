#![deny(warnings)]
#![forbid(unsafe_code)]

//! Nothing is in scope but the attributes.

#![no_implicit_prelude]

use ::agent_otel::{LlmRequest, LlmResponse, a2a_call, agent, llm_call, tool};

#[tool(name = "status", arguments(order_id), result, attributes("app.tier" = order_id))]
pub fn order_status(order_id: u64) -> u64 {
    order_id
}

#[tool(arguments, result)]
pub async fn order_status_async(order_id: ::std::string::String) -> ::std::result::Result<::std::string::String, ::std::fmt::Error> {
    ::std::result::Result::Ok(order_id)
}

#[agent(extract = headers, input = question, output)]
pub async fn plan(headers: &::http::HeaderMap, question: &str) -> ::std::string::String {
    let _ = headers;
    <::std::string::String as ::std::convert::From<&str>>::from(question)
}

#[derive(LlmRequest)]
pub struct Request {
    #[llm(model)]
    model: ::std::string::String,
}

#[derive(LlmResponse)]
pub struct Response {
    #[llm(input_tokens)]
    input: u64,
    #[llm(response)]
    rest: ::std::option::Option<::agent_otel::Usage>,
}

#[llm_call(provider = "openai", request = request)]
pub async fn complete(request: Request) -> Response {
    Response {
        input: ::std::string::String::len(&request.model) as u64,
        rest: ::std::option::Option::None,
    }
}

#[a2a_call(agent = "orders", inject = headers)]
pub fn ask(headers: &mut ::http::HeaderMap) -> usize {
    headers.len()
}

#[tool]
pub fn boxed() -> ::std::pin::Pin<::std::boxed::Box<dyn ::std::future::Future<Output = u64>>> {
    ::std::boxed::Box::pin(async { 1 })
}

#[tool]
pub fn future() -> impl ::std::future::Future<Output = u64> {
    async { 1 }
}

fn main() {}
