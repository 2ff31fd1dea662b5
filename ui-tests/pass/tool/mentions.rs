#![deny(warnings)]
#![forbid(unsafe_code)]

//! A parameter is used where it stands in a format string, a macro, a range, a struct, or behind an operator.

use agent_otel::tool;

pub struct Order {
    pub id: String,
}

#[tool]
pub fn format_string(first: String, id: String) -> String {
    format!("{first} {id:>8}")
}

#[tool]
pub fn shorthand(first: u64, id: String) -> (u64, Order) {
    (first, Order { id })
}

#[tool]
pub fn range(first: String, last: Last) -> bool {
    (Last(first.len())..last).contains(&Last(0))
}

#[tool]
pub fn update(first: String, rest: Order) -> Order {
    drop(first);
    Order { ..rest }
}

#[tool]
pub fn operators(first: Vec<u8>, flag: Flag) -> bool {
    first.is_empty() || !*flag.0
}

macro_rules! last {
    ($($value:tt)*) => {
        stringify!($($value)*).len() + { $($value)* }.len()
    };
}

#[tool]
pub fn macros(first: String, r#type: String) -> usize {
    first.len() + last!(r#type)
}

#[derive(PartialEq, PartialOrd)]
pub struct Last(usize);

pub struct Flag(Box<bool>);

fn main() {
    assert_eq!(format_string("a".into(), "b".into()), "a        b");
    assert_eq!(shorthand(1, "a".into()).1.id, "a");
    assert!(range("".into(), Last(1)));
    assert_eq!(update("".into(), Order { id: "a".into() }).id, "a");
    assert!(operators(vec![], Flag(Box::new(true))));
    assert_eq!(macros("".into(), "a".into()), 7);
}
