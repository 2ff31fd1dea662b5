//! Carriers of the [`http`] crate, and so of reqwest, hyper, axum and tower.

use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Request, Response, request, response};

use super::{Extract, Inject};

impl Inject for HeaderMap {
    fn set(&mut self, key: &'static str, value: String) {
        if let Ok(value) = HeaderValue::try_from(value) {
            self.insert(HeaderName::from_static(key), value);
        }
    }

    fn remove(&mut self, key: &'static str) {
        HeaderMap::remove(self, key);
    }

    fn held<'a>(&'a self, key: &str) -> Vec<&'a str> {
        Extract::get_all(self, key)
    }
}

impl Extract for HeaderMap {
    fn get_all<'a>(&'a self, key: &str) -> Vec<&'a str> {
        // A value that is no text is not skipped: it makes the whole header invalid.
        HeaderMap::get_all(self, key)
            .iter()
            .map(|value| value.to_str().unwrap_or("\u{fffd}"))
            .collect()
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
