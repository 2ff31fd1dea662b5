//! Numbers of payment cards.

use super::{Found, Pattern, Seen, begins, run};

/// A card whose number begins at `at`, which is a digit.
pub(super) fn card(bytes: &[u8], at: usize) -> Seen {
    let group = run(bytes, at, |byte| byte.is_ascii_digit());
    let before = |back: usize| at.checked_sub(back).and_then(|at| bytes.get(at));
    // The fraction of a number, and a number of a telephone, are none.
    let is_fraction = before(1) == Some(&b'.') && before(2).is_some_and(u8::is_ascii_digit);
    let is_inside = !begins(bytes, at) || is_fraction || before(1) == Some(&b'+');
    match found(bytes, at).filter(|_| !is_inside) {
        Some(end) => Seen::Secret(Found {
            pattern: Pattern::Card,
            start: at,
            end,
        }),
        None => Seen::NothingUntil(group),
    }
}

/// The end of the card number that begins with the group at `at`: digits, in groups of three or more with one space or
/// dash between them.
fn found(bytes: &[u8], at: usize) -> Option<usize> {
    let mut digits: Vec<u8> = Vec::new();
    let mut start = at;
    loop {
        let end = run(bytes, start, |byte| byte.is_ascii_digit());
        let group = bytes.get(start..end)?;
        if group.len() < 3 || digits.len() + group.len() > 19 {
            return None;
        }
        digits.extend(group.iter().map(|byte| byte - b'0'));
        let after = bytes.get(end).copied();
        let is_inside = after.is_some_and(|byte| byte.is_ascii_alphanumeric())
            || after == Some(b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !is_inside && is_card(&digits) {
            return Some(end);
        }
        let goes_on = matches!(after, Some(b' ' | b'-'))
            && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !goes_on {
            return None;
        }
        start = end + 1;
    }
}

/// Whether these digits are a number of a payment card: by its network, its length and its check digit.
fn is_card(digits: &[u8]) -> bool {
    let first = |count: usize| {
        let digits = digits.get(..count).unwrap_or_default();
        digits
            .iter()
            .fold(0_u32, |number, digit| number * 10 + u32::from(*digit))
    };
    let is_known = match (digits.len(), first(2)) {
        (13 | 16 | 19, 40..=49)
        | (15, 34 | 37)
        | (14, 36 | 38 | 39)
        | (16, 51..=55)
        | (16..=19, 50 | 56..=69) => true,
        (14, 30) => first(3) <= 305,
        (16, 22..=27) => (2221..=2720).contains(&first(4)),
        (16..=19, 35) => (3528..=3589).contains(&first(4)),
        _ => false,
    };
    is_known && luhn(digits)
}

/// The check of ISO/IEC 7812.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match u32::from(*digit) << (place % 2) {
            doubled @ 10.. => doubled - 9,
            digit => digit,
        })
        .sum();
    sum % 10 == 0
}

/// Whether a number of JSON is that of a payment card.
pub(in super::super) fn is_card_number(number: u64) -> bool {
    let digits: Vec<u8> = number.to_string().bytes().map(|byte| byte - b'0').collect();
    is_card(&digits)
}
