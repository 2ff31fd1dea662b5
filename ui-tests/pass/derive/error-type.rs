#![deny(warnings)]
#![forbid(unsafe_code)]

//! `ErrorType` on enums and structs of every form.

use ::std::fmt::Debug;

use agent_otel::ErrorType;

mod std {}
mod core {}

#[derive(Debug, ErrorType)]
pub enum Never {}

#[derive(Debug, ErrorType)]
pub struct Unit;

#[derive(Debug, ErrorType)]
#[error_type("chosen")]
pub struct Named {
    pub order: u64,
}

#[derive(Debug, ErrorType)]
#[error_type(transparent)]
pub struct Through(pub Unit);

#[derive(Debug, ErrorType)]
pub enum Failed<'a, T: Debug, const N: usize>
where
    T: Clone,
{
    r#Raw,
    Borrowed(&'a str),
    Array { array: [T; N] },
    #[error_type("timeout")]
    Late(T),
    #[error_type(transparent)]
    Unit(Unit),
    Upstream(#[error_type(transparent)] Through, String),
    #[error_type(transparent)]
    Generic { inner: T },
    #[deprecated]
    Old,
}

type Case = Failed<'static, u8, 2>;

fn main() {
    assert_eq!(Unit.error_type(), "unit");
    assert_eq!(Named { order: 1 }.error_type(), "chosen");
    assert_eq!(Case::Raw.error_type(), "raw");
    assert_eq!(Case::Borrowed("a").error_type(), "borrowed");
    assert_eq!(Case::Array { array: [1, 2] }.error_type(), "array");
    assert_eq!(Case::Late(1).error_type(), "timeout");
    assert_eq!(Case::Unit(Unit).error_type(), "unit");
    assert_eq!(
        Case::Upstream(Through(Unit), String::new()).error_type(),
        "unit"
    );
    assert_eq!(Case::Generic { inner: 1 }.error_type(), "_OTHER");
}
