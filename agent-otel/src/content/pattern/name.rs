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
    /// It is several secrets if it is a list; alone it is one if it looks like one, and is no number: they are counted as
    /// often as told.
    Several,
    /// It is a header with credentials, to the end of the line.
    Header,
}

impl Named {
    /// Whether a value is a secret.
    pub(in super::super) fn is_secret(self, value: &str) -> bool {
        let is_one = match self {
            Named::Secret | Named::Header => true,
            Named::Perhaps => looks_secret(value),
            Named::Several => {
                value.starts_with(['[', '{'])
                    || looks_secret(value) && !value.bytes().all(|byte| byte.is_ascii_digit())
            }
        };
        is_one && !is_nothing(value)
    }

    pub(in super::super) fn pattern(self) -> Pattern {
        match self {
            Named::Secret | Named::Perhaps | Named::Several => Pattern::Secret,
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
        [one @ .., b's']
            if is_one(one, SECRETS) && (!one.ends_with(b"token") || is_one(one, TOKENS)) =>
        {
            Some(Named::Several)
        }
        [.., b'p', b'a', b's', b's'] => pass(name.as_bytes()),
        _ => plain
            .windows(8)
            .any(|part| part == b"password")
            .then_some(Named::Secret),
    }
}

/// What a name says that ends with `pass`: `DB_PASS` and `smtpPass` do, and `first_pass` and `compass` do not.
fn pass(name: &[u8]) -> Option<Named> {
    /// What has a password.
    const OWNERS: &[&str] = &[
        "db", "database", "sql", "mysql", "pg", "postgres", "mongo", "redis", "rabbitmq", "amqp",
        "mqtt", "smtp", "imap", "mail", "email", "ftp", "sftp", "ssh", "ldap", "http", "proxy",
        "user", "admin", "root", "auth", "login", "service", "svc",
    ];

    let (before, pass) = name.split_at_checked(name.len().checked_sub(4)?)?;
    let (owner, is_word) = match before {
        [owner @ .., b'_' | b'-' | b'.'] => (owner, true),
        owner => (owner, pass.starts_with(b"P")),
    };
    let word = owner.rsplit(|byte| matches!(byte, b'_' | b'-' | b'.'));
    let word = word.map(<[u8]>::to_ascii_lowercase).next()?;
    let is_owner = OWNERS.iter().any(|owner| owner.as_bytes() == word);
    (is_word && is_owner && pass.eq_ignore_ascii_case(b"pass")).then_some(Named::Secret)
}

/// Whether a value looks like a secret, and not like a word.
pub(in super::super) fn looks_secret(value: &str) -> bool {
    let has_digit = value.bytes().any(|byte| byte.is_ascii_digit());
    value.len() >= 16 || value.len() >= 6 && has_digit
}

/// Whether a value looks like a secret where it may just as well be another word or name, as behind an option and in a
/// list: it has no blanks, is no URL, and is made of letters and several digits.
pub(in super::super) fn looks_random(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let has_blank = value.bytes().any(|byte| byte.is_ascii_whitespace());
    looks_secret(value) && digits >= 3 && !has_blank && !value.contains("://")
}

/// Whether this is the name of a variable, in capitals.
pub(in super::super) fn is_variable(value: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    value.contains('_') && value.bytes().all(is_part)
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
