//! E-mail addresses.

use super::{Found, Pattern, Seen};

/// The most characters of the part before the `@`, and of the one behind it.
const LONGEST: (usize, usize) = (64, 255);

/// The address around the `@` at `at`, or around a `%40`; not before `from`.
pub(super) fn email(text: &str, from: usize, at: usize) -> Seen {
    let rest = text.get(at..).unwrap_or_default();
    let sign = match rest.as_bytes() {
        [b'@', ..] => 1,
        [b'%', b'4', b'0', ..] => 3,
        _ => return Seen::Nothing,
    };
    let before = text.get(from..at).unwrap_or_default();
    let local = before
        .char_indices()
        .rev()
        .take(LONGEST.0)
        .take_while(|(_, c)| is_word(*c) || matches!(*c, '.' | '_' | '+' | '-'))
        .last();
    let Some((start, _)) = local else {
        return Seen::Nothing;
    };
    let mut start = from + start;
    // The letter of an escaped line break of JSON in a text.
    let is_escape = start > from && text.as_bytes().get(start - 1) == Some(&b'\\');
    start += usize::from(is_escape);
    if start >= at {
        return Seen::Nothing;
    }
    let domain: usize = rest
        .get(sign..)
        .unwrap_or_default()
        .chars()
        .take(LONGEST.1)
        .take_while(|c| is_word(*c) || matches!(c, '.' | '-'))
        .map(char::len_utf8)
        .sum();
    let behind = at + sign;
    let domain = text.get(behind..behind + domain).unwrap_or_default();
    let domain = domain.trim_end_matches(['.', '-']);
    let is_domain = domain.rsplit_once('.').is_some_and(|(name, top)| {
        !name.is_empty() && top.chars().count() >= 2 && top.chars().all(char::is_alphabetic)
    });
    if !is_domain {
        return Seen::Nothing;
    }
    Seen::Secret(Found {
        pattern: Pattern::Email,
        start,
        end: behind + domain.len(),
    })
}

/// Letters of the scripts that are written with spaces, so that a sentence is not taken for part of an address.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() && c < '\u{530}'
}
