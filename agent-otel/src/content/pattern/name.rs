//! Secrets that are known by the name before them, and user information of URLs.

use super::key::{PEM, private_key};
use super::{Found, MASK, Pattern, Patterns, Seen, run};

/// The longest name that is looked at.
const LONGEST: usize = 64;

/// What a name says about its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Named {
    /// It is a secret.
    Secret,
    /// It is a secret if it looks like one: a token may be one of a grammar.
    Perhaps,
    /// It is a header with credentials, to the end of the line.
    Header,
}

impl Named {
    pub(in super::super) fn pattern(self) -> Pattern {
        match self {
            Named::Secret | Named::Perhaps => Pattern::Secret,
            Named::Header => Pattern::Token,
        }
    }
}

/// What a name says: that of a variable, a header, a member, however it is written.
pub(in super::super) fn named(name: &str) -> Option<Named> {
    const SECRETS: &[&str] = &[
        "secret",
        "secretkey",
        "apikey",
        "accesskey",
        "accountkey",
        "encryptionkey",
        "masterkey",
        "privatekey",
        "signingkey",
        "subscriptionkey",
        "apitoken",
        "accesstoken",
        "authtoken",
        "bearertoken",
        "csrftoken",
        "idtoken",
        "refreshtoken",
        "securitytoken",
        "sessiontoken",
        "credential",
        "credentials",
        "connectionstring",
        "passphrase",
        "passcode",
        "passwd",
        "pwd",
    ];

    if name.len() > LONGEST {
        return None;
    }
    let mut plain = [0; LONGEST];
    let mut length = 0;
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
    for (place, letter) in plain.iter_mut().zip(letters) {
        *place = letter.to_ascii_lowercase();
        length += 1;
    }
    let plain = plain.get(..length).unwrap_or_default();
    match plain {
        b"authorization" | b"proxyauthorization" | b"cookie" | b"setcookie" => Some(Named::Header),
        b"token" | b"auth" | b"pass" => Some(Named::Perhaps),
        // The last letters of all the names below: most names are none of them.
        [.., b't' | b'y' | b'n' | b'l' | b's' | b'g' | b'e' | b'd']
            if SECRETS
                .iter()
                .any(|secret| plain.ends_with(secret.as_bytes())) =>
        {
            Some(Named::Secret)
        }
        _ => plain
            .windows(8)
            .any(|part| part == b"password")
            .then_some(Named::Secret),
    }
}

/// Whether a value looks like a secret, and not like a word.
pub(in super::super) fn looks_secret(value: &str) -> bool {
    let has_digit = value.bytes().any(|byte| byte.is_ascii_digit());
    value.len() >= 16 || value.len() >= 6 && has_digit
}

/// What stands for no value.
pub(in super::super) fn is_nothing(value: &str) -> bool {
    value.is_empty()
        || value.starts_with(MASK)
        || value.bytes().all(|byte| byte == b'*')
        || ["null", "none", "true", "false", "undefined", "sensitive"]
            .iter()
            .any(|word| value.eq_ignore_ascii_case(word))
}

/// What is assigned at `at`, which is a colon or an equals sign.
pub(super) fn assigned(text: &str, at: usize, patterns: Patterns) -> Seen {
    let bytes = text.as_bytes();
    let named = name_before(text, at).and_then(named);
    let Some(named) = named.filter(|named| patterns.has(named.pattern())) else {
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
    let (start, end) = value(bytes, start, named);
    // A private key has lines, and goes on where the value of a name would end.
    let end = match bytes.get(start..end).and_then(key_within) {
        Some(0) => return private_key(bytes, start),
        Some(key) => start + key,
        None => end,
    };
    let Some(value) = text.get(start..end) else {
        return Seen::Nothing;
    };
    if is_nothing(value) || named == Named::Perhaps && !looks_secret(value) {
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
    let back = |mut end: usize, most: usize, is: fn(u8) -> bool| {
        let least = end.saturating_sub(most);
        while end > least && bytes.get(end - 1).copied().is_some_and(is) {
            end -= 1;
        }
        end
    };
    let end = back(at, 2, |byte| byte == b' ');
    let end = back(end, 4, |byte| {
        matches!(byte, b'"' | b'\'' | b'\\' | b'`' | b']')
    });
    let start = back(end, LONGEST, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
    });
    text.get(start..end).filter(|name| name.len() >= 3)
}

/// Where the value lies that begins at `at`.
fn value(bytes: &[u8], at: usize, named: Named) -> (usize, usize) {
    let slashes = run(bytes, at, |byte| byte == b'\\').min(at + 3);
    if let Some(quote @ (b'"' | b'\'' | b'`')) = bytes.get(slashes) {
        let start = slashes + 1;
        return (start, quoted(bytes, start, *quote, slashes > at));
    }
    let start = at;
    if bytes.get(start) == Some(&b'{') {
        let end = run(bytes, start, |byte| byte != b'}');
        return (start, (end + 1).min(bytes.len()));
    }
    let is_value = |byte: u8| match named {
        Named::Header => !matches!(byte, b'\r' | b'\n' | b'"' | b'\'' | b'\\'),
        _ => {
            !byte.is_ascii_whitespace()
                && !matches!(
                    byte,
                    b'"' | b'\'' | b'\\' | b',' | b';' | b'&' | b')' | b'}' | b']' | b'<' | b'>'
                )
        }
    };
    let end = run(bytes, start, is_value);
    // A struct as `Debug` writes it: its members are part of the value.
    let brace = run(bytes, end, |byte| byte == b' ');
    let is_struct = bytes.get(brace) == Some(&b'{') && named != Named::Header;
    let is_name = bytes.get(start).is_some_and(u8::is_ascii_uppercase);
    if is_struct && is_name {
        let closed = run(bytes, brace, |byte| byte != b'}');
        return (start, (closed + 1).min(bytes.len()));
    }
    (start, end)
}

/// The end of a value in quotes; in JSON within a text, the closing quote has a backslash before it.
fn quoted(bytes: &[u8], start: usize, quote: u8, is_escaped: bool) -> usize {
    let mut end = start;
    loop {
        end = run(bytes, end, |byte| {
            byte != quote && byte != b'\\' && byte != b'\n'
        });
        if is_escaped || bytes.get(end) != Some(&b'\\') {
            return end;
        }
        end = (end + 2).min(bytes.len());
    }
}

/// The user information of the URL whose `://` is at `at`.
pub(super) fn credentials(bytes: &[u8], at: usize) -> Seen {
    /// The longest user information with its host.
    const AUTHORITY: usize = 1024;

    let start = at + 3;
    let rest = bytes.get(start..).unwrap_or_default();
    let length = rest
        .iter()
        .take(AUTHORITY)
        .take_while(|byte| {
            !byte.is_ascii_whitespace()
                && !matches!(
                    byte,
                    b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>' | b'\\'
                )
        })
        .count();
    let authority = rest.get(..length).unwrap_or_default();
    let user = authority.iter().rposition(|byte| *byte == b'@');
    let user = user
        .and_then(|end| authority.get(..end))
        .unwrap_or_default();
    if user.starts_with(MASK.as_bytes()) || user.iter().all(|byte| *byte == b'*') {
        return Seen::Nothing;
    }
    Seen::Secret(Found {
        pattern: Pattern::UrlCredentials,
        start,
        end: start + user.len(),
    })
}
