//! `error.type`: a label of low cardinality for a failure.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Write};

use crate::semconv;

/// The longest name that is taken from a `Debug` output, in bytes.
const NAME_LIMIT: usize = 64;

/// A type's path without its generic arguments, which would make one label a monomorphization.
pub(crate) fn of_path(path: &'static str) -> Cow<'static, str> {
    let path = path.trim_start_matches('&');
    match path.split_once('<') {
        // `<`: a qualified path, of which nothing of low cardinality is known.
        Some(("", _)) => semconv::ERROR_TYPE_OTHER.into(),
        Some((head, _)) => head.into(),
        None if path.starts_with("dyn ") => semconv::ERROR_TYPE_OTHER.into(),
        None => path.into(),
    }
}

/// The name with which the derived `Debug` of an error begins: its type, or its variant.
///
/// The type behind `dyn Error` cannot be asked for its name. What is no plain name, and what only repeats the message, is
/// not taken, since it may differ from failure to failure.
pub(crate) fn of_dyn(error: &(dyn Error + 'static)) -> Option<String> {
    let mut debug = Head::default();
    // An error here only says that the head is full.
    let _ = write!(debug, "{error:?}");
    let text = debug.0.as_str();
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let is_name = name.starts_with(char::is_uppercase) && name.len() < NAME_LIMIT;
    let is_derived = match rest.trim_start().chars().next() {
        None => name != error.to_string(),
        Some(next) => matches!(next, '{' | '('),
    };
    (is_name && is_derived).then(|| name.to_owned())
}

/// The beginning of a text that may be long.
#[derive(Default)]
struct Head(String);

impl Write for Head {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend(text.chars().take(NAME_LIMIT));
        if self.0.len() > NAME_LIMIT {
            Err(fmt::Error)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of_path;

    #[test]
    fn generic_arguments_are_no_part_of_a_label() {
        assert_eq!(of_path("shop::Error"), "shop::Error");
        assert_eq!(of_path("shop::Error<alloc::string::String>"), "shop::Error");
        assert_eq!(of_path("&str"), "str");
        assert_eq!(of_path("dyn core::error::Error"), "_OTHER");
        assert_eq!(of_path("<T as shop::Api>::Error"), "_OTHER");
    }
}
