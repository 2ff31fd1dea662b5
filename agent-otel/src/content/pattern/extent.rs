//! Where a value lies that follows its name.

use super::name::{Named, looks_secret};
use super::{MASK, escape, run};

/// Where the value lies that begins at `at`. Nothing where it is masked already, which is not looked at to its end.
pub(super) fn value(bytes: &[u8], at: usize, named: Named) -> Option<(usize, usize)> {
    if let Some(found) = quoted(bytes, at) {
        return found.or_masked(bytes);
    }
    let mut start = at;
    match bytes.get(start) {
        Some(b'{') => return Some((start, closed(bytes, start))),
        Some(b'[') if !is_masked(bytes, start) => {
            let first = run(bytes, start + 1, |byte| byte.is_ascii_whitespace());
            match named {
                Named::Secret | Named::Several => return Some((start, closed(bytes, start))),
                Named::Header if quoted(bytes, first).is_some() => {
                    return Some((start, closed(bytes, start)));
                }
                // The first of a list says what the others are.
                Named::Perhaps => match quoted(bytes, first) {
                    Some(found) => {
                        let (first, end) = found.or_masked(bytes)?;
                        let value = bytes.get(first..end).map(std::str::from_utf8);
                        return match value {
                            Some(Ok(value)) if looks_secret(value) => {
                                Some((start, closed(bytes, start)))
                            }
                            _ => Some((first, end)),
                        };
                    }
                    None => start = first,
                },
                Named::Header => {}
            }
        }
        _ => {}
    }
    if is_masked(bytes, start) {
        return None;
    }
    let mut end = run(bytes, start, |byte| is_value(byte, named));
    // A scheme, and what belongs to it.
    let scheme = bytes.get(start..end).unwrap_or_default();
    let is_scheme = [b"basic".as_slice(), b"bearer"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    if is_scheme && named != Named::Header && bytes.get(end) == Some(&b' ') {
        start = run(bytes, end, |byte| byte == b' ');
        if is_masked(bytes, start) {
            return None;
        }
        end = run(bytes, start, |byte| is_value(byte, named));
    }
    // A struct as `Debug` writes it: its members are part of the value.
    let brace = run(bytes, end, |byte| byte == b' ');
    let is_struct = bytes.get(brace) == Some(&b'{') && named != Named::Header;
    let is_name = bytes.get(start).is_some_and(u8::is_ascii_uppercase);
    if is_struct && is_name {
        return Some((start, closed(bytes, brace)));
    }
    Some((start, end))
}

/// Where the value lies that begins at `at` in a text that is percent-encoded.
pub(super) fn encoded_value(bytes: &[u8], at: usize, named: Named) -> Option<(usize, usize)> {
    let mut start = at;
    while escape(bytes, start) == Some(b' ') {
        start += 3;
    }
    let quote = escape(bytes, start).filter(|quote| matches!(quote, b'"' | b'\''));
    start += if quote.is_some() { 3 } else { 0 };
    if is_masked(bytes, start) {
        return None;
    }
    let mut end = start;
    loop {
        end = run(bytes, end, |byte| {
            byte != b'%' && byte != b'&' && is_value(byte, Named::Secret)
        });
        let ends = match (bytes.get(end), escape(bytes, end)) {
            (Some(b'%'), None) => false,
            (Some(b'%'), Some(byte)) => match quote {
                Some(quote) => byte == quote,
                None => byte == b'&' || !is_value(byte, named),
            },
            _ => true,
        };
        if ends {
            return Some((start, end));
        }
        end += 1;
    }
}

/// What a value has that stands in no quotes.
fn is_value(byte: u8, named: Named) -> bool {
    match named {
        Named::Header => !matches!(byte, b'\r' | b'\n' | b'"' | b'\'' | b'\\'),
        _ => {
            !byte.is_ascii_whitespace()
                && !matches!(
                    byte,
                    b'"' | b'\'' | b'\\' | b',' | b';' | b'&' | b')' | b'}' | b']' | b'<' | b'>'
                )
        }
    }
}

/// A value in quotes, of which the end is looked for when it is asked for.
#[derive(Clone, Copy)]
pub(super) struct Quoted {
    start: usize,
    quote: u8,
    is_escaped: bool,
}

impl Quoted {
    /// Where it lies, if it is not masked already.
    pub(super) fn or_masked(self, bytes: &[u8]) -> Option<(usize, usize)> {
        (!is_masked(bytes, self.start)).then(|| (self.start, self.end(bytes)))
    }

    /// In JSON within a text, the closing quote has a backslash before it.
    fn end(self, bytes: &[u8]) -> usize {
        let mut end = self.start;
        loop {
            end = run(bytes, end, |byte| {
                byte != self.quote && byte != b'\\' && byte != b'\n'
            });
            if self.is_escaped || bytes.get(end) != Some(&b'\\') {
                return end;
            }
            end = (end + 2).min(bytes.len());
        }
    }
}

/// The value in quotes that begins at `at`.
pub(super) fn quoted(bytes: &[u8], at: usize) -> Option<Quoted> {
    let slashes = run(bytes, at, |byte| byte == b'\\').min(at + 3);
    match bytes.get(slashes) {
        Some(quote @ (b'"' | b'\'' | b'`')) => Some(Quoted {
            start: slashes + 1,
            quote: *quote,
            is_escaped: slashes > at,
        }),
        _ => None,
    }
}

fn is_masked(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..);
    rest.is_some_and(|rest| rest.starts_with(MASK.as_bytes()))
}

/// Where what is opened at `at` is closed, or the end of the text: what stands in quotes closes nothing.
fn closed(bytes: &[u8], at: usize) -> usize {
    let mut depth = 0_usize;
    let mut is_text = false;
    let mut end = at;
    while let Some(byte) = bytes.get(end) {
        end += 1;
        match byte {
            b'\\' => end += 1,
            b'"' => is_text = !is_text,
            b'{' | b'[' if !is_text => depth += 1,
            b'}' | b']' if !is_text => {
                depth -= 1;
                if depth == 0 {
                    return end;
                }
            }
            _ => {}
        }
    }
    bytes.len()
}
