//! What carries headers, in either direction.

use std::rc::Rc;
use std::sync::Arc;

use opentelemetry::Context;

use super::{Propagators, baggage, w3c};

/// A carrier that a trace context can be written into: anything with string headers.
///
/// Implemented for [`http::HeaderMap`], [`http::Request`], [`http::Response`] and their parts, for `HashMap` and
/// `BTreeMap` from `String` to `String`, to `Vec<String>` or to JSON, and for JSON objects.
///
/// # Examples
///
/// A message of your own broker:
///
/// ```
/// use agent_otel::{Extract, Inject};
///
/// struct Message { headers: Vec<(String, String)> }
///
/// impl Inject for Message {
///     fn set(&mut self, key: &'static str, value: String) {
///         self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case(key));
///         self.headers.push((key.to_owned(), value));
///     }
///
///     fn remove(&mut self, key: &'static str) {
///         self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case(key));
///     }
///
///     fn held<'a>(&'a self, key: &str) -> Vec<&'a str> {
///         self.get_all(key)
///     }
/// }
///
/// impl Extract for Message {
///     fn get_all<'a>(&'a self, key: &str) -> Vec<&'a str> {
///         let same = self.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(key));
///         same.map(|(_, value)| value.as_str()).collect()
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "no trace context can be written into `{Self}`",
    label = "cannot carry a trace context",
    note = "give an `http::HeaderMap`, a request, a map from `String` to `String`, or implement `agent_otel::Inject`"
)]
pub trait Inject {
    /// Replaces the values of `key` by one. The key is in lower case; the value is printable ASCII and never empty.
    fn set(&mut self, key: &'static str, value: String);

    /// Removes all values of `key`. By default nothing is removed, which is right for a carrier that is always new.
    fn remove(&mut self, key: &'static str) {
        let _ = key;
    }

    /// All values of `key`, in order: the application's own `baggage`, beside which ours is written. One that is no text
    /// may be given as U+FFFD, and then nothing is written beside it. By default nothing is held, which is right for a
    /// carrier that is always new; in any other, `baggage` is replaced.
    fn held<'a>(&'a self, key: &str) -> Vec<&'a str> {
        let _ = key;
        Vec::new()
    }
}

/// A carrier that a trace context can be read from: anything with string headers.
///
/// Implemented for what implements [`Inject`], for `Option` (nothing is carried by `None`), for references and smart
/// pointers, and for an OpenTelemetry [`Context`] that was extracted by other means.
#[diagnostic::on_unimplemented(
    message = "no trace context can be read from `{Self}`",
    label = "cannot carry a trace context",
    note = "give an `http::HeaderMap`, a request, a map from `String` to `String`, or implement `agent_otel::Extract`"
)]
pub trait Extract {
    /// All values of `key`, in order. The key is in lower case; whether case matters is the carrier's own rule.
    fn get_all<'a>(&'a self, key: &str) -> Vec<&'a str>;

    /// The current context with the remote parent that is carried here, or as it is where none is.
    fn extract(&self) -> Context {
        let spoken = Propagators::spoken();
        let context = if spoken.trace_context {
            w3c::extract(
                &self.get_all(w3c::TRACEPARENT),
                &self.get_all(w3c::TRACESTATE),
            )
        } else {
            crate::context::current()
        };
        if spoken.baggage {
            baggage::extract(context, &self.get_all(baggage::BAGGAGE))
        } else {
            context
        }
    }
}

impl<C: Inject + ?Sized> Inject for &mut C {
    fn set(&mut self, key: &'static str, value: String) {
        (**self).set(key, value);
    }

    fn remove(&mut self, key: &'static str) {
        (**self).remove(key);
    }

    fn held<'a>(&'a self, key: &str) -> Vec<&'a str> {
        (**self).held(key)
    }
}

impl<C: Inject + ?Sized> Inject for Box<C> {
    fn set(&mut self, key: &'static str, value: String) {
        (**self).set(key, value);
    }

    fn remove(&mut self, key: &'static str) {
        (**self).remove(key);
    }

    fn held<'a>(&'a self, key: &str) -> Vec<&'a str> {
        (**self).held(key)
    }
}

macro_rules! through {
    ($($pointer:ty),*) => {$(
        impl<C: Extract + ?Sized> Extract for $pointer {
            fn get_all<'a>(&'a self, key: &str) -> Vec<&'a str> {
                (**self).get_all(key)
            }

            fn extract(&self) -> Context {
                (**self).extract()
            }
        }
    )*};
}

through!(&C, &mut C, Box<C>, Rc<C>, Arc<C>);

impl<C: Extract> Extract for Option<C> {
    fn get_all<'a>(&'a self, key: &str) -> Vec<&'a str> {
        self.as_ref()
            .map(|carrier| carrier.get_all(key))
            .unwrap_or_default()
    }

    fn extract(&self) -> Context {
        self.as_ref()
            .map_or_else(crate::context::current, Extract::extract)
    }
}

impl Extract for Context {
    fn get_all<'a>(&'a self, _key: &str) -> Vec<&'a str> {
        Vec::new()
    }

    fn extract(&self) -> Context {
        self.clone()
    }
}
