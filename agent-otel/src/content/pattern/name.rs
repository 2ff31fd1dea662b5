//! What names say about their values.

use super::{MASK, Pattern};

/// The longest name that is looked at.
pub(super) const LONGEST: usize = 64;

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
    // Several of another kind are counted more often than told.
    const TOKENS: &[&str] = &[
        "apitoken",
        "accesstoken",
        "authtoken",
        "bearertoken",
        "refreshtoken",
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
    let is_one = |plain: &[u8], names: &[&str]| {
        let mut names = names.iter();
        names.any(|name| plain.ends_with(name.as_bytes()))
    };
    match plain {
        b"authorization" | b"proxyauthorization" | b"cookie" | b"setcookie" => Some(Named::Header),
        b"token" | b"auth" | b"pass" => Some(Named::Perhaps),
        // The last letters of all the names below: most names are none of them.
        [.., b't' | b'y' | b'n' | b'l' | b's' | b'g' | b'e' | b'd'] if is_one(plain, SECRETS) => {
            Some(Named::Secret)
        }
        [one @ .., b's'] if is_one(one, SECRETS) => match one {
            [.., b't', b'o', b'k', b'e', b'n'] => is_one(one, TOKENS).then_some(Named::Perhaps),
            _ => Some(Named::Secret),
        },
        [.., b'p', b'a', b's', b's'] => pass(name.as_bytes()),
        _ => plain
            .windows(8)
            .any(|part| part == b"password")
            .then_some(Named::Secret),
    }
}

/// What a name says that ends with `pass`: `DB_PASS` is a variable, `smtp_pass` may be one, and `compass` is none.
fn pass(name: &[u8]) -> Option<Named> {
    let (before, pass) = name.split_at_checked(name.len().checked_sub(4)?)?;
    let is_word = match before.last()? {
        b'_' | b'-' | b'.' => true,
        before => before.is_ascii_lowercase() && pass.starts_with(b"P"),
    };
    let is_variable = !name.iter().any(u8::is_ascii_lowercase);
    let named = if is_variable {
        Named::Secret
    } else {
        Named::Perhaps
    };
    (is_word && pass.eq_ignore_ascii_case(b"pass")).then_some(named)
}

/// Whether a value looks like a secret, and not like a word.
pub(in super::super) fn looks_secret(value: &str) -> bool {
    let has_digit = value.bytes().any(|byte| byte.is_ascii_digit());
    value.len() >= 16 || value.len() >= 6 && has_digit
}

/// Whether a value looks like a secret, and not like a word nor like a name: where what stands before it may be one of a
/// list of names.
pub(in super::super) fn looks_random(value: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-');
    looks_secret(value) && !value.bytes().all(is_name)
}

/// What stands for no value.
pub(in super::super) fn is_nothing(value: &str) -> bool {
    const NOTHING: &[&str] = &[
        "null",
        "none",
        "true",
        "false",
        "undefined",
        "sensitive",
        "[]",
        "{}",
    ];

    value.is_empty()
        || value.starts_with(MASK)
        || value.bytes().all(|byte| byte == b'*')
        || NOTHING.iter().any(|word| value.eq_ignore_ascii_case(word))
}
