#![deny(warnings)]
#![forbid(unsafe_code)]

//! Generic functions, without a bound that the plain function does not have.

use std::fmt::Display;
use std::future::Future;

use agent_otel::tool;

#[tool]
pub fn identity<T>(value: T) -> T {
    value
}

#[tool]
pub async fn identity_async<T>(value: T) -> T {
    value
}

#[tool]
pub fn fallible<T, E>(value: Result<T, E>) -> Result<T, E> {
    value
}

#[tool]
pub async fn fallible_async<T, E>(value: Result<T, E>) -> Result<T, E>
where
    T: Default,
    E: Into<std::io::Error>,
{
    match value {
        Ok(_) => Ok(T::default()),
        error => error,
    }
}

#[tool]
pub fn array<const N: usize>(values: [u8; N]) -> usize {
    values.len() + N
}

#[tool]
pub async fn array_async<T: Copy, const N: usize>(values: &[T; N]) -> [T; N] {
    *values
}

#[tool]
pub fn unsized_value<T: ?Sized>(value: &T) -> usize {
    std::mem::size_of_val(value)
}

#[tool(attributes("app.value" = value.to_string()))]
pub fn bound_used<T: Display>(value: T) -> String {
    value.to_string()
}

#[tool]
pub fn calls<F>(call: F) -> u8
where
    F: FnOnce() -> u8,
{
    call()
}

#[tool]
pub async fn calls_async<F, R>(call: F) -> R::Output
where
    F: FnOnce() -> R,
    R: Future,
{
    call().await
}

#[tool]
pub fn higher_ranked<F>(call: F) -> usize
where
    F: for<'a> Fn(&'a str) -> &'a str,
{
    call("abc").len()
}

pub struct Store<T>(Vec<T>);

impl<T: Clone> Store<T> {
    #[tool]
    pub fn all(&self) -> Vec<T> {
        self.0.clone()
    }

    #[tool]
    pub async fn map<U>(self, map: impl FnMut(T) -> U) -> Store<U> {
        Store(self.0.into_iter().map(map).collect())
    }
}

fn main() {
    struct Opaque;
    identity(Opaque);
    assert_eq!(array([1, 2]), 4);
    assert_eq!(calls(|| 7), 7);
    assert_eq!(unsized_value("abc"), 3);
    assert_eq!(higher_ranked(|text| &text[1..]), 2);
    assert_eq!(bound_used(1), "1");
    assert_eq!(Store(vec![1]).all(), [1]);
    let _ = fallible::<Opaque, Opaque>(Ok(Opaque));
}
