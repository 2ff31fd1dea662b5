//! Bodies of requests that were compressed on the way: OTLP specification, "Binary Protobuf Encoding".

use std::io::Read;

use flate2::read::MultiGzDecoder;
use http::StatusCode;
use http::header::{CONTENT_ENCODING, HeaderMap, HeaderValue};
use hyper::body::Bytes;

/// How the body of a request is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Identity,
    Gzip,
}

impl Encoding {
    /// What the headers say.
    ///
    /// # Errors
    ///
    /// `415` where it is none of these.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, StatusCode> {
        let mut values = headers.get_all(CONTENT_ENCODING).iter();
        let encoding = match values.next().map(HeaderValue::as_bytes) {
            None | Some(b"") => Self::Identity,
            Some(value) if value.eq_ignore_ascii_case(b"identity") => Self::Identity,
            // The same by its older name (RFC 9110, section 8.4.1.3).
            Some(value) if value.eq_ignore_ascii_case(b"x-gzip") => Self::Gzip,
            Some(value) if value.eq_ignore_ascii_case(b"gzip") => Self::Gzip,
            Some(_) => return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE),
        };
        match values.next() {
            None => Ok(encoding),
            Some(_) => Err(StatusCode::UNSUPPORTED_MEDIA_TYPE),
        }
    }

    /// The body as it was before, of at most `most` bytes.
    ///
    /// # Errors
    ///
    /// `413` where it is longer: a few bytes can stand for many; `400` where it cannot be read.
    pub(super) fn decode(self, body: Bytes, most: usize) -> Result<Bytes, StatusCode> {
        if self == Self::Identity {
            return Ok(body);
        }
        let mut decoded = Vec::new();
        // One more tells that there is more.
        let limit = u64::try_from(most).map_or(u64::MAX, |most| most.saturating_add(1));
        MultiGzDecoder::new(&*body)
            .take(limit)
            .read_to_end(&mut decoded)
            .map_err(|_| StatusCode::BAD_REQUEST)?;
        if decoded.len() > most {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        Ok(decoded.into())
    }
}
