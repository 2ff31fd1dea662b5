//! One value of one variable: text in, a checked value or a [`Fault`] out. Nothing here reads the environment.

use std::fmt;
use std::str::FromStr;

use http::{HeaderMap, HeaderName, HeaderValue};
use reqwest::Url;

use super::fault::Fault;
use super::signal::Signal;

/// Where an exporter sends to, and the variable that says so.
///
/// `Display` and `Debug` show neither user information nor a query: both may hold credentials.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    url: Url,
    pub(super) variable: &'static str,
}

impl Endpoint {
    /// Reads `value` as an address of `variable`. An address without a scheme is taken as `http`, and told.
    pub(super) fn parse(
        variable: &'static str,
        value: &str,
        faults: &mut Vec<Fault>,
    ) -> Option<Self> {
        let (url, fault) = match Url::parse(value) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => (url, None),
            _ if !value.contains("://") => {
                let Ok(url) = Url::parse(&format!("http://{value}")) else {
                    faults.push(unusable(variable, value));
                    return None;
                };
                let fault = format!(
                    "has no scheme, so {} is used; begin it with http:// or https://",
                    Masked(&url)
                );
                (url, Some(Fault::new(variable, fault)))
            }
            _ => {
                faults.push(unusable(variable, value));
                return None;
            }
        };
        faults.extend(fault);
        Some(Self { url, variable })
    }

    /// The address of one signal below a base address: `path` is `/v1/traces` and the like
    /// (OTLP exporter specification, "Endpoint URLs for OTLP/HTTP").
    pub(super) fn join(&self, path: &str, faults: &mut Vec<Fault>) -> Self {
        let mut url = self.url.clone();
        let base = url.path().trim_end_matches('/').to_owned();
        let whole = Signal::ALL
            .into_iter()
            .map(Signal::path)
            .find_map(|path| Some((base.strip_suffix(path)?, path)));
        let base = if let Some((stripped, path)) = whole {
            // The same for every signal, so that it is told once.
            faults.push(Fault::new(
                self.variable,
                format!("is a base address to which the path of each signal is appended, and ends in one already, which is left out; remove {path}"),
            ));
            stripped.to_owned()
        } else {
            base
        };
        url.set_path(&format!("{base}{path}"));
        Self {
            url,
            variable: self.variable,
        }
    }

    /// The address without credentials, for those who may log it.
    pub(super) fn public(&self) -> String {
        let mut url = self.url.clone();
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_query(None);
        url.into()
    }

    /// Scheme, host and port: the receiver that all signals share.
    pub(super) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The true address, credentials and all: for the transport only.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }
}

fn unusable(variable: &'static str, value: &str) -> Fault {
    let fault = Fault::new(
        variable,
        "is no address, so it is not used; write one like http://localhost:4318",
    );
    if value.contains(['@', '?']) {
        fault
    } else {
        fault.with_value(value)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Masked(&self.url).fmt(f)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", Masked(&self.url), self.variable)
    }
}

struct Masked<'a>(&'a Url);

impl fmt::Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.0;
        write!(f, "{}://", url.scheme())?;
        if !url.username().is_empty() || url.password().is_some() {
            f.write_str("***@")?;
        }
        f.write_str(url.host_str().unwrap_or_default())?;
        if let Some(port) = url.port() {
            write!(f, ":{port}")?;
        }
        f.write_str(url.path().trim_end_matches('/'))?;
        if url.query().is_some() {
            f.write_str("?***")?;
        }
        Ok(())
    }
}

/// Headers for an exporter. `Debug` shows the names only.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Headers(pub(super) HeaderMap);

impl Headers {
    /// Reads `name=value,name=value`, percent-encoded as in W3C Baggage (OTLP exporter specification,
    /// "Specifying headers via environment variables"). A malformed member is left out, and told by its position.
    pub(super) fn parse(variable: &'static str, value: &str, faults: &mut Vec<Fault>) -> Self {
        let mut headers = HeaderMap::new();
        for (index, member) in value.split(',').enumerate() {
            if member.trim().is_empty() {
                continue;
            }
            let position = index + 1;
            match header(member) {
                Ok((name, value)) => {
                    headers.insert(name, value);
                }
                Err(problem) => faults.push(Fault::new(
                    variable,
                    format!("member {position} {problem}, so it is left out; write name=value pairs with commas between them, other characters percent-encoded"),
                )),
            }
        }
        Self(headers)
    }

    pub(super) fn insert(&mut self, name: &str, value: &str, faults: &mut Vec<Fault>) {
        match header_parts(name, value) {
            Ok((name, value)) => {
                self.0.insert(name, value);
            }
            Err(problem) => faults.push(Fault::new(
                "Builder::header",
                format!("the header {problem}, so it is left out; use a name and a value that HTTP allows"),
            )),
        }
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

fn header(member: &str) -> Result<(HeaderName, HeaderValue), &'static str> {
    let (name, value) = member.split_once('=').ok_or("has no `=`")?;
    let value =
        percent_decode(value.trim()).ok_or("has a `%` that begins no percent-encoded character")?;
    header_parts(name.trim(), &value)
}

fn header_parts(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), &'static str> {
    let name = HeaderName::from_str(name).map_err(|_| "has a name that is no HTTP header name")?;
    if value.is_empty() {
        return Err("has an empty value");
    }
    let mut value =
        HeaderValue::from_str(value).map_err(|_| "has a value that no HTTP header can hold")?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// Reads `key=value,key=value` of `OTEL_RESOURCE_ATTRIBUTES`. One malformed member discards all of it, as the
/// resource specification demands ("Specifying resource information via an environment variable").
pub(super) fn attributes(
    variable: &'static str,
    value: &str,
    faults: &mut Vec<Fault>,
) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    for (index, member) in value.split(',').enumerate() {
        if member.trim().is_empty() {
            continue;
        }
        let pair = member.split_once('=').and_then(|(key, value)| {
            let key = percent_decode(key.trim()).filter(|key| !key.is_empty())?;
            Some((key, percent_decode(value.trim())?))
        });
        let Some(pair) = pair else {
            faults.push(Fault::new(
                variable,
                format!("member {} is no key=value pair, so all of it is left out; write key=value pairs with commas between them, other characters percent-encoded", index + 1),
            ));
            return Vec::new();
        };
        attributes.push(pair);
    }
    attributes
}

/// Undoes percent-encoding; `None` where a `%` begins no two hexadecimal digits or the result is not UTF-8.
fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let high = char::from(rest.next()?).to_digit(16)?;
        let low = char::from(rest.next()?).to_digit(16)?;
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// A whole number between `least` and `most`; otherwise `default`, and told.
pub(super) fn number(
    variable: &'static str,
    value: Option<&str>,
    (least, most): (u64, u64),
    default: u64,
    faults: &mut Vec<Fault>,
) -> u64 {
    let Some(value) = value else { return default };
    match value.parse::<u64>() {
        Ok(number) if (least..=most).contains(&number) => number,
        _ => {
            faults.push(
                Fault::new(variable, format!("must be a whole number from {least} to {most}, so {default} is used; set it to such a number or remove it"))
                    .with_value(value),
            );
            default
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(value: &str) -> (Option<String>, Vec<String>) {
        let mut faults = Vec::new();
        let endpoint = Endpoint::parse("V", value, &mut faults)
            .map(|endpoint| endpoint.join("/v1/traces", &mut faults).to_string());
        (endpoint, faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_signal_path_is_appended_once() {
        for (base, full) in [
            ("http://h:4318", "http://h:4318/v1/traces"),
            ("http://h:4318/", "http://h:4318/v1/traces"),
            ("https://h/otlp", "https://h/otlp/v1/traces"),
            ("https://h/otlp/", "https://h/otlp/v1/traces"),
        ] {
            assert_eq!(endpoint(base), (Some(full.into()), vec![]), "{base}");
        }
        // The address of one signal, and that of another.
        for whole in ["http://h:4318/v1/traces", "http://h:4318/v1/logs/"] {
            let (full, faults) = endpoint(whole);
            assert_eq!(full.as_deref(), Some("http://h:4318/v1/traces"));
            assert_eq!(faults.len(), 1, "{faults:?}");
        }
    }

    #[test]
    fn a_missing_scheme_is_told_and_mended() {
        let (full, faults) = endpoint("localhost:4318");
        assert_eq!(full.as_deref(), Some("http://localhost:4318/v1/traces"));
        assert_eq!(
            faults,
            [
                "V: has no scheme, so http://localhost:4318 is used; begin it with http:// or https://"
            ]
        );
    }

    #[test]
    fn no_credential_is_shown() {
        for value in [
            "http://user:secret@h/x?key=secret",
            "ftp://user:secret@h",
            "user:secret@h:99999999",
            "http://user:secret@",
        ] {
            let shown = format!("{:?}", endpoint(value));
            assert!(!shown.contains("secret"), "{value}: {shown}");
        }
    }

    #[test]
    fn malformed_headers_are_told_by_position_and_never_by_value() {
        let mut faults = Vec::new();
        let headers = Headers::parse(
            "H",
            "a=Bearer%20secret, b ,=secret,c=%zz,d=se\ncret,e=f==",
            &mut faults,
        );
        assert_eq!(headers.0["a"], "Bearer secret");
        assert_eq!(headers.0["e"], "f==");
        assert_eq!(headers.0.len(), 2);
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 4, "{told:#?}");
        for (told, start) in told.iter().zip([
            "H: member 2 has no `=`",
            "H: member 3 has a name that is no",
            "H: member 4 has a `%`",
            "H: member 5 has a value",
        ]) {
            assert!(told.starts_with(start), "{told}");
            assert!(!told.contains("secret"), "{told}");
        }
        assert!(!format!("{headers:?}").contains("secret"));
    }

    #[test]
    fn one_bad_attribute_discards_all() {
        let mut faults = Vec::new();
        assert_eq!(
            attributes("R", "a=1, b=x%2Cy ,", &mut faults),
            [("a".into(), "1".into()), ("b".into(), "x,y".into())]
        );
        assert!(faults.is_empty());
        assert!(attributes("R", "a=1,b", &mut faults).is_empty());
        assert_eq!(faults.len(), 1);
    }

    #[test]
    fn numbers_outside_the_range_become_the_default() {
        for value in ["0", "-1", "abc", "18446744073709551615", "1e3", "1.5"] {
            let mut faults = Vec::new();
            assert_eq!(number("N", Some(value), (1, 10), 7, &mut faults), 7);
            assert_eq!(faults.len(), 1, "{value}");
        }
        let mut faults = Vec::new();
        assert_eq!(number("N", Some("10"), (1, 10), 7, &mut faults), 10);
        assert_eq!(number("N", None, (1, 10), 7, &mut faults), 7);
        assert!(faults.is_empty());
    }
}
