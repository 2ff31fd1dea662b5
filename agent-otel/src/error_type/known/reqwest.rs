//! Errors of [`reqwest`].

use std::borrow::Cow;

use super::{Known, Told};

impl Known for reqwest::Error {
    fn tell(&self) -> Option<Told<'_>> {
        http_client!(self)
    }

    fn kind(&self) -> Option<Cow<'static, str>> {
        let kind = match self {
            error if error.is_decode() => "Decode",
            error if error.is_redirect() => "Redirect",
            error if error.is_builder() => "Builder",
            error if error.is_body() => "Body",
            error if error.is_request() => "Request",
            _ => return None,
        };
        Some(kind.into())
    }
}
