//! Secrets that are known by the name before them, in the forms in which programs write the two.

use super::credentials::{credentials, encoded_credentials};
use super::extent::{encoded_value, quoted, value};
use super::key::{PEM, private_key};
use super::name::{LONGEST, Named, is_variable, looks_random, named};
use super::{Found, Patterns, Seen, escape, run};

/// What is assigned at `at`, which is a colon or an equals sign: `password: hunter2`.
pub(super) fn assigned(text: &str, at: usize, patterns: Patterns) -> Seen {
    let bytes = text.as_bytes();
    let Some(named) = name_before(text, at).and_then(|name| in_force(name, patterns)) else {
        return Seen::Nothing;
    };
    let mut start = at + 1;
    match bytes.get(start) {
        // A path, or a comparison.
        Some(b':' | b'=') => return Seen::Nothing,
        Some(b'>') => start += 1,
        _ => {}
    }
    start = run(bytes, start, |byte| matches!(byte, b' ' | b'\t'));
    // What a `Debug` wraps around the value.
    for _ in 0..3 {
        let wrapper = run(bytes, start, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':')
        });
        if wrapper == start || bytes.get(wrapper) != Some(&b'(') {
            break;
        }
        start = wrapper + 1;
    }
    seen(text, value(bytes, start, named), named)
}

/// What is assigned at `at`, which is a percent sign: `password%3Dhunter2`, as in the query of a URL.
pub(super) fn encoded(text: &str, at: usize, patterns: Patterns) -> Seen {
    let bytes = text.as_bytes();
    let start = at + 3;
    if escape(bytes, at) == Some(b':') {
        if bytes.get(start..start + 2) == Some(b"//") {
            return credentials(bytes, start + 2);
        }
        if escape(bytes, start) == Some(b'/') && escape(bytes, start + 3) == Some(b'/') {
            return encoded_credentials(bytes, start + 6);
        }
    }
    let is_quoted = at.checked_sub(3).and_then(|quote| escape(bytes, quote));
    let end = match is_quoted {
        Some(b'"' | b'\'') => at - 3,
        _ => at,
    };
    let mut begin = name_start(bytes, end);
    let is_escape = begin.checked_sub(1).and_then(|sign| escape(bytes, sign));
    begin += if is_escape.is_some() { 2 } else { 0 };
    let name = text.get(begin..end).filter(|name| name.len() >= 3);
    match name.and_then(|name| in_force(name, patterns)) {
        Some(named) => seen(text, encoded_value(bytes, start, named), named),
        None => Seen::Nothing,
    }
}

/// The argument of the option that begins at `at`: `--password hunter2`, or `"--password", "hunter2"`.
pub(super) fn option(text: &str, at: usize, patterns: Patterns) -> Seen {
    let bytes = text.as_bytes();
    let begins = at.checked_sub(1).and_then(|before| bytes.get(before));
    let begins = begins.is_none_or(|before| {
        before.is_ascii_whitespace() || matches!(before, b'"' | b'\'' | b'`' | b'(' | b'[')
    });
    let starts = |at: usize, byte: u8| bytes.get(at) == Some(&byte);
    if !begins || !starts(at + 1, b'-') || starts(at + 2, b'-') {
        return Seen::Nothing;
    }
    let end = run(bytes, at + 2, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
    });
    // An option that takes something away takes no value.
    let name = text
        .get(at + 2..end)
        .filter(|name| !name.starts_with("no-"));
    let Some(named) = name.and_then(|name| in_force(name, patterns)) else {
        return Seen::Nothing;
    };
    let is_quote = |byte: u8| matches!(byte, b'"' | b'\'' | b'\\' | b'`');
    let behind = run(bytes, end, is_quote).min(end + 4);
    let start = run(bytes, behind, |byte| match byte {
        b' ' | b'\t' => true,
        b',' => behind > end,
        _ => behind > end && byte.is_ascii_whitespace(),
    });
    let (found, is_sure) = match quoted(bytes, start) {
        _ if start == behind => return Seen::Nothing,
        Some(found) => (found.or_masked(bytes), true),
        None if behind > end => return Seen::Nothing,
        None => (value(bytes, start, named), false),
    };
    let looks_right = |value: &str| {
        // In a command line, a value with blanks has quotes.
        let has_blank = value.bytes().any(|byte| byte.is_ascii_whitespace());
        let has_digit = value.bytes().any(|byte| byte.is_ascii_digit());
        is_argument(value) && (is_sure || has_digit) && (behind == end || !has_blank)
    };
    match found.and_then(|(start, end)| text.get(start..end)) {
        Some(value) if looks_right(value) => seen(text, found, named),
        _ => Seen::Nothing,
    }
}

/// The second of the pair whose comma is at `at`: `("x-api-key", "abcdef123")`.
pub(super) fn pair(text: &str, at: usize, patterns: Patterns) -> Seen {
    let bytes = text.as_bytes();
    let Some(quote @ (b'"' | b'\'')) = at.checked_sub(1).and_then(|at| bytes.get(at)) else {
        return Seen::Nothing;
    };
    let end = back(bytes, at - 1, 3, |byte| byte == b'\\');
    let begin = name_start(bytes, end);
    let before = back(bytes, begin, 1, |byte| byte == *quote);
    let opens = back(bytes, before, 3, |byte| byte == b'\\');
    let opens = back(bytes, opens, LONGEST, |byte| byte.is_ascii_whitespace());
    let is_first = matches!(bytes.get(..opens), Some([.., b'(' | b'[']));
    let name = text.get(begin..end).filter(|_| is_first && before < begin);
    let Some(named) = name.and_then(|name| in_force(name, patterns)) else {
        return Seen::Nothing;
    };
    let start = run(bytes, at + 1, |byte| byte.is_ascii_whitespace());
    let found = quoted(bytes, start).and_then(|found| found.or_masked(bytes));
    match found.and_then(|(start, end)| text.get(start..end)) {
        Some(value) if is_second(value) => seen(text, found, named),
        _ => Seen::Nothing,
    }
}

/// Whether this is the value of a name in a pair, and not another in a list of names.
pub(in super::super) fn is_second(value: &str) -> bool {
    let credentials = scheme(value).unwrap_or(value);
    looks_random(credentials) && named(value).is_none()
}

/// What stands behind the scheme of a header.
fn scheme(value: &str) -> Option<&str> {
    let (scheme, credentials) = value.split_once(' ')?;
    let mut known = ["basic", "bearer", "token"].iter();
    known
        .any(|known| scheme.eq_ignore_ascii_case(known))
        .then_some(credentials)
}

/// Whether this may be the value of an option, and not another option or what stands for a value.
pub(in super::super) fn is_argument(value: &str) -> bool {
    !value.starts_with('-') && !value.contains("://") && !is_variable(value)
}

/// What the element holds whose tag begins at `at`: `<password>hunter2</password>`.
pub(super) fn element(text: &str, at: usize, patterns: Patterns) -> Seen {
    /// The longest tag, with its attributes.
    const TAG: usize = 256;
    /// The longest value.
    const VALUE: usize = 1024;

    let bytes = text.as_bytes();
    let end = run(bytes, at + 1, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':')
    });
    let tag = text.get(at + 1..end).unwrap_or_default();
    let name = tag.rsplit(':').next().unwrap_or_default();
    // A type with this as its argument is no tag.
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    let is_tag = before.is_none_or(|before| !before.is_ascii_alphanumeric() && *before != b':');
    let Some(named) = in_force(name, patterns).filter(|_| is_tag) else {
        return Seen::Nothing;
    };
    let attributes = bytes.get(end..).unwrap_or_default().iter().take(TAG);
    let length = attributes
        .take_while(|byte| !matches!(byte, b'<' | b'>' | b'/'))
        .count();
    let start = end + length + 1;
    let has_attributes = bytes.get(end).is_some_and(u8::is_ascii_whitespace);
    if bytes.get(start - 1) != Some(&b'>') || length > 0 && !has_attributes {
        return Seen::Nothing;
    }
    let value = bytes.get(start..).unwrap_or_default().iter().take(VALUE);
    let end = start + value.take_while(|byte| **byte != b'<').count();
    let closes = text.get(end..).and_then(|rest| rest.strip_prefix("</"));
    let closes = closes.and_then(|rest| rest.strip_prefix(tag));
    if !closes.is_some_and(|rest| rest.starts_with('>')) {
        return Seen::Nothing;
    }
    let is_space = |byte: u8| byte.is_ascii_whitespace();
    let start = run(bytes, start, is_space);
    let end = back(bytes, end, end.saturating_sub(start), is_space);
    seen(text, Some((start, end)), named)
}

/// What the name says, if the pattern of that is in force.
fn in_force(name: &str, patterns: Patterns) -> Option<Named> {
    named(name).filter(|named| patterns.has(named.pattern()))
}

/// The value that was found, if it is one.
fn seen(text: &str, found: Option<(usize, usize)>, named: Named) -> Seen {
    let bytes = text.as_bytes();
    let Some((start, end)) = found else {
        return Seen::Nothing;
    };
    // A private key has lines, and goes on where the value of a name would end.
    let end = match bytes.get(start..end).and_then(key_within) {
        Some(0) => return private_key(bytes, start),
        Some(key) => start + key,
        None => end,
    };
    let Some(value) = text.get(start..end) else {
        return Seen::Nothing;
    };
    if !named.is_secret(value) {
        return Seen::Nothing;
    }
    Seen::Secret(Found {
        pattern: named.pattern(),
        start,
        end,
    })
}

/// Where a private key begins in a value.
fn key_within(value: &[u8]) -> Option<usize> {
    value.windows(PEM.len()).position(|window| window == PEM)
}

/// The name before `at`, in quotes or not.
fn name_before(text: &str, at: usize) -> Option<&str> {
    let bytes = text.as_bytes();
    let end = back(bytes, at, 2, |byte| byte == b' ');
    let end = back(bytes, end, 4, |byte| {
        matches!(byte, b'"' | b'\'' | b'\\' | b'`' | b']')
    });
    let start = name_start(bytes, end);
    text.get(start..end).filter(|name| name.len() >= 3)
}

/// Where the name begins that ends at `end`.
fn name_start(bytes: &[u8], end: usize) -> usize {
    back(bytes, end, LONGEST, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
    })
}

/// The beginning of the bytes before `end` that `is` takes, of which there are `most`.
fn back(bytes: &[u8], mut end: usize, most: usize, is: impl Fn(u8) -> bool) -> usize {
    let least = end.saturating_sub(most);
    while end > least && bytes.get(end - 1).copied().is_some_and(&is) {
        end -= 1;
    }
    end
}
