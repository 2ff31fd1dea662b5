#![deny(warnings)]
#![forbid(unsafe_code)]

//! Attributes inside of the body.

use agent_otel::tool;

#[tool]
pub fn inner(text: String) -> usize {
    #![allow(unused_variables)]
    //! Documentation from inside.

    let unused = 1;
    #[allow(unused_mut)]
    let mut length = text.len();
    length
}

#[tool]
pub async fn inner_async(text: String) -> usize {
    #![allow(unused_variables)]
    let unused = 1;
    text.len()
}

fn main() {
    assert_eq!(inner("a".into()), 1);
}
