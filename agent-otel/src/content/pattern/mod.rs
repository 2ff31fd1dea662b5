//! What the built-in patterns know in a text, found in one pass: each byte is looked at once, and what is looked at
//! around a find is bounded, so that no text takes longer than its length allows.

mod assigned;
mod card;
mod credentials;
mod email;
mod extent;
mod key;
mod name;

use std::borrow::Cow;

use assigned::{assigned, element, encoded, option, pair};
use card::card;
use credentials::credentials;
use email::email;
use key::key;

pub(super) use assigned::{is_argument, is_second};
pub(super) use card::is_card_number;
pub(super) use name::{Named, named};

/// A kind of secret that is masked in content and in the messages of errors, unless it is switched off by
/// [`ContentPolicy::without_pattern`](crate::ContentPolicy::without_pattern).
///
/// A mask says what was there: `[redacted:email]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pattern {
    /// Keys that are known by how they begin, such as those of `OpenAI`, Anthropic, AWS, GitHub, Google, Slack and
    /// Stripe: `[redacted:api_key]`.
    ApiKey,
    /// Bearer tokens, JSON web tokens, and what stands in the headers `Authorization` and `Cookie`:
    /// `[redacted:token]`.
    Token,
    /// What is assigned to a name that says so, as in `password: …`, `api_key=…`, `--password …`, `<password>…`, a pair
    /// `("x-api-key", …)`, or a member `client_secret` of an object: `[redacted:secret]`.
    Secret,
    /// Private keys in PEM form: `[redacted:private_key]`.
    PrivateKey,
    /// User information in a URL, as in `https://user:password@host`: `[redacted:credentials]`.
    UrlCredentials,
    /// E-mail addresses: `[redacted:email]`.
    Email,
    /// Numbers of payment cards, known by their network and their check digit: `[redacted:card]`.
    Card,
}

impl Pattern {
    fn mask(self) -> &'static str {
        match self {
            Pattern::ApiKey => "[redacted:api_key]",
            Pattern::Token => "[redacted:token]",
            Pattern::Secret => "[redacted:secret]",
            Pattern::PrivateKey => "[redacted:private_key]",
            Pattern::UrlCredentials => "[redacted:credentials]",
            Pattern::Email => "[redacted:email]",
            Pattern::Card => "[redacted:card]",
        }
    }
}

/// How every mask begins.
pub(super) const MASK: &str = "[redacted:";

/// The patterns that are in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Patterns(u8);

impl Patterns {
    pub(super) const ALL: Self = Self(0x7F);
    pub(super) const NONE: Self = Self(0);

    pub(super) fn of_bits(bits: u8) -> Self {
        Self(bits)
    }

    pub(super) fn bits(self) -> u8 {
        self.0
    }

    pub(super) fn without(self, pattern: Pattern) -> Self {
        Self(self.0 & !(1 << pattern as u8))
    }

    pub(super) fn has(self, pattern: Pattern) -> bool {
        self.0 & 1 << pattern as u8 != 0
    }
}

/// Where something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) pattern: Pattern,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What a pattern made of the place it looked at.
pub(super) enum Seen {
    Nothing,
    Secret(Found),
    /// Nothing up to here, which need not be looked at again.
    NothingUntil(usize),
}

/// The text with all finds masked; the text itself where there are none.
pub(super) fn mask(text: &str, patterns: Patterns) -> Cow<'_, str> {
    if patterns == Patterns::NONE {
        return text.into();
    }
    let mut masked = String::new();
    let mut done = 0;
    while let Some(found) = next(text, done, patterns) {
        masked.push_str(text.get(done..found.start).unwrap_or_default());
        masked.push_str(found.pattern.mask());
        done = found.end;
    }
    if done == 0 {
        return text.into();
    }
    masked.push_str(text.get(done..).unwrap_or_default());
    masked.into()
}

/// What all of a value is masked with, because of its name.
pub(super) fn mask_of(pattern: Pattern) -> &'static str {
    pattern.mask()
}

/// The first find at `from` or after it.
fn next(text: &str, from: usize, patterns: Patterns) -> Option<Found> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        let seen = match CLASSES.get(usize::from(*byte)) {
            Some(Class::Letter) if begins(bytes, at) => key(bytes, at),
            None | Some(Class::Plain | Class::Letter) => Seen::Nothing,
            Some(Class::Digit) => card(bytes, at),
            Some(Class::At) => email(text, from, at),
            Some(Class::Percent) => match escape(bytes, at) {
                Some(b'@') => email(text, from, at),
                Some(b':' | b'=') => encoded(text, at, patterns),
                // Its digits are none of what follows.
                Some(_) => Seen::NothingUntil(at + 3),
                None => Seen::Nothing,
            },
            Some(Class::Colon) if bytes.get(at + 1..at + 3) == Some(b"//") => {
                credentials(bytes, at + 3)
            }
            Some(Class::Colon) => assigned(text, at, patterns),
            Some(Class::Comma) => pair(text, at, patterns),
            Some(Class::Dash) => match option(text, at, patterns) {
                Seen::Nothing if begins(bytes, at) => key(bytes, at),
                seen => seen,
            },
            Some(Class::Angle) => element(text, at, patterns),
        };
        match seen {
            Seen::Secret(found) if patterns.has(found.pattern) => return Some(found),
            // What is to be shown is not looked into.
            Seen::Secret(Found { end, .. }) | Seen::NothingUntil(end) => at = end.max(at + 1),
            Seen::Nothing => at += 1,
        }
    }
    None
}

#[derive(Clone, Copy)]
enum Class {
    Plain,
    /// A key or a token may begin with it.
    Letter,
    Digit,
    /// Stands in an address.
    At,
    /// Stands for one of the others.
    Percent,
    /// Stands between a name and its value.
    Colon,
    /// Stands between the two of a pair.
    Comma,
    /// An option or a private key may begin with it.
    Dash,
    /// A tag may begin with it.
    Angle,
}

static CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut classes = [Class::Plain; 256];
    // The first letters of what `key` knows.
    let letters = b"ABGSbdeghlnprstwxy";
    let mut index = 0;
    while index < letters.len() {
        classes[letters[index] as usize] = Class::Letter;
        index += 1;
    }
    let mut digit = b'0';
    while digit <= b'9' {
        classes[digit as usize] = Class::Digit;
        digit += 1;
    }
    classes[b'@' as usize] = Class::At;
    classes[b'%' as usize] = Class::Percent;
    classes[b':' as usize] = Class::Colon;
    classes[b'=' as usize] = Class::Colon;
    classes[b',' as usize] = Class::Comma;
    classes[b'-' as usize] = Class::Dash;
    classes[b'<' as usize] = Class::Angle;
    classes
}

/// Whether a word begins here: behind no letter or digit, behind an escaped line break of JSON in a text, or behind a
/// byte that is percent-encoded.
pub(super) fn begins(bytes: &[u8], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|at| bytes.get(at));
    match before(1) {
        Some(b'n' | b'r' | b't') => before(2) == Some(&b'\\'),
        Some(byte) if byte.is_ascii_hexdigit() => at
            .checked_sub(3)
            .and_then(|sign| escape(bytes, sign))
            .is_some_and(|byte| !byte.is_ascii_alphanumeric()),
        Some(byte) => !byte.is_ascii_alphanumeric(),
        None => true,
    }
}

/// What is percent-encoded at `at`, where that is ASCII.
pub(super) fn escape(bytes: &[u8], at: usize) -> Option<u8> {
    let [b'%', high, low] = *bytes.get(at..at + 3)? else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = u8::try_from(digit(high)? << 4 | digit(low)?).ok()?;
    byte.is_ascii().then_some(byte)
}

/// The end of the bytes from `at` on that `is` takes.
pub(super) fn run(bytes: &[u8], at: usize, is: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| is(**byte)).count()
}

#[cfg(test)]
mod tests;
