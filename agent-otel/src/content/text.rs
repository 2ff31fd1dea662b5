//! Texts that are no content, but may hold some: the messages of errors, the reasons of retries, lines of our own.

use std::borrow::Cow;
use std::fmt::{self, Display, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

#[cfg(feature = "logs")]
use opentelemetry::Key;
#[cfg(feature = "logs")]
use serde_json::Value;

#[cfg(feature = "logs")]
use super::redact;
use super::{cut, hooks, pattern, policy};

/// The longest error message, in bytes.
const MESSAGE_LIMIT: usize = 4 * 1024;

/// What stands for a message that a redactor has lost.
const LOST: &str = "[left out: the redactor failed]";

/// An error's message as it may leave the process: its beginning, masked, and shown to the redactors.
///
/// This is so whether or not content is captured: messages are the one thing that people wrote which is recorded anyway.
pub(crate) fn error_message(error: &(impl Display + ?Sized)) -> String {
    let message = head(error);
    let message = match clean(&message) {
        Cow::Owned(masked) => masked,
        Cow::Borrowed(_) => message,
    };
    let policy = policy::current();
    if policy.redactors().is_empty() || message.is_empty() {
        return message;
    }
    hooks::redact_text(policy, message).unwrap_or_else(|| LOST.to_owned())
}

/// As [`error_message`]; nothing where the `Display` panics.
pub(crate) fn display(error: &(impl Display + ?Sized)) -> String {
    catch_unwind(AssertUnwindSafe(|| error_message(error))).unwrap_or_default()
}

/// Whether there are redactors to show anything to.
#[cfg(feature = "logs")]
pub(crate) fn has_redactors() -> bool {
    !policy::current().redactors().is_empty()
}

/// The texts of a log record by key, as the redactors leave them, in their order. Something else stands for what is lost.
#[cfg(feature = "logs")]
pub(crate) fn redacted(texts: Vec<(Key, String)>) -> Vec<Value> {
    let count = texts.len();
    let left = hooks::redact_logged(policy::current(), texts).unwrap_or_default();
    left.into_iter()
        .chain(std::iter::repeat(None))
        .take(count)
        .map(|text| text.unwrap_or_else(|| LOST.into()))
        .collect()
}

/// Masks what a built-in pattern knows in any text of ours, such as a URL or a line for people.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    pattern::mask(text, policy::patterns())
}

/// What stands for a text whose name says that it is a secret.
#[cfg(feature = "logs")]
pub(crate) fn named_text(name: &str, text: &str) -> Option<&'static str> {
    redact::named_text(name, text, policy::patterns())
}

/// What stands for a number whose name says that it is a secret, or that is the number of a card.
#[cfg(feature = "logs")]
pub(crate) fn named_number(name: &str, number: Option<u64>) -> Option<&'static str> {
    redact::named_number(name, number, policy::patterns())
}

/// As [`display`], unmasked: for comparison, or until it is masked.
pub(crate) fn raw(error: &(impl Display + ?Sized)) -> String {
    catch_unwind(AssertUnwindSafe(|| head(error))).unwrap_or_default()
}

/// The beginning of a message as it is.
fn head(error: &(impl Display + ?Sized)) -> String {
    let (text, is_whole) = Head::of(error, MESSAGE_LIMIT);
    if is_whole {
        text
    } else {
        // Half a key or half an address would not be known as one.
        format!("{}…", cut::whole_words(&text))
    }
}

/// The beginning of a text that may be long.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) text: String,
    pub(crate) limit: usize,
}

impl Head {
    /// The beginning of what `value` displays, and whether that is all. The rest is not even formatted.
    pub(super) fn of(value: &(impl Display + ?Sized), limit: usize) -> (String, bool) {
        let mut head = Self {
            text: String::new(),
            limit,
        };
        // An error says that the head is full; one of the value's own breaks it off as well.
        let is_whole = write!(head, "{value}").is_ok();
        (head.text, is_whole)
    }
}

impl Write for Head {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.limit.saturating_sub(self.text.len());
        self.text.push_str(cut::start(text, room));
        if text.len() > room {
            Err(fmt::Error)
        } else {
            Ok(())
        }
    }
}
