#![deny(warnings)]
#![forbid(unsafe_code)]

//! Carriers: borrowed, owned, a field, of `self`, a map, a request, the user's own.

use std::future::Future;

use std::collections::{BTreeMap, HashMap};
use std::pin::Pin;

use agent_otel::{Inject, a2a_call};
use http::HeaderMap;

#[a2a_call(agent = "orders", inject = headers)]
pub fn borrowed(headers: &mut HeaderMap) -> &mut HeaderMap {
    headers
}

#[a2a_call(agent = "orders", inject = headers)]
pub async fn owned(mut headers: HashMap<String, String>) -> usize {
    headers.insert(String::new(), String::new());
    headers.len()
}

#[a2a_call(agent = "orders", inject = headers)]
pub async fn owned_only_for_us(mut headers: HashMap<String, String>) -> usize {
    headers.len()
}

#[a2a_call(agent = "orders", inject = request.headers_mut())]
pub async fn method(mut request: http::Request<String>) -> String {
    request.body_mut().push('!');
    request.into_body()
}

#[a2a_call(agent = "orders", inject = request)]
pub async fn request(request: &mut http::Request<String>) -> usize {
    request.body().len()
}

pub struct Call {
    pub headers: BTreeMap<String, Vec<String>>,
}

#[a2a_call(agent = "orders", inject = call.headers)]
pub async fn field(call: &mut Call) -> usize {
    call.headers.len()
}

#[a2a_call(agent = "orders", inject = carrier)]
pub async fn dynamic(carrier: &mut dyn Inject) {
    let _ = carrier;
}

#[a2a_call(agent = "orders", inject = carrier)]
pub async fn generic<C: Inject>(carrier: &mut C) -> &mut C {
    carrier
}

#[a2a_call(agent = "orders", inject = carrier)]
pub async fn anything(mut carrier: impl Inject) -> impl Inject {
    carrier.set("x-done", "1".to_owned());
    carrier
}

#[a2a_call(agent = "orders", inject = headers)]
pub fn future(headers: &mut HeaderMap) -> impl Future<Output = usize> {
    let length = headers.len();
    async move { length }
}

#[a2a_call(agent = "orders", inject = headers)]
pub fn boxed<'a>(headers: &'a mut HeaderMap, _question: &str) -> Pin<Box<dyn Future<Output = usize> + Send + 'a>> {
    Box::pin(async move { headers.len() })
}

pub struct Client {
    headers: HeaderMap,
}

impl Client {
    #[a2a_call(agent = "orders", inject = self.headers)]
    pub async fn ask(&mut self) -> usize {
        self.headers.len()
    }

    #[a2a_call(agent = "orders", inject = self.headers)]
    pub async fn ask_owned(mut self) -> HeaderMap {
        self.headers.clear();
        self.headers
    }
}

#[async_trait::async_trait]
pub trait Remote {
    #[a2a_call(agent = "orders", inject = headers)]
    async fn ask(&self, headers: &mut HeaderMap, question: &str) -> usize {
        headers.len() + question.len()
    }
}

fn main() {
    borrowed(&mut HeaderMap::new());
}
