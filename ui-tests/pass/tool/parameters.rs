#![deny(warnings)]
#![forbid(unsafe_code)]

//! Parameters: destructured, `mut`, `_`, raw, with `cfg`, with odd names.

use agent_otel::tool;

pub struct Order {
    pub id: u64,
    pub lines: Vec<String>,
}

#[tool(arguments(id))]
pub fn structure(Order { id, lines }: Order) -> usize {
    lines.len() + usize::try_from(id).unwrap_or(0)
}

#[tool(arguments(a, b))]
pub async fn tuple((a, b): (u64, String), [c, ..]: [u8; 4]) -> (u64, String, u8) {
    (a, b, c)
}

#[tool(arguments)]
pub fn reference(&(a, ref b): &(u64, String)) -> usize {
    b.len() + usize::try_from(a).unwrap_or(0)
}

#[tool]
pub fn mutable(mut list: Vec<u64>, mut count: u64) -> Vec<u64> {
    count += 1;
    list.push(count);
    list
}

#[tool]
pub async fn mutable_async(mut list: Vec<u64>, (mut a, b): (u64, u64)) -> Vec<u64> {
    a += b;
    list.push(a);
    list
}

#[tool]
pub fn ignored(_: String, _named: String, number: u64) -> u64 {
    number
}

#[tool]
pub async fn ignored_async(_: String, _named: String, number: u64) -> u64 {
    number
}

#[tool(arguments(r#type, r#fn), attributes("app.type" = r#type, app.type.name = r#fn))]
pub fn r#match(r#type: &str, r#fn: u64) -> usize {
    r#type.len() + usize::try_from(r#fn).unwrap_or(0)
}

#[tool(arguments(span, ret), attributes("app.span" = span, "app.ret" = ret))]
pub fn names_of_ours(span: &str, ret: u64, body: u64, outcome: u64) -> u64 {
    ret + body + outcome + span.len() as u64
}

#[tool(arguments(span, ret))]
pub async fn names_of_ours_async(span: String, ret: String) -> (String, String) {
    (span, ret)
}

#[tool(arguments)]
pub fn configured(
    first: u64,
    #[cfg(any())] missing: Missing,
    #[cfg(all())] present: String,
) -> usize {
    present.len() + usize::try_from(first).unwrap_or(0)
}

#[tool]
pub async fn configured_async(#[cfg(any())] missing: Missing, #[cfg(all())] present: String) -> usize {
    present.len()
}

#[tool]
pub fn allowed(#[allow(unused_variables)] unused: String) {}

/// Behind a parameter that the body takes.
#[tool]
pub fn allowed_last(taken: String, #[allow(unused_variables)] unused: String) {
    drop(taken);
}

pub struct Unit;

impl Drop for Unit {
    fn drop(&mut self) {}
}

/// A pattern that binds nothing.
#[tool]
pub fn unit(taken: String, Unit: Unit) {
    drop(taken);
}

#[tool]
pub fn binding(whole @ (first, _): (u64, u64)) -> u64 {
    whole.1 + first
}

#[tool]
pub fn large(bytes: [u8; 4096]) -> u8 {
    bytes[0]
}

#[tool]
pub fn closures(call: Box<dyn FnOnce(u64) -> u64>, list: &mut dyn Iterator<Item = u64>) -> u64 {
    list.map(|number| number + 1).sum::<u64>() + call(1)
}

fn main() {
    let order = Order {
        id: 1,
        lines: Vec::new(),
    };
    assert_eq!(structure(order), 1);
    assert_eq!(reference(&(1, "a".into())), 2);
    assert_eq!(mutable(vec![], 1), [2]);
    assert_eq!(ignored("".into(), "".into(), 1), 1);
    assert_eq!(r#match("a", 1), 2);
    assert_eq!(names_of_ours("a", 1, 1, 1), 4);
    assert_eq!(configured(1, "a".into()), 2);
    assert_eq!(binding((1, 2)), 3);
    assert_eq!(large([1; 4096]), 1);
    assert_eq!(closures(Box::new(|number| number), &mut [1].into_iter()), 3);
    allowed(String::new());
    allowed_last(String::new(), String::new());
    unit(String::new(), Unit);
}
