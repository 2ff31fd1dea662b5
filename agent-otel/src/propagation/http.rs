//! Carriers of the [`http`] crate, and so of reqwest, hyper, axum and tower.

use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Request, Response, request, response};

use super::{Extract, Inject, baggage, w3c};

/// The names that are asked for, made once.
fn name(key: &str) -> Option<&'static HeaderName> {
    static TRACEPARENT: HeaderName = HeaderName::from_static(w3c::TRACEPARENT);
    static TRACESTATE: HeaderName = HeaderName::from_static(w3c::TRACESTATE);
    static BAGGAGE: HeaderName = HeaderName::from_static(baggage::BAGGAGE);

    match key {
        w3c::TRACEPARENT => Some(&TRACEPARENT),
        w3c::TRACESTATE => Some(&TRACESTATE),
        baggage::BAGGAGE => Some(&BAGGAGE),
        _ => None,
    }
}

/// The text of a value. One that is none is not skipped: it makes the whole header invalid.
fn text(value: &HeaderValue) -> &str {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) if text.is_ascii() => text,
        _ => "\u{fffd}",
    }
}

impl Inject for HeaderMap {
    fn set(&mut self, key: &'static str, value: String) {
        if let Ok(value) = HeaderValue::try_from(value) {
            let name = name(key).cloned();
            let name = name.unwrap_or_else(|| HeaderName::from_static(key));
            // A map that is full stays as it is.
            let _ = self.try_insert(name, value);
        }
    }

    fn remove(&mut self, key: &'static str) {
        match name(key) {
            Some(name) => HeaderMap::remove(self, name),
            None => HeaderMap::remove(self, key),
        };
    }

    fn held<'a>(&'a self, key: &str) -> Vec<&'a str> {
        Extract::get_all(self, key)
    }
}

impl Extract for HeaderMap {
    fn get_all<'a>(&'a self, key: &str) -> Vec<&'a str> {
        if self.is_empty() {
            return Vec::new();
        }
        let values = match name(key) {
            Some(name) => HeaderMap::get_all(self, name),
            None => HeaderMap::get_all(self, key),
        };
        values.iter().map(text).collect()
    }
}

macro_rules! messages {
    ($($message:ident),*) => {$(
        impl<B> Inject for $message<B> {
            fn set(&mut self, key: &'static str, value: String) {
                self.headers_mut().set(key, value);
            }

            fn remove(&mut self, key: &'static str) {
                self.headers_mut().remove(key);
            }

            fn held<'a>(&'a self, key: &str) -> Vec<&'a str> {
                self.headers().held(key)
            }
        }

        impl<B> Extract for $message<B> {
            fn get_all<'a>(&'a self, key: &str) -> Vec<&'a str> {
                Extract::get_all(self.headers(), key)
            }
        }
    )*};
}

messages!(Request, Response);

macro_rules! parts {
    ($($parts:ty),*) => {$(
        impl Inject for $parts {
            fn set(&mut self, key: &'static str, value: String) {
                self.headers.set(key, value);
            }

            fn remove(&mut self, key: &'static str) {
                self.headers.remove(key);
            }

            fn held<'a>(&'a self, key: &str) -> Vec<&'a str> {
                self.headers.held(key)
            }
        }

        impl Extract for $parts {
            fn get_all<'a>(&'a self, key: &str) -> Vec<&'a str> {
                Extract::get_all(&self.headers, key)
            }
        }
    )*};
}

parts!(request::Parts, response::Parts);
