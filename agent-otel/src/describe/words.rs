//! The words of a span's name: the operation, and what it is done to.

/// A span's name, as far as it is known at compile time, and how many bytes its first word has.
pub(crate) type Name = (&'static str, usize);

/// The first word of a span's name, and the rest.
#[inline]
pub(super) fn words((name, first): &Name) -> (&'static str, Option<&'static str>) {
    (name.get(..*first).unwrap_or(name), name.get(first + 1..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_first_word_and_a_rest() {
        assert_eq!(words(&("chat", 4)), ("chat", None));
        assert_eq!(words(&("chat gpt-4o", 4)), ("chat", Some("gpt-4o")));
        assert_eq!(
            words(&("chat gpt-4o-mini 2 x", 4)),
            ("chat", Some("gpt-4o-mini 2 x"))
        );
        assert_eq!(words(&("chat ", 4)), ("chat", Some("")));
        assert_eq!(words(&("", 0)), ("", None));
    }
}
