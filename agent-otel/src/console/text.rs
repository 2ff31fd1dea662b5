//! Small texts: what is printed is escaped, measured in columns, and in units for people.

use std::time::Duration;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// `text` without anything that could move the cursor, change colors, or turn the direction of writing: names and
/// messages come from models and from other processes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || is_invisible(character) {
            escaped.extend(character.escape_debug());
        } else {
            escaped.push(character);
        }
    }
    escaped
}

fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}

/// Columns that `text` takes in a terminal.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// `text` in at most `width` columns, with `…` where something was cut off.
pub(super) fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    let mut before = None;
    for character in text.chars() {
        used += more_columns(before, character);
        if used > width {
            break;
        }
        kept.push(character);
        before = Some(character);
    }
    if width > 0 {
        kept.push('…');
    }
    kept
}

/// Columns that `character` takes behind another, which it may make wider: `☀` is one column, and two as an emoji.
fn more_columns(before: Option<char>, character: char) -> usize {
    let alone = |character: char| character.width().unwrap_or(0);
    let Some(before) = before else {
        return alone(character);
    };
    let mut pair = [0; 8];
    let first = before.encode_utf8(&mut pair).len();
    let second = character.encode_utf8(&mut pair[first..]).len();
    let both = std::str::from_utf8(&pair[..first + second]).map_or(0, columns);
    both.saturating_sub(alone(before))
}

/// `text` cut or filled up to exactly `width` columns, at the left.
pub(super) fn fit(text: &str, width: usize) -> String {
    let mut fitted = cut(text, width);
    let missing = width.saturating_sub(columns(&fitted));
    fitted.extend(std::iter::repeat_n(' ', missing));
    fitted
}

/// `text` filled up to `width` columns, at the right.
pub(super) fn fit_right(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(columns(text));
    format!("{}{text}", " ".repeat(missing))
}

/// A duration for people: `320 µs`, `3 ms`, `1.24 s`, `2 m 03 s`, `1 h 02 m`.
pub(super) fn duration(duration: Duration) -> String {
    let microseconds = (duration.as_nanos() + 500) / 1_000;
    let milliseconds = (microseconds + 500) / 1_000;
    let hundredths = (milliseconds + 5) / 10;
    let seconds = (milliseconds + 500) / 1_000;
    if microseconds < 1_000 {
        format!("{microseconds} µs")
    } else if milliseconds < 1_000 {
        format!("{milliseconds} ms")
    } else if hundredths < 6_000 {
        format!("{}.{:02} s", hundredths / 100, hundredths % 100)
    } else if seconds < 3_600 {
        format!("{} m {:02} s", seconds / 60, seconds % 60)
    } else {
        format!("{} h {:02} m", seconds / 3_600, seconds % 3_600 / 60)
    }
}

/// A number with commas between the thousands.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 span`, `2 spans`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let number_text = thousands(number as u64);
    let plural = if number == 1 { "" } else { "s" };
    format!("{number_text} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_for_people() {
        for (microseconds, text) in [
            (0, "0 µs"),
            (320, "320 µs"),
            (999, "999 µs"),
            (1_000, "1 ms"),
            (3_400, "3 ms"),
            (999_400, "999 ms"),
            (999_600, "1.00 s"),
            (1_240_000, "1.24 s"),
            (59_990_000, "59.99 s"),
            (59_999_000, "1 m 00 s"),
            (123_000_000, "2 m 03 s"),
            (3_720_000_000, "1 h 02 m"),
        ] {
            assert_eq!(duration(Duration::from_micros(microseconds)), text);
        }
    }

    #[test]
    fn numbers_have_commas() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_812), "1,812");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }

    #[test]
    fn what_moves_the_cursor_is_escaped() {
        assert_eq!(
            escape("a\u{1b}[31m\nb\u{202e}c\u{61c}d"),
            r"a\u{1b}[31m\nb\u{202e}c\u{61c}d"
        );
        assert_eq!(escape("größe 検索"), "größe 検索");
    }

    #[test]
    fn columns_are_not_characters() {
        assert_eq!(cut("検索する", 5), "検索…");
        assert_eq!(fit("検索", 6), "検索  ");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("abcd", 0), "");
        assert_eq!(cut("☀️☀️☀️", 5), "☀️☀️…");
        assert_eq!(columns(&fit("☀️ the sunny agent", 6)), 6);
    }

    #[test]
    fn what_is_cut_is_no_wider_than_asked() {
        let parts = [
            "a", "検", "☀", "\u{fe0f}", "\u{fe0e}", "\u{301}", "👋", "🏽", "🇩", "🇪", "1",
            "\u{20e3}", "ل", "ا", "က", "্", "각", "\u{1160}", "<", "\u{338}",
        ];
        let mut state = 1_u64;
        for _ in 0..5_000 {
            let text: String = (0..12)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    parts[usize::try_from(state >> 33).unwrap_or(0) % parts.len()]
                })
                .collect();
            for width in 0..12 {
                let cut = cut(&text, width);
                assert!(columns(&cut) <= width, "{text:?} in {width}: {cut:?}");
            }
        }
    }
}
