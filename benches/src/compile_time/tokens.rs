//! How many tokens a source has.

/// Counts names, numbers, strings, lifetimes and single signs; comments and space count nothing.
pub(crate) fn count(source: &str) -> usize {
    let mut tokens = 0;
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let (length, is_token) = if first.is_whitespace() {
            (first.len_utf8(), false)
        } else if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), false)
        } else if is_word(first) {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            (length, true)
        } else if first == '"' {
            (string(rest), true)
        } else if first == '\'' {
            (character_or_lifetime(rest), true)
        } else {
            (first.len_utf8(), true)
        };
        tokens += usize::from(is_token);
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Bytes of the string that `text` begins with.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return index + 1,
            _ => escaped = false,
        }
    }
    text.len()
}

/// Bytes of the character or lifetime that `text` begins with.
fn character_or_lifetime(text: &str) -> usize {
    let quoted = text.get(1..).unwrap_or_default();
    let length = match quoted.strip_prefix('\\') {
        Some(escaped) => escaped.find('\'').map(|end| end + 2),
        None => quoted.chars().next().map(char::len_utf8),
    };
    if let Some(length) = length.filter(|length| {
        quoted
            .get(*length..)
            .is_some_and(|rest| rest.starts_with('\''))
    }) {
        return length + 2;
    }
    1 + quoted.find(|c| !is_word(c)).unwrap_or(quoted.len())
}
