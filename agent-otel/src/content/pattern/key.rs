//! Keys and tokens that are known by how they begin.

use super::{Found, Pattern, Seen, begins, run};

/// How a key begins, and the fewest bytes that follow.
const PREFIXES: &[(&str, usize)] = &[
    ("AGE-SECRET-KEY-", 8),
    ("AIza", 16),
    ("AKIA", 12),
    ("ASIA", 12),
    ("GOCSPX-", 8),
    ("SG.", 16),
    ("dop_v1_", 8),
    ("ghp_", 8),
    ("gho_", 8),
    ("ghu_", 8),
    ("ghs_", 8),
    ("ghr_", 8),
    ("github_pat_", 8),
    ("glpat-", 8),
    ("gsk_", 8),
    ("hf_", 16),
    ("hvs.", 8),
    ("lsv2_", 8),
    ("npm_", 16),
    ("nvapi-", 8),
    ("pplx-", 8),
    ("pypi-", 16),
    ("r8_", 16),
    ("rk_live_", 4),
    ("rk_test_", 4),
    ("sk-ant-", 4),
    ("sk-lf-", 4),
    ("sk-live-", 4),
    ("sk-or-", 4),
    ("sk-proj-", 4),
    ("sk-svcacct-", 4),
    ("sk-test-", 4),
    ("sk_live_", 4),
    ("sk_test_", 4),
    ("tvly-", 8),
    ("whsec_", 8),
    ("xai-", 16),
    ("xapp-", 8),
    ("xoxa-", 8),
    ("xoxb-", 8),
    ("xoxe-", 8),
    ("xoxp-", 8),
    ("xoxr-", 8),
    ("xoxs-", 8),
    ("ya29.", 16),
];

/// How what is in PEM form begins.
pub(super) const PEM: &[u8] = b"-----BEGIN";

/// Words that follow `Bearer` in a sentence about tokens.
const NO_TOKENS: &[&str] = &[
    "auth",
    "authentication",
    "authorization",
    "credential",
    "credentials",
    "expired",
    "format",
    "header",
    "invalid",
    "malformed",
    "missing",
    "prefix",
    "realm",
    "required",
    "scheme",
    "scopes",
    "string",
    "token",
    "tokens",
    "type",
    "value",
];

/// A key or a token that begins at `at`, which is the beginning of a word.
pub(super) fn key(bytes: &[u8], at: usize) -> Seen {
    let rest = bytes.get(at..).unwrap_or_default();
    let found = match rest.first() {
        Some(b'-') => return private_key(bytes, at),
        Some(b'b' | b'B') => bearer(bytes, at),
        Some(b'e') if rest.starts_with(b"eyJ") => {
            let end = key_end(bytes, at);
            (end - at >= 20).then_some((Pattern::Token, at, end))
        }
        Some(b's') if rest.starts_with(b"sk-") => known(bytes, at).or_else(|| plain_sk(bytes, at)),
        _ => known(bytes, at),
    };
    found.map_or(Seen::Nothing, |(pattern, start, end)| {
        Seen::Secret(Found {
            pattern,
            start,
            end,
        })
    })
}

type Place = (Pattern, usize, usize);

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The end of a key whose rest begins at `at`. A dot belongs to it where more of it follows.
fn key_end(bytes: &[u8], at: usize) -> usize {
    let mut end = run(bytes, at, is_token);
    while bytes.get(end) == Some(&b'.') && bytes.get(end + 1).copied().is_some_and(is_token) {
        end = run(bytes, end + 1, is_token);
    }
    end
}

fn known(bytes: &[u8], at: usize) -> Option<Place> {
    let rest = bytes.get(at..)?;
    // Most words are known by their first two letters to be none.
    if !matches!(
        rest,
        [b'A', b'G' | b'I' | b'K' | b'S', ..]
            | [b'G', b'O', ..]
            | [b'S', b'G', ..]
            | [b'd', b'o', ..]
            | [b'g', b'h' | b'i' | b'l' | b's', ..]
            | [b'h', b'f' | b'v', ..]
            | [b'l', b's', ..]
            | [b'n', b'p' | b'v', ..]
            | [b'p', b'p' | b'y', ..]
            | [b'r', b'8' | b'k', ..]
            | [b's', b'k', ..]
            | [b't', b'v', ..]
            | [b'w', b'h', ..]
            | [b'x', b'a' | b'o', ..]
            | [b'y', b'a', ..]
    ) {
        return None;
    }
    let (prefix, least) = PREFIXES
        .iter()
        .find(|(prefix, _)| rest.starts_with(prefix.as_bytes()))?;
    let start = at + prefix.len();
    let end = key_end(bytes, start);
    (end - start >= *least).then_some((Pattern::ApiKey, at, end))
}

/// `sk-` alone also begins words of people, so what follows has to look like a key.
fn plain_sk(bytes: &[u8], at: usize) -> Option<Place> {
    let start = at + 3;
    let end = run(bytes, start, is_token);
    let rest = bytes.get(start..end)?;
    let is_odd = rest
        .iter()
        .any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    (rest.len() >= 16 || rest.len() >= 8 && is_odd).then_some((Pattern::ApiKey, at, end))
}

/// The token behind `Bearer` or `Basic`.
fn bearer(bytes: &[u8], at: usize) -> Option<Place> {
    let is_word = |word: &[u8]| {
        let here = bytes.get(at..at + word.len());
        here.is_some_and(|here| here.eq_ignore_ascii_case(word))
    };
    let (behind, is_basic) = match () {
        () if is_word(b"bearer") => (at + 6, false),
        () if is_word(b"basic") => (at + 5, true),
        () => return None,
    };
    let mut start = run(bytes, behind, |byte| {
        matches!(byte, b' ' | b'\t' | b':' | b'+')
    });
    if bytes.get(start..start + 3) == Some(b"%20") {
        start += 3;
    }
    let end = run(bytes, start, |byte| {
        is_token(byte) || matches!(byte, b'.' | b'~' | b'+' | b'/' | b'=')
    });
    let token = bytes.get(start..end)?;
    let token = token.strip_suffix(b".").unwrap_or(token);
    let end = start + token.len();
    let has = |is: fn(&u8) -> bool| token.iter().any(is);
    let is_token = if is_basic {
        token.len() >= 8
            && (token.ends_with(b"=") || has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase))
    } else {
        let is_said = |word: &str| token.eq_ignore_ascii_case(word.as_bytes());
        token.len() >= 6 && !NO_TOKENS.iter().any(|word| is_said(word))
    };
    (start > behind && is_token).then_some((Pattern::Token, start, end))
}

/// A private key in PEM form; one that was cut off goes on to the end of the text.
pub(super) fn private_key(bytes: &[u8], at: usize) -> Seen {
    const BEGIN: &[u8] = b"-----BEGIN ";
    const KEY: &[u8] = b"PRIVATE KEY";
    const END: &[u8] = b"-----END ";

    let Some(rest) = bytes.get(at..).filter(|rest| rest.starts_with(BEGIN)) else {
        // A line of dashes is looked at once.
        return Seen::NothingUntil(run(bytes, at, |byte| byte == b'-'));
    };
    let label = rest.get(BEGIN.len()..).unwrap_or_default();
    let label = label.get(..label.len().min(32)).unwrap_or_default();
    if !begins(bytes, at) || !label.windows(KEY.len()).any(|part| part == KEY) {
        return Seen::Nothing;
    }
    let end = rest
        .windows(END.len())
        .position(|part| part == END)
        .map(|end| at + end + END.len())
        .map_or(bytes.len(), |label| {
            let name = run(bytes, label, |byte| byte != b'-' && byte != b'\n');
            run(bytes, name, |byte| byte == b'-')
        });
    Seen::Secret(Found {
        pattern: Pattern::PrivateKey,
        start: at,
        end,
    })
}
