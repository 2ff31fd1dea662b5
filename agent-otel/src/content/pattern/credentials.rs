//! User information of URLs.

use super::{Found, MASK, Pattern, Seen, escape};

/// The longest user information with its host.
const AUTHORITY: usize = 1024;

/// The user information of the URL whose authority begins at `start`.
pub(super) fn credentials(bytes: &[u8], start: usize) -> Seen {
    let rest = bytes.get(start..).unwrap_or_default();
    let authority = until(rest, |byte| matches!(byte, b'/' | b'?' | b'#'));
    let user = match user(authority) {
        // A password that holds what should have been escaped ends the authority too early.
        None if is_database(bytes, start) && !is_host(authority) => {
            let mut parts = rest.windows(3).take(AUTHORITY);
            let next = parts.position(|part| part == b"://");
            let this = next.and_then(|next| rest.get(..next)).unwrap_or(rest);
            user(until(this, |_| false))
        }
        user => user,
    };
    seen(start, user.unwrap_or_default())
}

/// The same where the URL is percent-encoded as a whole, as in the query of another.
pub(super) fn encoded_credentials(bytes: &[u8], start: usize) -> Seen {
    let rest = bytes.get(start..).unwrap_or_default();
    let ends = |byte: u8| matches!(byte, b'/' | b'?' | b'#' | b'&');
    let mut end = None;
    let mut at = 0;
    while at < AUTHORITY {
        let byte = rest.get(at).copied().filter(|byte| is_url(*byte));
        match escape(rest, at).or(byte) {
            Some(b'@') => end = Some(at),
            Some(byte) if is_url(byte) && !ends(byte) => {}
            _ => break,
        }
        at += if escape(rest, at).is_some() { 3 } else { 1 };
    }
    let user = end.and_then(|end| rest.get(..end));
    seen(start, user.unwrap_or_default())
}

/// What is before the first byte that no URL has, or that `ends` it.
fn until(rest: &[u8], ends: impl Fn(u8) -> bool) -> &[u8] {
    let length = rest
        .iter()
        .take(AUTHORITY)
        .take_while(|byte| is_url(**byte) && !ends(**byte))
        .count();
    rest.get(..length).unwrap_or_default()
}

fn is_url(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'\\')
}

/// What is before the last `@`.
fn user(authority: &[u8]) -> Option<&[u8]> {
    let end = authority.iter().rposition(|byte| *byte == b'@')?;
    authority.get(..end)
}

/// Whether what begins at `start` is the authority of a database or a queue, whose URLs have passwords and no `@` elsewhere.
fn is_database(bytes: &[u8], start: usize) -> bool {
    const SCHEMES: &[&str] = &[
        "postgres",
        "postgresql",
        "mysql",
        "mariadb",
        "mongodb",
        "mongodb+srv",
        "redis",
        "rediss",
        "amqp",
        "amqps",
        "nats",
        "kafka",
        "mqtt",
        "mssql",
        "sqlserver",
        "oracle",
        "clickhouse",
        "cassandra",
        "neo4j",
        "bolt",
    ];

    let before = bytes
        .get(..start)
        .and_then(|bytes| bytes.strip_suffix(b"://"));
    let before = before.unwrap_or_default();
    SCHEMES.iter().any(|scheme| {
        let rest = before
            .len()
            .checked_sub(scheme.len())
            .and_then(|at| before.split_at_checked(at));
        rest.is_some_and(|(rest, last)| {
            last.eq_ignore_ascii_case(scheme.as_bytes())
                && !rest.last().is_some_and(u8::is_ascii_alphanumeric)
        })
    })
}

/// Whether this may be a host with or without a port.
fn is_host(authority: &[u8]) -> bool {
    let bracket = authority.iter().rposition(|byte| *byte == b']');
    let behind = authority.get(bracket.unwrap_or_default()..);
    let mut port = behind.unwrap_or_default().split(|byte| *byte == b':');
    let port = port.nth(1).unwrap_or_default();
    // A list of URLs, or one in brackets, has no password here either.
    port.iter()
        .take_while(|byte| !matches!(byte, b',' | b';' | b')' | b'}' | b'|'))
        .all(u8::is_ascii_digit)
}

fn seen(start: usize, user: &[u8]) -> Seen {
    if user.starts_with(MASK.as_bytes()) || user.iter().all(|byte| *byte == b'*') {
        return Seen::Nothing;
    }
    Seen::Secret(Found {
        pattern: Pattern::UrlCredentials,
        start,
        end: start + user.len(),
    })
}
