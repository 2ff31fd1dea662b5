//! `error.type`: a label of low cardinality for a failure.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::content::{self, Head};
use crate::semconv;

/// The longest name that is taken from a `Debug` output, in bytes.
const NAME_LIMIT: usize = 64;

/// A type's path without its generic arguments, which would make one label a monomorphization.
pub(crate) fn of_path(path: &'static str) -> Cow<'static, str> {
    let mut path = path.trim_start_matches('&');
    // A pointer says nothing about the failure it points to.
    while let Some(inner) = ["alloc::boxed::Box<", "alloc::sync::Arc<", "alloc::rc::Rc<"]
        .iter()
        .find_map(|pointer| path.strip_prefix(pointer)?.strip_suffix('>'))
    {
        path = inner;
    }
    match path.split_once('<') {
        // `<`: a qualified path, of which nothing of low cardinality is known.
        Some(("", _)) => semconv::ERROR_TYPE_OTHER.into(),
        Some((head, _)) => head.into(),
        None if path.starts_with("dyn ") => semconv::ERROR_TYPE_OTHER.into(),
        None => path.into(),
    }
}

/// The path of an error's type, and its variant where the type is an enumeration: `shop::Error::OrderNotFound`.
pub(crate) fn of_error<E: Error + 'static>(error: &E) -> Cow<'static, str> {
    let path = of_path(std::any::type_name::<E>());
    match of_dyn(error) {
        Some(name) if !path.ends_with(&format!("::{name}")) => format!("{path}::{name}").into(),
        _ => path,
    }
}

/// The name with which the derived `Debug` of an error begins: its type, or its variant.
///
/// What is no plain name, and what only repeats the message, is not taken, since it may differ from failure to failure.
pub(crate) fn of_dyn(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = error.downcast_ref::<std::io::Error>() {
        // Its `Debug` tells how it was made, not what went wrong.
        return Some(format!("{:?}", error.kind()));
    }
    let debug = catch_unwind(AssertUnwindSafe(|| {
        let mut debug = Head {
            text: String::new(),
            limit: NAME_LIMIT,
        };
        // An error here only says that the head is full.
        let _ = write!(debug, "{error:?}");
        (debug.text, content::head(error))
    }));
    let (debug, message) = debug.ok()?;
    let text = debug.as_str();
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let is_name = name.starts_with(char::is_uppercase) && name.len() < NAME_LIMIT;
    let is_derived = match rest {
        "" => name != message,
        rest => rest.starts_with('(') || rest.starts_with(" {"),
    };
    (is_name && is_derived).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;

    #[derive(Debug)]
    enum Variants {
        Unit,
        Tuple(#[expect(dead_code, reason = "for its name")] u8),
    }

    impl fmt::Display for Variants {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("it failed")
        }
    }

    impl Error for Variants {}

    /// Debugs as what it holds, which may be anything.
    struct Custom(&'static str);

    impl fmt::Debug for Custom {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl fmt::Display for Custom {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Custom {}

    #[test]
    fn a_variant_is_part_of_the_label() {
        let here = "agent_otel::error_type::tests";
        assert_eq!(of_error(&Variants::Unit), format!("{here}::Variants::Unit"));
        assert_eq!(
            of_error(&Variants::Tuple(7)),
            format!("{here}::Variants::Tuple")
        );
        let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
        assert_eq!(of_error(&missing), "std::io::error::Error::NotFound");
        assert_eq!(
            of_error(&"x".parse::<u8>().unwrap_err()),
            "core::num::error::ParseIntError"
        );
    }

    #[test]
    fn a_debug_output_that_is_no_name_is_no_label() {
        let here = "agent_otel::error_type::tests::Custom";
        for text in [
            "Alice",
            "Alice has no order",
            "Alice (gold) has no order",
            "alice",
            "",
            "Ünknown: 4",
            "9999",
        ] {
            assert_eq!(of_error(&Custom(text)), here, "{text}");
        }
    }

    #[test]
    fn generic_arguments_are_no_part_of_a_label() {
        assert_eq!(of_path("shop::Error"), "shop::Error");
        assert_eq!(of_path("shop::Error<alloc::string::String>"), "shop::Error");
        assert_eq!(of_path("&str"), "str");
        assert_eq!(of_path("alloc::boxed::Box<shop::Error>"), "shop::Error");
        assert_eq!(of_path("dyn core::error::Error"), "_OTHER");
        assert_eq!(of_path("<T as shop::Api>::Error"), "_OTHER");
    }
}
