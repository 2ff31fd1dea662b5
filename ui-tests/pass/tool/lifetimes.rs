#![deny(warnings)]
#![forbid(unsafe_code)]

//! Elided and named lifetimes, returned borrows and returned unique borrows.

use std::collections::HashMap;

use agent_otel::tool;

#[tool]
pub fn trimmed(text: &str) -> &str {
    text.trim()
}

#[tool]
pub async fn trimmed_async(text: &str) -> &str {
    text.trim()
}

#[tool]
pub fn longest<'a>(first: &'a str, second: &'a str) -> &'a str {
    if first.len() > second.len() {
        return first;
    }
    second
}

#[tool]
pub async fn longest_async<'a, 'b: 'a>(first: &'a str, second: &'b str) -> &'a str {
    if first.len() > second.len() { first } else { second }
}

#[tool]
pub fn entry<'m>(map: &'m mut HashMap<String, u64>, key: &str) -> &'m mut u64 {
    map.entry(key.to_owned()).or_default()
}

#[tool]
pub async fn push(list: &mut Vec<u64>, value: u64) -> &mut u64 {
    list.push(value);
    std::future::ready(()).await;
    let last = list.len() - 1;
    &mut list[last]
}

#[tool]
pub async fn two_borrows(list: &mut Vec<u64>, other: &[u64]) {
    list.extend(other);
}

#[tool]
pub fn first_word(text: &str) -> Option<&str> {
    text.split(' ').next()
}

#[tool]
pub fn fixed() -> &'static str {
    "fixed"
}

pub struct Index<'t> {
    text: &'t str,
}

impl<'t> Index<'t> {
    #[tool]
    pub fn text(&self) -> &'t str {
        self.text
    }

    #[tool]
    pub async fn word(&self, number: usize) -> Option<&'t str> {
        self.text.split(' ').nth(number)
    }

    #[tool]
    pub fn anonymous(text: &str) -> Index<'_> {
        Index { text }
    }
}

fn main() {
    assert_eq!(trimmed(" a "), "a");
    assert_eq!(longest("a", "bc"), "bc");
    assert_eq!(fixed(), "fixed");
    assert_eq!(first_word("a b"), Some("a"));
    *entry(&mut HashMap::new(), "a") += 1;
    assert_eq!(Index::anonymous("a b").text(), "a b");
}
