//! Texts, cut between words.

/// Bytes of one byte of a string in JSON.
pub(super) fn escaped(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0C => 2,
        0..0x20 => 6,
        _ => 1,
    }
}

/// As much of the beginning of `text` as has room, and how much is missing: `more` bytes beside what is cut here.
///
/// The cut is made between words, since half a key or half an address is no longer known as one.
pub(in super::super) fn head(text: &str, budget: usize, more: usize) -> String {
    let (text, before) = without_note(text);
    let more = more.saturating_add(before);
    // A byte of text is a byte of JSON at least, so that a long text need not be counted.
    let fits = text.len() <= budget && text.bytes().map(escaped).sum::<usize>() <= budget;
    if more == 0 && fits {
        return text.to_owned();
    }
    // The note is as long as the largest number that it may hold.
    let widest = note(text.len().saturating_add(more));
    let Some(room) = budget.checked_sub(widest.len()) else {
        return if budget >= CUT.len() { CUT } else { "" }.to_owned();
    };
    let mut used = 0;
    let end = text
        .char_indices()
        .find(|(at, character)| {
            let bytes = text.as_bytes().get(*at..*at + character.len_utf8());
            used += bytes
                .unwrap_or_default()
                .iter()
                .copied()
                .map(escaped)
                .sum::<usize>();
            used > room
        })
        .map_or(text.len(), |(at, _)| at);
    let kept = text.get(..end).unwrap_or_default();
    let kept = if end < text.len() {
        whole_words(kept)
    } else {
        kept
    };
    let missing = text.len() - kept.len() + more;
    format!("{kept}{}", note(missing))
}

/// What stands at the end of a text that goes on, nobody knows how long.
pub(in super::super) const BROKEN_OFF: &str = "… [cut]";

/// A text of which nobody knows how long it would have been.
pub(in super::super) fn broken_off(text: &str) -> String {
    format!("{}{BROKEN_OFF}", whole_words(text))
}

/// Whether the text was broken off like that.
pub(in super::super) fn is_broken_off(text: &str) -> bool {
    text.ends_with(CUT)
}

/// The beginning of a text in at most so many bytes.
pub(in super::super) fn start(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// What stands at the end of a text, or for all of it: how many bytes are missing.
pub(in super::super) fn note(bytes: usize) -> String {
    format!("{NOTE_START}{bytes}{NOTE_END}")
}

/// What stands at the end of a text where there is no room to say more.
const CUT: &str = "[cut]";
const NOTE_START: &str = "… [";
const NOTE_END: &str = " bytes left out]";

/// A text without the note that an earlier cut has left, and the number in it.
pub(super) fn without_note(text: &str) -> (&str, usize) {
    let noted = text
        .strip_suffix(NOTE_END)
        .and_then(|text| text.rsplit_once(NOTE_START))
        .and_then(|(text, bytes)| Some((text, bytes.parse().ok()?)));
    noted.unwrap_or((text, 0))
}

/// `text` without the word that was cut at its end, and without digits that may be the first of more.
pub(crate) fn whole_words(text: &str) -> &str {
    /// What is longer is no word: an image, or a script that has no spaces.
    const LONGEST: usize = 512;

    let between = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\'' | ',' | ';' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}'
            )
    };
    let start = text.rfind(between).unwrap_or(0);
    if text.len() - start > LONGEST {
        return text;
    }
    let words = text.get(..start).unwrap_or_default();
    let is_digit = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-');
    let no_digits = words.trim_end_matches(is_digit);
    if words.len() - no_digits.len() > LONGEST {
        return words;
    }
    no_digits
}
