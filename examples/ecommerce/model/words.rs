//! As much English as the rules need.

use serde_json::Value;

/// Words that name no product.
const SMALL_WORDS: [&str; 32] = [
    "a",
    "an",
    "and",
    "any",
    "are",
    "available",
    "cost",
    "costs",
    "do",
    "does",
    "for",
    "have",
    "how",
    "in",
    "is",
    "it",
    "many",
    "me",
    "much",
    "my",
    "of",
    "price",
    "product",
    "sell",
    "stock",
    "the",
    "there",
    "what",
    "which",
    "where",
    "you",
    "your",
];

/// The parts of a question that can be answered each by itself, in lower case.
pub(super) fn parts(question: &str) -> Vec<String> {
    let question = question.to_lowercase().replace(", and ", "?");
    let parts = question
        .split(['?', '!', ';'])
        .map(|part| part.trim().to_owned());
    parts.filter(|part| !part.is_empty()).collect()
}

pub(super) fn asks(part: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| part.contains(phrase))
}

fn words(part: &str) -> impl Iterator<Item = &str> {
    let marks = |c: char| !c.is_alphanumeric() && c != '-';
    part.split(marks).filter(|word| !word.is_empty())
}

pub(super) fn order_id(part: &str) -> Option<u64> {
    words(part).find_map(|word| word.parse().ok())
}

pub(super) fn customer_id(part: &str) -> Option<String> {
    words(part)
        .find(|word| word.starts_with("c-"))
        .map(str::to_uppercase)
}

/// "do you sell blue kettles" asks for a "blue kettle".
pub(super) fn product(part: &str) -> Option<String> {
    let words =
        words(part).filter(|word| !SMALL_WORDS.contains(word) && !word.starts_with("order"));
    let words = words.filter(|word| word.chars().any(char::is_alphabetic));
    let words: Vec<_> = words.map(|word| word.trim_end_matches('s')).collect();
    Some(words.join(" ")).filter(|words| !words.is_empty())
}

/// The SKU that a word is, such as that of "(KET-BLU-17)".
pub(super) fn sku(word: &str) -> Option<&str> {
    let word = word.strip_prefix('(')?.strip_suffix(')')?;
    (word.split('-').count() == 3).then_some(word)
}

/// A part as a question of its own.
pub(super) fn sentence(part: &str) -> String {
    let mut chars = part.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).chain(['?']).collect()
}

pub(super) fn join(sentences: impl Iterator<Item = String>) -> String {
    let mut sentences: Vec<_> = sentences.filter(|sentence| !sentence.is_empty()).collect();
    sentences.dedup();
    sentences.join(" ")
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub(super) fn euros(cents: &Value) -> String {
    let cents = cents.as_u64().unwrap_or_default();
    format!("{}.{:02} euros", cents / 100, cents % 100)
}
