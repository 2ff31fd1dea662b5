//! The words of a span's name: the operation, and what it is done to.

/// The first word of a span's name, and the rest.
#[inline]
pub(super) fn words(name: &str) -> (&str, Option<&str>) {
    match first_space(name).and_then(|space| Some((name.get(..space)?, name.get(space + 1..)))) {
        Some(words) => words,
        None => (name, None),
    }
}

/// Where the first space is. The first word is short, so that sixteen bytes have it mostly, and are looked at together.
#[inline]
fn first_space(name: &str) -> Option<usize> {
    const ONES: u128 = u128::MAX / 255;
    const SPACES: u128 = ONES * b' ' as u128;

    let bytes = name.as_bytes();
    if let Some(chunk) = bytes.first_chunk::<16>() {
        // A byte is 0 where there is a space; the lowest of those that borrow is the first one.
        let spaces = u128::from_le_bytes(*chunk) ^ SPACES;
        let borrow = spaces.wrapping_sub(ONES) & !spaces & (ONES << 7);
        if borrow != 0 {
            return usize::try_from(borrow.trailing_zeros() / 8).ok();
        }
    }
    bytes.iter().position(|byte| *byte == b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_of_a_name_ends_at_the_first_space() {
        assert_eq!(words("chat"), ("chat", None));
        assert_eq!(words("chat gpt-4o"), ("chat", Some("gpt-4o")));
        assert_eq!(
            words("chat gpt-4o-mini 2 x"),
            ("chat", Some("gpt-4o-mini 2 x"))
        );
        assert_eq!(
            words("execute_tool a!b\u{a0}\u{1f}"),
            ("execute_tool", Some("a!b\u{a0}\u{1f}"))
        );
        assert_eq!(
            words("invoke_workflow newsroom"),
            ("invoke_workflow", Some("newsroom"))
        );
        assert_eq!(
            words("a_word_of_many_letters b"),
            ("a_word_of_many_letters", Some("b"))
        );
        assert_eq!(
            words("notifications/message"),
            ("notifications/message", None)
        );
        assert_eq!(words("chat "), ("chat", Some("")));
        assert_eq!(words(""), ("", None));
        let all: Vec<_> = (0..40)
            .map(|at| "!".repeat(at) + " " + &"\u{20ac}".repeat(9))
            .collect();
        for (at, name) in all.iter().enumerate() {
            assert_eq!(first_space(name), Some(at));
        }
    }
}
