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

#[cfg(test)]
mod tests {
    use super::server;

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
