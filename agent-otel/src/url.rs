//! What a URL tells, and nothing that it should keep to itself.

use crate::content;

/// Host and port of a URL, the port also where the scheme implies it. The host is masked as other texts are.
pub(crate) fn server(url: &str) -> Option<(String, Option<u16>)> {
    let uri: http::Uri = url.parse().ok()?;
    let address = uri.host()?.trim_start_matches('[').trim_end_matches(']');
    let address = content::clean(address).into_owned();
    let implied = match uri.scheme_str() {
        Some("https" | "wss") => Some(443),
        Some("http" | "ws") => Some(80),
        _ => None,
    };
    Some((address, uri.port_u16().or(implied)))
}

/// A URI without its user information, its query and its fragment, where tokens are kept; the rest masked as other texts
/// are.
pub(crate) fn without_credentials(uri: &str) -> String {
    let (scheme, rest) = match uri.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, uri),
    };
    let rest = without_user(rest, scheme.is_some());
    let path = rest.split(['?', '#']).next().unwrap_or(rest);
    let uri = match scheme {
        Some(scheme) => format!("{scheme}://{path}"),
        None => path.to_owned(),
    };
    content::clean(&uri).into_owned()
}

/// What follows a scheme, or a URI that has none, without the user information in front.
fn without_user(rest: &str, has_scheme: bool) -> &str {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let is_password = |user: &str| user.contains(':');
    match authority.split_once('@') {
        // `git@host:path` names a user that opens nothing by itself.
        Some((user, _)) if !has_scheme && !is_password(user) => rest,
        Some(_) => {
            let host = authority.rfind('@').map_or(0, |at| at + 1);
            rest.get(host..).unwrap_or_default()
        }
        // A password that holds what should have been escaped ends the authority too early.
        None if has_scheme && !is_host(authority) => match rest.rsplit_once('@') {
            Some((_, host)) => host,
            None => rest,
        },
        None => rest,
    }
}

/// Whether this may be a host with or without a port.
fn is_host(authority: &str) -> bool {
    let port = match authority.rsplit_once(']') {
        Some((_, port)) => port.strip_prefix(':'),
        None => authority.split_once(':').map(|(_, port)| port),
    };
    port.is_none_or(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{server, without_credentials};

    #[test]
    fn a_uri_is_told_without_what_opens_it() {
        for (uri, told) in [
            (
                "https://user:p@ss@skills.example/review?token=1#a",
                "https://skills.example/review",
            ),
            ("git@host:skills.git", "git@host:skills.git"),
            ("https://skills.example", "https://skills.example"),
            ("skill://review/@latest", "skill://review/@latest"),
            ("postgres://app:p/w@db/x@y", "postgres://y"),
            ("postgres://app:p?w#@db/x", "postgres://db/x"),
            ("postgres://app:7@db:5432/x", "postgres://db:5432/x"),
            ("http://[::1]:9000/x@y", "http://[::1]:9000/x@y"),
            ("http://db:5432/x@y", "http://db:5432/x@y"),
            ("oauth2:t0ken@github.com/o/r?x", "github.com/o/r"),
            ("user:p@ss@host", "host"),
            ("file:///orders.txt", "file:///orders.txt"),
            ("", ""),
        ] {
            assert_eq!(without_credentials(uri), told);
        }
    }

    #[test]
    fn a_url_tells_host_and_port_and_nothing_else() {
        let server = |url| server(url).map(|(host, port)| (host, port.unwrap_or_default()));
        assert_eq!(
            server("https://api.openai.com/v1"),
            Some(("api.openai.com".into(), 443))
        );
        assert_eq!(
            server("http://user:secret@127.0.0.1:8080/?key=1"),
            Some(("127.0.0.1".into(), 8080))
        );
        assert_eq!(server("http://[::1]:9000"), Some(("::1".into(), 9000)));
        assert_eq!(server("localhost:4000"), Some(("localhost".into(), 4000)));
        assert_eq!(server("not a url"), None);
    }
}
