//! What a URL tells, and nothing that it should keep to itself.

/// Host and port of a URL, the port also where the scheme implies it.
pub(crate) fn server(url: &str) -> Option<(String, Option<u16>)> {
    let uri: http::Uri = url.parse().ok()?;
    let address = uri
        .host()?
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    let implied = match uri.scheme_str() {
        Some("https" | "wss") => Some(443),
        Some("http" | "ws") => Some(80),
        _ => None,
    };
    Some((address, uri.port_u16().or(implied)))
}

/// A URI without its user information, its query and its fragment, where tokens are kept.
pub(crate) fn without_credentials(uri: &str) -> String {
    let end = uri.find(['?', '#']).unwrap_or(uri.len());
    let (uri, _) = uri.split_at(end);
    let Some((scheme, rest)) = uri.split_once("://") else {
        return uri.to_owned();
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or(authority);
    format!("{scheme}://{host}{path}")
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
