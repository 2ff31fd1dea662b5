//! Every shape of a function that Rust has, under each attribute: it compiles without a warning, and is one span.

#![deny(warnings)]
#![forbid(unsafe_op_in_unsafe_fn)]

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use agent_otel::testing::capture;

/// Polls a future to its end on this thread; those below never wait for anything but themselves.
fn wait<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    loop {
        if let Poll::Ready(output) = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            return output;
        }
    }
}

/// `Send` is part of a function's contract, so it has to survive.
fn sendable<T: Send>(value: T) -> T {
    value
}

async fn pause() {
    let mut paused = false;
    std::future::poll_fn(move |context| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A shape by its name, how many spans a call of it makes, and the call.
type Shape = (&'static str, usize, fn());

macro_rules! shapes {
    ($module:ident, $($attribute:tt)+) => {
        mod $module {
            use std::borrow::Cow;
            use std::cell::Cell;
            use std::error::Error;
            use std::fmt::{Debug, Display};
            use std::rc::Rc;
            use std::sync::Arc;

            use async_trait::async_trait;
            use futures::stream::{self, BoxStream};
            use futures::{Stream, StreamExt};

            use super::*;

            type Aliased<T> = std::result::Result<T, std::fmt::Error>;

            #[$($attribute)+]
            pub fn plain(n: u8) -> u8 { n + 1 }

            #[$($attribute)+]
            pub fn unit() {}

            #[$($attribute)+]
            pub async fn asynchronous(n: u8) -> u8 { pause().await; n + 1 }

            #[$($attribute)+]
            pub async fn async_unit() { pause().await }

            #[$($attribute)+]
            pub unsafe fn unsafe_sync(n: u8) -> u8 { n }

            #[$($attribute)+]
            pub async unsafe fn unsafe_async(n: u8) -> u8 { pause().await; n }

            #[$($attribute)+]
            pub extern "C" fn extern_c(n: u8) -> u8 { n }

            #[$($attribute)+]
            pub fn never() -> ! { panic!("by design") }

            #[$($attribute)+]
            pub async fn async_never() -> ! { pause().await; panic!("by design") }

            #[$($attribute)+]
            pub fn diverges(n: u8) -> u8 { panic!("by design {n}") }

            #[$($attribute)+]
            pub async fn async_diverges(n: u8) -> String { pause().await; panic!("by design {n}") }

            #[$($attribute)+]
            pub fn early_return(n: u8) -> u8 { if n > 0 { return n; } 7 }

            #[$($attribute)+]
            pub async fn async_early_return(n: u8) -> u8 { if n > 0 { return n; } pause().await; 7 }

            #[$($attribute)+]
            pub fn questioned(text: &str) -> Result<u8, std::num::ParseIntError> { Ok(text.parse::<u8>()? + 1) }

            #[$($attribute)+]
            pub async fn async_questioned(text: &str) -> Result<u8, std::num::ParseIntError> {
                let n = text.parse()?;
                pause().await;
                Ok(n)
            }

            #[$($attribute)+]
            pub fn aliased() -> Aliased<u8> { Ok(1) }

            #[$($attribute)+]
            pub fn boxed_error(text: &str) -> Result<u8, Box<dyn Error + Send + Sync>> {
                if text.is_empty() { return Err("empty".into()); }
                Ok(text.parse()?)
            }

            #[$($attribute)+]
            pub async fn async_boxed_error(text: &str) -> Result<u8, Box<dyn Error + Send + Sync>> {
                if text.is_empty() { Err("empty")?; }
                pause().await;
                Ok(text.parse()?)
            }

            #[$($attribute)+]
            pub fn boxed_display(n: u8) -> Box<dyn Display> {
                if n > 1 { return Box::new(n); }
                Box::new("one")
            }

            #[$($attribute)+]
            pub async fn async_boxed_fn(n: u8) -> Result<Box<dyn Fn(u8) -> u8 + Send>, std::fmt::Error> {
                pause().await;
                Ok(Box::new(move |m| m + n))
            }

            #[$($attribute)+]
            pub fn optional(n: Option<u8>) -> Option<u8> { Some(n? + 1) }

            #[$($attribute)+]
            pub async fn async_optional(n: Option<u8>) -> Option<u8> { pause().await; Some(n? + 1) }

            #[$($attribute)+]
            pub fn iterator<'a>(words: &'a [&'a str]) -> impl Iterator<Item = usize> + 'a { words.iter().map(|word| word.len()) }

            #[$($attribute)+]
            pub async fn async_iterator(n: u8) -> impl Iterator<Item = u8> { pause().await; 0..n }

            #[$($attribute)+]
            pub async fn async_nested_impl(n: u8) -> Result<impl Iterator<Item = u8>, std::fmt::Error> { pause().await; Ok(0..n) }

            #[$($attribute)+]
            pub fn future(n: u8) -> impl Future<Output = u8> { async move { pause().await; n } }

            #[$($attribute)+]
            pub fn future_send<'a>(text: &'a str) -> impl Future<Output = usize> + Send + 'a { async move { pause().await; text.len() } }

            #[$($attribute)+]
            pub fn boxed<'a>(text: &'a str) -> Pin<Box<dyn Future<Output = usize> + Send + 'a>> {
                if text.is_empty() { return Box::pin(std::future::ready(0)); }
                Box::pin(async move { pause().await; text.len() })
            }

            #[$($attribute)+]
            pub fn boxed_result(n: u8) -> futures::future::BoxFuture<'static, Result<u8, std::fmt::Error>> {
                Box::pin(async move { pause().await; Ok(n) })
            }

            #[$($attribute)+]
            pub fn streamed(n: u8) -> impl Stream<Item = u8> { stream::iter(0..n) }

            #[$($attribute)+]
            pub async fn async_streamed(n: u8) -> Result<impl Stream<Item = u8>, std::fmt::Error> { pause().await; Ok(stream::iter(0..n)) }

            #[$($attribute)+]
            pub fn boxed_stream<'a>(words: &'a [u8]) -> BoxStream<'a, u8> { stream::iter(words.iter().copied()).boxed() }

            #[$($attribute)+]
            pub async fn async_recursive(n: u8) -> u8 {
                if n == 0 { 0 } else { Box::pin(async_recursive(n - 1)).await + 1 }
            }

            #[$($attribute)+]
            pub fn boxed_recursive(n: u8) -> Pin<Box<dyn Future<Output = u8> + Send>> {
                Box::pin(async move { if n == 0 { 0 } else { boxed_recursive(n - 1).await + 1 } })
            }

            #[$($attribute)+]
            pub fn recursive(n: u8) -> u8 { if n == 0 { 0 } else { recursive(n - 1) + 1 } }

            #[$($attribute)+]
            pub fn generic<T>(value: T) -> T where T: Clone + Debug { value.clone() }

            #[$($attribute)+]
            pub async fn async_generic<T: Send, E>(value: Result<T, E>) -> Result<T, E> { pause().await; value }

            #[$($attribute)+]
            pub fn const_generic<const N: usize>(bytes: [u8; N]) -> usize { bytes.len() + N }

            #[$($attribute)+]
            pub fn impl_argument(text: impl AsRef<str>) -> usize { text.as_ref().len() }

            #[$($attribute)+]
            pub async fn async_impl_argument(text: impl Into<String> + Send) -> String { pause().await; text.into() }

            #[$($attribute)+]
            pub fn elided<'a>(text: &'a str, extra: &mut Vec<u8>) -> &'a str { extra.push(1); text }

            #[$($attribute)+]
            pub async fn async_elided(text: &str) -> &str { pause().await; text.trim() }

            #[$($attribute)+]
            pub fn returned_mut(list: &mut [u8]) -> &mut u8 { &mut list[0] }

            #[$($attribute)+]
            pub async fn async_returned_mut<'a>(list: &'a mut Vec<u8>, n: &u8) -> &'a mut u8 { pause().await; list.push(*n); &mut list[0] }

            #[$($attribute)+]
            pub fn cow(text: &str) -> Cow<'_, str> { Cow::Borrowed(text) }

            #[$($attribute)+]
            pub fn destructured((a, b): (u8, String), [c, ..]: [u8; 3]) -> usize { usize::from(a + c) + b.len() }

            #[$($attribute)+]
            pub async fn async_destructured((a, b): (u8, String)) -> usize { pause().await; usize::from(a) + b.len() }

            #[$($attribute)+]
            pub fn ignored(_: u8, _named: String) {}

            #[$($attribute)+]
            pub async fn async_ignored(_: String, _named: String) { pause().await }

            #[$($attribute)+]
            pub fn mutable(mut n: u8, mut text: String) -> String { n += 1; text.push(char::from(b'a' + n)); text }

            #[$($attribute)+]
            pub async fn async_mutable(mut text: String) -> String { text.push('a'); pause().await; text }

            #[$($attribute)+]
            pub fn not_debug(call: impl FnOnce() -> u8) -> u8 { call() }

            #[$($attribute)+]
            pub fn not_send(shared: Rc<Cell<u8>>) -> u8 { shared.get() }

            #[$($attribute)+]
            pub async fn async_not_sync(cell: Cell<u8>) -> u8 { pause().await; cell.get() }

            #[$($attribute)+]
            pub fn higher_ranked(f: impl for<'a> Fn(&'a str) -> &'a str) -> usize { f("ab").len() }

            #[$($attribute)+]
            pub async fn large(bytes: [u8; 4096]) -> usize { pause().await; bytes.len() }

            #[$($attribute)+]
            pub fn configured(#[cfg(all())] n: u8, #[cfg(any())] n: u16) -> u8 { n }

            #[$($attribute)+]
            pub fn r#raw(r#type: u8) -> u8 { r#type }

            #[$($attribute)+]
            pub fn like_ours(span: u8, ret: u8, item: u8, response: u8) -> u8 { span + ret + item + response }

            #[$($attribute)+]
            #[inline]
            #[must_use]
            pub fn other_attributes(n: u8) -> u8 { n }

            #[cfg_attr(all(), $($attribute)+)]
            pub fn conditional(n: u8) -> u8 { n }

            #[track_caller]
            #[$($attribute)+]
            pub fn tracked() -> u8 { 1 }

            #[allow(clippy::needless_return, reason = "the plain function has it too")]
            #[$($attribute)+]
            pub fn needless(n: u8) -> u8 { return n; }

            macro_rules! made {
                ($name:ident, $body:block) => {
                    #[$($attribute)+]
                    pub fn $name(n: u8) -> u8 {
                        let _ = n;
                        $body
                    }
                };
            }
            made!(by_macro, { 3 });

            #[derive(Clone, Debug)]
            pub struct Shop<T = u8>(pub T);

            impl<T: Clone + Send + Sync> Shop<T> {
                #[$($attribute)+]
                pub fn shared(&self) -> &T { &self.0 }

                #[$($attribute)+]
                pub fn exclusive(&mut self, value: T) -> &mut T { self.0 = value; &mut self.0 }

                #[$($attribute)+]
                pub fn owned(self) -> T { self.0 }

                #[$($attribute)+]
                pub fn owned_mut(mut self, value: T) -> Self { self.0 = value; self }

                #[$($attribute)+]
                pub fn in_box(self: Box<Self>) -> T { self.0 }

                #[$($attribute)+]
                pub async fn in_arc(self: Arc<Self>) -> T { pause().await; self.0.clone() }

                #[$($attribute)+]
                pub fn pinned(self: Pin<&mut Self>) -> T { self.0.clone() }

                #[$($attribute)+]
                pub async fn async_shared(&self, _other: &str) -> &T { pause().await; &self.0 }

                #[$($attribute)+]
                pub async fn async_exclusive(&mut self) -> &mut T { pause().await; &mut self.0 }

                #[$($attribute)+]
                pub async fn async_owned(self) -> Self { pause().await; self }

                #[$($attribute)+]
                pub fn associated(value: T) -> Self { Self(value) }
            }

            pub trait Agent {
                type Lent<'a> where Self: 'a;

                #[$($attribute)+]
                fn by_default(&self) -> u8 { 1 }

                fn lend<'a>(&'a self) -> Self::Lent<'a>;

                fn returned(&self) -> impl Future<Output = u8> + Send;

                async fn native(&self) -> u8;

                #[$($attribute)+]
                async fn native_default(&self, n: u8) -> u8 where Self: Sync { pause().await; n }
            }

            impl Agent for Shop {
                type Lent<'a> = &'a u8;

                #[$($attribute)+]
                fn lend<'a>(&'a self) -> Self::Lent<'a> { &self.0 }

                #[$($attribute)+]
                fn returned(&self) -> impl Future<Output = u8> + Send { let n = self.0; async move { pause().await; n } }

                #[$($attribute)+]
                async fn native(&self) -> u8 { pause().await; self.0 }
            }

            #[async_trait]
            pub trait Dynamic {
                async fn ask(&self, question: &str) -> Result<String, std::fmt::Error>;

                #[$($attribute)+]
                async fn ask_by_default(&self, n: u8) -> u8 { pause().await; n }
            }

            #[async_trait]
            impl Dynamic for Shop {
                #[$($attribute)+]
                async fn ask(&self, question: &str) -> Result<String, std::fmt::Error> {
                    pause().await;
                    Ok(format!("{question} {}", self.0))
                }
            }

            pub fn all() -> Vec<Shape> {
                vec![
                    ("plain", 1, || assert_eq!(plain(1), 2)),
                    ("unit", 1, unit),
                    ("asynchronous", 1, || assert_eq!(wait(sendable(asynchronous(1))), 2)),
                    ("async_unit", 1, || wait(async_unit())),
                    ("unsafe_sync", 1, || assert_eq!(unsafe { unsafe_sync(1) }, 1)),
                    ("unsafe_async", 1, || assert_eq!(wait(unsafe { unsafe_async(1) }), 1)),
                    ("extern_c", 1, || assert_eq!(extern_c(1), 1)),
                    ("never", 1, || panics(|| never())),
                    ("async_never", 1, || panics(|| wait(async_never()))),
                    ("diverges", 1, || panics(|| { diverges(1); })),
                    ("async_diverges", 1, || panics(|| { wait(async_diverges(1)); })),
                    ("early_return", 1, || assert_eq!(early_return(1), 1)),
                    ("async_early_return", 1, || assert_eq!(wait(async_early_return(1)), 1)),
                    ("questioned", 1, || assert!(questioned("x").is_err())),
                    ("async_questioned", 1, || assert_eq!(wait(async_questioned("1")), Ok(1))),
                    ("aliased", 1, || assert_eq!(aliased(), Ok(1))),
                    ("boxed_error", 1, || assert!(boxed_error("").is_err())),
                    ("async_boxed_error", 1, || assert!(wait(sendable(async_boxed_error(""))).is_err())),
                    ("boxed_display", 1, || assert_eq!(boxed_display(2).to_string(), "2")),
                    ("async_boxed_fn", 1, || assert_eq!(wait(async_boxed_fn(1)).unwrap()(1), 2)),
                    ("optional", 1, || assert_eq!(optional(None), None)),
                    ("async_optional", 1, || assert_eq!(wait(async_optional(Some(1))), Some(2))),
                    ("iterator", 1, || assert_eq!(iterator(&["a"]).count(), 1)),
                    ("async_iterator", 1, || assert_eq!(wait(async_iterator(2)).count(), 2)),
                    ("async_nested_impl", 1, || assert_eq!(wait(async_nested_impl(2)).unwrap().count(), 2)),
                    ("future", 1, || assert_eq!(wait(future(1)), 1)),
                    ("future_send", 1, || assert_eq!(wait(sendable(future_send("a"))), 1)),
                    ("boxed", 1, || assert_eq!(wait(sendable(boxed("a"))), 1)),
                    ("boxed_result", 1, || assert_eq!(wait(boxed_result(1)), Ok(1))),
                    ("streamed", 1, || assert_eq!(wait(sendable(streamed(3)).count()), 3)),
                    ("async_streamed", 1, || assert_eq!(wait(wait(sendable(async_streamed(3))).unwrap().count()), 3)),
                    ("boxed_stream", 1, || assert_eq!(wait(boxed_stream(&[1, 2]).count()), 2)),
                    ("async_recursive", 3, || assert_eq!(wait(async_recursive(2)), 2)),
                    ("boxed_recursive", 3, || assert_eq!(wait(sendable(boxed_recursive(2))), 2)),
                    ("recursive", 3, || assert_eq!(recursive(2), 2)),
                    ("generic", 1, || assert_eq!(generic("a"), "a")),
                    ("async_generic", 1, || assert_eq!(wait(async_generic::<_, ()>(Ok(1))), Ok(1))),
                    ("const_generic", 1, || assert_eq!(const_generic([0; 4]), 8)),
                    ("impl_argument", 1, || assert_eq!(impl_argument("a"), 1)),
                    ("async_impl_argument", 1, || assert_eq!(wait(sendable(async_impl_argument("a"))), "a")),
                    ("elided", 1, || assert_eq!(elided("a", &mut Vec::new()), "a")),
                    ("async_elided", 1, || assert_eq!(wait(async_elided(" a")), "a")),
                    ("returned_mut", 1, || assert_eq!(*returned_mut(&mut [1]), 1)),
                    ("async_returned_mut", 1, || assert_eq!(*wait(async_returned_mut(&mut Vec::new(), &2)), 2)),
                    ("cow", 1, || assert_eq!(cow("a"), "a")),
                    ("destructured", 1, || assert_eq!(destructured((1, "a".into()), [1, 2, 3]), 3)),
                    ("async_destructured", 1, || assert_eq!(wait(async_destructured((1, "a".into()))), 2)),
                    ("ignored", 1, || ignored(1, String::new())),
                    ("async_ignored", 1, || wait(async_ignored(String::new(), String::new()))),
                    ("mutable", 1, || assert_eq!(mutable(0, String::new()), "b")),
                    ("async_mutable", 1, || assert_eq!(wait(async_mutable(String::new())), "a")),
                    ("not_debug", 1, || assert_eq!(not_debug(|| 1), 1)),
                    ("not_send", 1, || assert_eq!(not_send(Rc::new(Cell::new(1))), 1)),
                    ("async_not_sync", 1, || assert_eq!(wait(sendable(async_not_sync(Cell::new(1)))), 1)),
                    ("higher_ranked", 1, || assert_eq!(higher_ranked(|text| text), 2)),
                    ("large", 1, || assert_eq!(wait(large([0; 4096])), 4096)),
                    ("configured", 1, || assert_eq!(configured(1), 1)),
                    ("raw", 1, || assert_eq!(r#raw(1), 1)),
                    ("like_ours", 1, || assert_eq!(like_ours(1, 2, 3, 4), 10)),
                    ("other_attributes", 1, || assert_eq!(other_attributes(1), 1)),
                    ("conditional", 1, || assert_eq!(conditional(1), 1)),
                    ("tracked", 1, || assert_eq!(tracked(), 1)),
                    ("needless", 1, || assert_eq!(needless(1), 1)),
                    ("by_macro", 1, || assert_eq!(by_macro(1), 3)),
                    ("shared", 1, || assert_eq!(*Shop(1).shared(), 1)),
                    ("exclusive", 1, || assert_eq!(*Shop(1).exclusive(2), 2)),
                    ("owned", 1, || assert_eq!(Shop(1).owned(), 1)),
                    ("owned_mut", 1, || assert_eq!(Shop(1).owned_mut(2).0, 2)),
                    ("in_box", 1, || assert_eq!(Box::new(Shop(1)).in_box(), 1)),
                    ("in_arc", 1, || assert_eq!(wait(sendable(Arc::new(Shop(1)).in_arc())), 1)),
                    ("pinned", 1, || assert_eq!(std::pin::pin!(Shop(1)).pinned(), 1)),
                    ("async_shared", 1, || assert_eq!(*wait(Shop(1).async_shared("")), 1)),
                    ("async_exclusive", 1, || assert_eq!(*wait(Shop(1).async_exclusive()), 1)),
                    ("async_owned", 1, || assert_eq!(wait(Shop(1).async_owned()).0, 1)),
                    ("associated", 1, || assert_eq!(Shop::associated(1).0, 1)),
                    ("by_default", 1, || assert_eq!(Shop(1).by_default(), 1)),
                    ("lend", 1, || assert_eq!(*Shop(1).lend(), 1)),
                    ("returned", 1, || assert_eq!(wait(sendable(Shop(1).returned())), 1)),
                    ("native", 1, || assert_eq!(wait(Shop(1).native()), 1)),
                    ("native_default", 1, || assert_eq!(wait(Shop(1).native_default(2)), 2)),
                    ("ask", 1, || assert_eq!(wait(sendable((&Shop(1_u8) as &dyn Dynamic).ask("a"))).unwrap(), "a 1")),
                    ("ask_by_default", 1, || assert_eq!(wait(Shop(1).ask_by_default(1)), 1)),
                ]
            }
        }
    };
}

fn panics(call: impl FnOnce() + std::panic::UnwindSafe) {
    let payload = std::panic::catch_unwind(call).unwrap_err();
    let message = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    let message = message.or_else(|| payload.downcast_ref::<String>().cloned());
    assert!(message.is_some_and(|message| message.starts_with("by design")));
}

shapes!(agent, agent_otel::agent);
shapes!(tool, agent_otel::tool);
shapes!(
    llm_call,
    agent_otel::llm_call(provider = "local", model = "tiny", usage = manual)
);
shapes!(
    a2a_call,
    agent_otel::a2a_call(agent = "remote", inject = client)
);

fn each_is_one_span(shapes: Vec<Shape>) {
    assert!(shapes.len() >= 60, "{} shapes", shapes.len());
    for (name, expected, call) in shapes {
        let spans = capture(call);
        assert_eq!(spans.len(), expected, "{name}: {spans}");
    }
}

#[test]
fn every_shape_of_an_agent() {
    each_is_one_span(agent::all());
}

#[test]
fn every_shape_of_a_tool() {
    each_is_one_span(tool::all());
}

#[test]
fn every_shape_of_a_model_call() {
    each_is_one_span(llm_call::all());
}

#[test]
fn every_shape_of_a_remote_agent() {
    each_is_one_span(a2a_call::all());
}
